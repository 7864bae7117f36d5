import Diagnosis
import Packets
import Rules
import TestSupport
import Testing
import Transcripts

/// Conversations that real peers do not hold on demand, and their near misses.
@Suite struct TransportRuleTests {
  static let connecting: [ConversationCase] = [
    ConversationCase("three SYNs without an answer", "tcp-syn-timeout critical likely") {
      $0.send(.client, flags: [.syn])
      for seconds in [1, 2] as [Int64] {
        $0.wait(seconds: seconds)
        $0.resend(1)
      }
      $0.goOn(after: 30)
    },
    ConversationCase("two SYNs, and the client may still be trying") {
      $0.send(.client, flags: [.syn])
      $0.wait(seconds: 1)
      $0.resend(1)
      $0.goOn(after: 2)
    },
    ConversationCase("a server that had answered before, and then does not", "tcp-syn-timeout critical likely") {
      $0 = Conversation.healthy()
      $0.send(.client, flags: [.rst, .ack])
      var next = Conversation(client: Endpoint(address: Endpoint.testClient.address, port: 50_055))
      next.send(.client, flags: [.syn])
      for _ in 0..<2 { next.resend(1) }
      for (index, frame) in next.frames.enumerated() {
        $0.wait(seconds: Int64(index))
        $0.add(frame.bytes)
      }
      $0.goOn(after: 30)
    },
    ConversationCase("every SYN answered with an ACK of an older connection", "tcp-challenge-ack critical likely") {
      $0.send(.client, flags: [.syn])
      for seconds in [1, 2] as [Int64] {
        $0.challenge()
        $0.wait(seconds: seconds)
        $0.resend(1)
      }
      $0.challenge()
      $0.goOn(after: 30)
    },
    ConversationCase("two SYNs answered with an ACK of an older connection, and the third one works") {
      $0.send(.client, flags: [.syn])
      for seconds in [1, 2] as [Int64] {
        $0.challenge()
        $0.wait(seconds: seconds)
        $0.resend(1)
      }
      $0.send(.server, flags: [.syn, .ack])
      $0.send(.client)
      $0.ask()
      $0.answer()
    },
    ConversationCase("a part of an answer is missing, and the recording ends at once") {
      $0.openWithMSS()
      $0.loseAnswer(of: 1460)
    },
    ConversationCase("one SYN answered with an ACK of an older connection") {
      $0.send(.client, flags: [.syn])
      $0.challenge()
      $0.wait(seconds: 1)
      $0.resend(1)
      $0.send(.server, flags: [.syn, .ack])
      $0.send(.client)
      $0.ask()
      $0.answer()
    },
    ConversationCase("one SYN seen twice") {
      $0.send(.client, flags: [.syn])
      $0.resend(1)
      $0.goOn(after: 60)
    },
    ConversationCase("the SYN-ACK is not in the capture, but the client goes on") {
      $0.send(.client, flags: [.syn])
      $0.wait(seconds: 1)
      $0.resend(1)
      $0.send(.server, flags: [.syn, .ack], isCaptured: false)
      $0.send(.client)
      $0.goOn(after: 60)
    },
    ConversationCase("port 139 does not answer", port: 139) {
      $0.send(.client, flags: [.syn])
      $0.wait(seconds: 1)
      $0.resend(1)
      $0.goOn(after: 60)
    },
    ConversationCase("refused", "tcp-syn-refused critical proven") {
      $0.send(.client, flags: [.syn])
      $0.send(.server, flags: [.rst, .ack])
    },
    ConversationCase("port 139 refused", port: 139) {
      $0.send(.client, flags: [.syn])
      $0.send(.server, flags: [.rst, .ack])
    },
    ConversationCase("a reset that answers something else") {
      $0.send(.client, flags: [.syn])
      $0.send(.server, flags: [.rst, .ack]) { $0.acknowledgment = 77 }
    },
    ConversationCase("administratively prohibited", "tcp-icmp-unreachable critical proven") {
      $0.send(.client, flags: [.syn])
      $0.icmp(code: 13, about: 1)
    },
    ConversationCase("a loop between routers", "tcp-icmp-unreachable critical proven") {
      $0.send(.client, flags: [.syn])
      $0.icmp(type: 11, code: 0, about: 1)
    },
    // What programs do that trace the route.
    ConversationCase("a SYN that was not to get any further") {
      $0.send(.client, flags: [.syn]) { $0.hopLimit = 3 }
      $0.icmp(type: 11, code: 0, about: 1)
    },
    ConversationCase("unreachable for a moment") {
      $0.send(.client, flags: [.syn])
      $0.icmp(code: 1, about: 1)
      $0.wait(seconds: 1)
      $0.resend(1)
      $0.send(.server, flags: [.syn, .ack])
      $0.send(.client)
      $0.ask()
      $0.answer()
    },
    ConversationCase("SYN-ACK again and again", "tcp-handshake-incomplete error likely") {
      $0.send(.client, flags: [.syn])
      $0.send(.server, flags: [.syn, .ack])
      for seconds in [1, 2] as [Int64] {
        $0.wait(seconds: seconds)
        $0.resend(2)
      }
    },
    ConversationCase("SYN-ACK and reset, again and again", "tcp-handshake-incomplete error likely") {
      $0.send(.client, flags: [.syn])
      $0.send(.server, flags: [.syn, .ack])
      $0.send(.server, flags: [.rst, .ack]) { $0.sequence = 0 }
      for seconds in [1, 2] as [Int64] {
        $0.wait(seconds: seconds)
        $0.resend(1)
        $0.resend(2)
      }
    },
    ConversationCase("SYN-ACK after the client has given up", "tcp-handshake-incomplete error likely") {
      $0.send(.client, flags: [.syn])
      $0.wait(seconds: 5)
      $0.send(.server, flags: [.syn, .ack])
      $0.send(.client, flags: [.rst])
    },
    ConversationCase("a half-open scan") {
      $0.send(.client, flags: [.syn])
      $0.send(.server, flags: [.syn, .ack])
      $0.send(.client, flags: [.rst])
    },
    ConversationCase("the server hangs up at once", "tcp-closed-before-smb error likely") {
      $0.open()
      $0.send(.server, flags: [.fin, .ack])
    },
    ConversationCase("the client leaves without a word, late", "tcp-closed-before-smb error possible") {
      $0.open()
      $0.wait(seconds: 3)
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("a port check") {
      $0.open()
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("the request is not in the capture") {
      $0.open()
      $0.send(.client, [UInt8](repeating: 0, count: 100), isCaptured: false)
      $0.send(.server, flags: [.fin, .ack])
    },
  ]

  static let delivering: [ConversationCase] = [
    ConversationCase("the third SYN is answered", "tcp-packet-loss-at-establishment warning likely") {
      $0.send(.client, flags: [.syn])
      for seconds in [1, 2] as [Int64] {
        $0.wait(seconds: seconds)
        $0.resend(1)
      }
      $0.send(.server, flags: [.syn, .ack])
      $0.send(.client)
      $0.ask()
      $0.answer()
    },
    ConversationCase("NEGOTIATE sent three times", "tcp-packet-loss-at-establishment warning likely") {
      $0.open()
      $0.ask()
      for _ in 0..<2 {
        $0.wait(seconds: 1)
        $0.resend(4)
      }
      $0.answer()
    },
    ConversationCase("NEGOTIATE sent twice, each seen twice") {
      $0.open()
      $0.ask()
      $0.resend(4)
      $0.wait(seconds: 1)
      $0.resend(4)
      $0.resend(4)
      $0.answer()
    },
    ConversationCase("a large request does not get through", "tcp-mtu-black-hole error likely") {
      $0.openWithMSS()
      $0.ask()
      $0.answer()
      $0.send(.client, nbss([0xfe, 0x53, 0x4d, 0x42] + [UInt8](repeating: 0, count: 1400)))
      for _ in 0..<3 {
        $0.wait(seconds: 1)
        $0.resend(6)
      }
      $0.icmp(code: 4, mtu: 1400, about: 6)
    },
    ConversationCase("a large request gets through in small pieces", "tcp-mtu-black-hole error likely") {
      $0.openWithMSS()
      $0.ask()
      $0.answer()
      $0.send(.client, nbss([0xfe, 0x53, 0x4d, 0x42] + [UInt8](repeating: 0, count: 1400)))
      $0.wait(seconds: 1)
      $0.resend(6)
      $0.wait(seconds: 2)
      $0.add(Array($0.frames[5].bytes.prefix(54 + 536)).settingBigEndian(UInt16(40 + 536), at: 16))
      $0.send(.server)
    },
    ConversationCase("large segments of an answer do not reach the client, a smaller one does", "tcp-mtu-black-hole error likely") {
      $0.openWithMSS()
      $0.loseAnswer(of: 1460)
      $0.wait(seconds: 60)
      $0.send(.client, flags: [.rst, .ack]) { $0.acknowledgment -= 1460 + 200 }
    },
    ConversationCase("a part of an answer does not reach the client", "message-not-delivered error likely") {
      $0.openWithMSS()
      $0.loseAnswer(of: 300)
      $0.wait(seconds: 60)
      $0.send(.client, flags: [.rst, .ack]) { $0.acknowledgment -= 300 + 200 }
    },
    ConversationCase("the recording lacks a part of an answer that the client has") {
      $0.openWithMSS()
      $0.loseAnswer(of: 1460)
      $0.send(.client)
      $0.wait(seconds: 60)
      $0.send(.client, flags: [.rst, .ack])
    },
    ConversationCase("a large request gets stuck, but one as large got through", "tcp-packet-loss-at-establishment warning likely") {
      $0.openWithMSS()
      $0.ask()
      $0.answer()
      $0.send(.client, nbss([0xfe, 0x53, 0x4d, 0x42] + [UInt8](repeating: 0, count: 1400)))
      $0.send(.server)
      $0.send(.client, nbss([0xfe, 0x53, 0x4d, 0x42] + [UInt8](repeating: 0, count: 1400)))
      for _ in 0..<3 {
        $0.wait(seconds: 1)
        $0.resend(8)
      }
    },
    ConversationCase("the server takes nothing for a while", "tcp-zero-window-stall warning proven") {
      $0.open()
      $0.ask()
      $0.send(.server) { $0.window = 0 }
      $0.wait(seconds: 8)
      $0.send(.server)
      $0.answer()
    },
    ConversationCase("the server takes nothing for a moment") {
      $0.open()
      $0.ask()
      $0.send(.server) { $0.window = 0 }
      $0.wait(seconds: 2)
      $0.send(.server)
      $0.answer()
    },
  ]

  static let speaking: [ConversationCase] = [
    ConversationCase("the address is not wanted", "nbss-session-refused error proven") {
      $0.open()
      $0.ask()
      $0.send(.server, nbss([0x81], type: 0x83))
      $0.send(.server, flags: [.fin, .ack])
    },
    ConversationCase("a name that the server does not have", "nbss-session-refused error proven", port: 139) {
      $0.open()
      $0.send(.client, nbss(sessionRequest, type: 0x81))
      $0.send(.server, nbss([0x82], type: 0x83))
      $0.send(.server, flags: [.fin, .ack])
    },
    ConversationCase("accepted at the second try", port: 139) {
      $0.open()
      $0.send(.client, nbss(sessionRequest, type: 0x81))
      $0.send(.server, nbss([0x82], type: 0x83))
      $0.send(.client, nbss(sessionRequest, type: 0x81))
      $0.send(.server, nbss([], type: 0x82))
    },
    ConversationCase("sent elsewhere", "nbss-retarget info proven", port: 139) {
      $0.open()
      $0.send(.client, nbss(sessionRequest, type: 0x81))
      $0.send(.server, nbss([10, 0, 0, 9, 0, 139], type: 0x84))
    },
    ConversationCase("HTTP on port 445", "smb-unexpected-payload error proven") {
      $0.open()
      $0.ask()
      $0.send(.server, Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))
      $0.send(.server, flags: [.fin, .ack])
    },
    ConversationCase("HTTP on port 445, as both want it") {
      $0.open()
      $0.send(.client, Array("GET / HTTP/1.1\r\n\r\n".utf8))
      $0.send(.server, Array("HTTP/1.1 200 OK\r\n\r\n".utf8))
    },
    ConversationCase("SMB on port 8445", "smb-alternative-port info proven", port: 8445) {
      $0.open()
      $0.ask()
      $0.answer()
    },
  ]

  @Test(arguments: connecting + delivering + speaking)
  func judges(_ one: ConversationCase) {
    #expect(Judged(one.frames).fired(in: [.transport]) == one.expected)
  }

  /// Names in a session request: MYNAS called, CLIENT calling.
  static let sessionRequest = encoded("MYNAS") + encoded("CLIENT")

  /// RFC 1001 14.1.
  private static func encoded(_ name: String) -> [UInt8] {
    let padded = Array(name.utf8) + [UInt8](repeating: 0x20, count: 16 - name.utf8.count)
    var bytes: [UInt8] = [32]
    for byte in padded { bytes += [0x41 + (byte >> 4), 0x41 + (byte & 0x0f)] }
    return bytes + [0]
  }

  @Test func namesWhoWasCalled() throws {
    let refused = try #require(Self.speaking.first { $0.description.contains("a name") })
    let finding = try #require(Judged(refused.frames).ofCases.first { $0.rule.id == "nbss-session-refused" })
    #expect(finding.observation.evidence.first?.note == "session request, called name “MYNAS”, calling name “CLIENT”")
    #expect(finding.observation.summary.hasSuffix("called name not present"))
  }

  /// What worked must not become an accusation when a frame is missing.
  @Test(arguments: delivering + speaking)
  func saysNoMoreWithFewerFrames(_ one: ConversationCase) {
    let frames = one.frames
    for index in frames.indices {
      var kept = frames
      kept.remove(at: index)
      let judged = Judged(kept)
      #expect(judged.all.allSatisfy { $0.rule.severity < .critical || one.expected.contains { $0.contains("critical") } }, "without \(index + 1)")
    }
  }
}

extension Conversation {
  /// The server's ACK of another connection between the same ports, and the client's reset.
  fileprivate mutating func challenge() {
    send(.server) { ($0.sequence, $0.acknowledgment) = (77, 3_000_000_000) }
    send(.client, flags: [.rst]) { $0.sequence = 3_000_000_000 }
  }

  /// A request, and an answer of which the first bytes never come: only its last 200 bytes do, which the client does not confirm.
  fileprivate mutating func loseAnswer(of count: Int) {
    ask()
    answer()
    send(.client, nbss(SMB2Bytes.request(5, 7, session: Self.session, tree: 5, .counting(57)).bytes))
    send(.server, nbss([0xfe, 0x53, 0x4d, 0x42] + [UInt8](repeating: 0, count: count + 200 - 8)).dropLast(200) + [], isCaptured: false)
    send(.server, [UInt8](repeating: 0, count: 200))
    send(.client) { $0.acknowledgment -= UInt32(count + 200) }
  }

  fileprivate mutating func openWithMSS() {
    send(.client, flags: [.syn]) { $0.options = [2, 4, 0x05, 0xb4] }
    send(.server, flags: [.syn, .ack]) { $0.options = [2, 4, 0x05, 0xb4] }
    send(.client)
  }
}
