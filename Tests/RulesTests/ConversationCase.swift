import Packets
import TestSupport

/// A conversation, and what rules of the phase under test must say of it: identifier, severity, confidence.
struct ConversationCase: CustomStringConvertible, Sendable {
  var description: String
  var expected: [String]
  var client = Endpoint.testClient
  var server = Endpoint.testServer
  var build: @Sendable (inout Conversation) -> Void

  init(
    _ description: String, _ expected: String..., port: UInt16 = 445, build: @escaping @Sendable (inout Conversation) -> Void
  ) {
    (self.description, self.expected, self.build) = (description, expected, build)
    server.port = port
  }

  var frames: [TestFrame] {
    var conversation = Conversation(client: client, server: server)
    build(&conversation)
    return conversation.frames
  }
}

extension Conversation {
  mutating func ask() { request(.request(0, 0, SMB2BodyBytes.negotiateRequest())) }
  mutating func answer() { response(.response(0, 0, SMB2BodyBytes.negotiateResponse())) }

  /// Another connection of the same client begins, `seconds` later: the recording goes on.
  mutating func goOn(after seconds: Int64) {
    wait(seconds: seconds)
    add(TCPSegment(from: Endpoint(address: client.address, port: 50_000), to: Endpoint(address: server.address, port: 80), flags: [.syn]).ethernet)
  }

  /// NEGOTIATE, SESSION_SETUP, TREE_CONNECT, each with its answer after so many milliseconds.
  mutating func talk(latency: [Int64] = [1, 1, 1], options: [UInt8] = []) {
    let exchanges: [(UInt16, [UInt8], [UInt8])] = [
      (0, SMB2BodyBytes.negotiateRequest(), SMB2BodyBytes.negotiateResponse()),
      (1, SMB2BodyBytes.sessionSetupRequest(), SMB2BodyBytes.sessionSetupResponse()),
      (3, SMB2BodyBytes.treeConnectRequest(), SMB2BodyBytes.treeConnectResponse()),
    ]
    for (index, (command, asked, answered)) in exchanges.enumerated() {
      let session: UInt64 = index == 0 ? 0 : 7
      send(.client, nbss(SMB2Bytes.request(command, UInt64(index), session: index == 1 ? 0 : session, asked).bytes)) { $0.options = options }
      now += (latency[index] - 1) * 1_000_000
      send(.server, nbss(SMB2Bytes.response(command, UInt64(index), session: session, tree: index == 2 ? 5 : 0, answered).bytes)) { $0.options = options }
    }
  }

  /// CREATE, of which only the header is read.
  mutating func create(_ messageID: UInt64, tree: UInt32 = 5, status: UInt32 = 0) {
    request(.request(5, messageID, session: Self.session, tree: tree, .counting(57)))
    response(
      .response(
        5, messageID, status: status, session: Self.session, tree: tree, status == 0 ? .counting(88) : SMB2BodyBytes.error()))
  }

  /// A router's ICMP error about one of the frames.
  mutating func icmp(type: UInt8 = 3, code: UInt8, mtu: UInt16 = 0, about number: Int) {
    add(
      icmpUnreachable(
        from: IPAddress(10, 0, 0, 254), to: client.address, type: type, code: code, mtu: mtu,
        quoting: Array(frames[number - 1].bytes.dropFirst(14))))
  }
}
