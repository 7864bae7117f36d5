import Diagnosis
import Packets
import Rules
import TestSupport
import Testing
import Transcripts

/// Packets that Windows itself threw away, as pktmon tells.
@Suite struct HostDropRuleTests {
  static let conversations: [ConversationCase] = [
    ConversationCase("the firewall drops the SYN", "host-dropped-packet critical proven") {
      $0.send(.client, flags: [.syn])
      $0.drop(1, reason: 1231)
    },
    ConversationCase("and those that follow", "host-dropped-packet critical proven") {
      $0.send(.client, flags: [.syn])
      $0.drop(1, reason: 909)
      for seconds in [1, 2] as [Int64] {
        $0.wait(seconds: seconds)
        $0.resend(1)
        $0.drop($0.count, reason: 909)
      }
      $0.goOn(after: 30)
    },
    ConversationCase("a shortage, every time", "host-dropped-packet critical proven") {
      $0.send(.client, flags: [.syn])
      $0.drop(1, reason: 3)
      $0.wait(seconds: 1)
      $0.resend(1)
      $0.goOn(after: 30)
    },
    ConversationCase("a shortage, once, and the client may still be trying") {
      $0.send(.client, flags: [.syn])
      $0.drop(1, reason: 3)
      $0.goOn(after: 1)
    },
    ConversationCase("dropped once, and answered on the next try") {
      $0.send(.client, flags: [.syn])
      $0.drop(1, reason: 1231)
      $0.wait(seconds: 1)
      $0.resend(1)
      $0.send(.server, flags: [.syn, .ack])
      $0.send(.client)
      $0.ask()
      $0.answer()
    },
    ConversationCase("nobody listens, and the server says so", "tcp-syn-refused critical proven") {
      $0.send(.client, flags: [.syn])
      $0.drop(1, reason: 1204)
      $0.send(.server, flags: [.rst, .ack])
    },
    ConversationCase("port 139 is dropped", port: 139) {
      $0.send(.client, flags: [.syn])
      $0.drop(1, reason: 1231)
    },
  ]

  @Test(arguments: conversations) func isFound(one: ConversationCase) {
    let found = Judged(one.frames).findings.filter { $0.severity > .info }
    #expect(found.map { "\($0.rule.id) \($0.severity) \($0.confidence)" } == one.expected)
  }

  private func finding(_ reason: UInt32, _ way: HostDrop.Way) throws -> Finding {
    var conversation = Conversation()
    conversation.send(.client, flags: [.syn])
    conversation.drop(1, reason: reason, way: way)
    conversation.wait(seconds: 1)
    conversation.resend(1)
    conversation.goOn(after: 30)
    return try #require(Judged(conversation).findings.first { $0.rule.id == "host-dropped-packet" })
  }

  @Test func saysWhoDroppedAndWhy() throws {
    let found = try finding(1231, .received)
    #expect(found.evidence.map(\.frame) == [1, 2])
    #expect(found.summary.hasPrefix("the server \(Endpoint.testServer.address) dropped the TCP SYN to \(Endpoint.testServer): INET_AcceptInspection (1231)"))
    #expect(found.evidence[0].note == "SYN, dropped with reason INET_AcceptInspection at TCP/IP, transport layer (RCV_TCP_LISTENER_INSPECT1, 0xE0004502)")
    #expect(found.remedies.first?.command?.contains("Enable-NetFirewallRule -Name FPS-SMB-In-TCP*") == true)
    #expect(try finding(1408, .sent).summary.contains("the client \(Endpoint.testClient.address) dropped"))
    #expect(try finding(1408, .sent).remedies.first?.command?.contains("Get-NetIPsecRule") == true)
    #expect(try finding(16, .unknown).summary.contains("the virtual switch"))
    #expect(try finding(60_000, .unknown).summary.contains("reason 60000"))
  }
}
