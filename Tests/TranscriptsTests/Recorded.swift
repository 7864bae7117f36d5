import Packets
import Protocols
import TestSupport
import Transcripts

/// Follows frames the whole way and collects what came of them.
final class Recorded: MessageObserver {
  private(set) var transcripts: [Transcript] = []
  private(set) var messages: [ObservedMessage] = []
  private(set) var counts: Tracker.Counts?
  private(set) var connectionCount = 0

  init(_ frames: [TestFrame], linkType: LinkType = .ethernet) {
    var tracker = Tracker(messages: self) { [weak self] in self?.transcripts.append($0) }
    for (index, frame) in frames.enumerated() {
      tracker.accept(
        Frame(
          number: index + 1, time: frame.time, originalLength: frame.originalLength ?? frame.bytes.count,
          linkType: linkType),
        ByteView(frame.bytes.span))
    }
    _ = tracker.finish()
    counts = tracker.counts
    connectionCount = tracker.connectionCount
  }

  convenience init(_ conversation: Conversation) { self.init(conversation.frames) }

  func observe(_ message: ObservedMessage) { messages.append(message) }

  /// MessageId and last frame of each SMB2 message, in the order they were observed.
  var smb2: [[Int]] {
    messages.compactMap {
      if case .smb2(let header, _) = $0.content { [Int(truncatingIfNeeded: header.messageID), $0.origin.lastFrame] } else { nil }
    }
  }
}

extension Transcript {
  /// The outcomes of all stages, in order.
  var outcomes: [StageOutcome] { Stage.allCases.map { outcome(of: $0) } }
}

extension Conversation {
  static let session: UInt64 = 0x1234_5678

  /// NEGOTIATE, request and response.
  mutating func negotiate(_ messageID: UInt64 = 0, dialect: UInt16 = 0x0302) {
    request(.request(0, messageID, SMB2BodyBytes.negotiateRequest()))
    response(.response(0, messageID, SMB2BodyBytes.negotiateResponse(dialect: dialect)))
  }

  /// SESSION_SETUP in two legs.
  mutating func setUpSession(_ messageID: UInt64 = 1, session: UInt64 = session, status: UInt32 = 0) {
    request(.request(1, messageID, SMB2BodyBytes.sessionSetupRequest()))
    response(
      .response(
        1, messageID, status: SMB2Bytes.moreProcessingRequired, session: session, SMB2BodyBytes.sessionSetupResponse()))
    request(.request(1, messageID + 1, session: session, SMB2BodyBytes.sessionSetupRequest()))
    response(
      .response(
        1, messageID + 1, status: status, session: session,
        status == 0 ? SMB2BodyBytes.sessionSetupResponse() : SMB2BodyBytes.error()))
  }

  mutating func connectTree(_ messageID: UInt64 = 3, path: String = #"\\fs01\data"#, tree: UInt32 = 5, status: UInt32 = 0) {
    request(.request(3, messageID, session: Self.session, SMB2BodyBytes.treeConnectRequest(path: path)))
    response(
      .response(
        3, messageID, status: status, session: Self.session, tree: tree,
        status == 0 ? SMB2BodyBytes.treeConnectResponse() : SMB2BodyBytes.error()))
  }

  mutating func askForValidation(_ messageID: UInt64 = 4) {
    request(SMB2Bytes.request(11, messageID, session: Self.session, tree: 5, SMB2BodyBytes.validateRequest()).signed)
  }

  mutating func validate(_ messageID: UInt64 = 4) {
    askForValidation(messageID)
    response(SMB2Bytes.response(11, messageID, session: Self.session, tree: 5, SMB2BodyBytes.validateResponse()).signed)
  }

  /// Everything up to and with a Validate Negotiate exchange; frames 1 to 13.
  static func healthy(client: Endpoint = .testClient, server: Endpoint = .testServer) -> Conversation {
    var conversation = Conversation(client: client, server: server)
    conversation.open()
    conversation.negotiate()
    conversation.setUpSession()
    conversation.connectTree()
    conversation.validate()
    return conversation
  }
}
