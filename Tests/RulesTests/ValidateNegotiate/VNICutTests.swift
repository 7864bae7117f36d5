import Diagnosis
import Packets
import Rules
import TestSupport
import Testing
import Transcripts

/// Recordings in which frames are cut so short that they lack the control code of Validate Negotiate.
@Suite struct VNICutTests {
  /// - Parameters:
  ///   - length: bytes of each frame that are there.
  ///   - build: what follows a connected share.
  private static func judged(_ length: Int, share: String, signsAll: Bool = false, _ build: (inout Conversation) -> Void) -> Judged {
    var one = Conversation()
    one.open()
    one.negotiate()
    one.setUpSession(logon: NTLMLogon())
    one.connectTree(path: share, isSigned: signsAll, body: SMB2BodyBytes.treeConnectResponse(shareType: share.hasSuffix("$") ? 2 : 1))
    build(&one)
    return Judged(one.frames.map { TestFrame(nanoseconds: $0.time.nanoseconds, Array($0.bytes.prefix(length)), originalLength: $0.bytes.count) })
  }

  private static let pipe = #"\\fs01\IPC$"#

  @Test(arguments: [96, 125, 128, 132, 160]) func theServerCloses(length: Int) {
    let judged = Self.judged(length, share: Self.pipe) {
      $0.askForValidation()
      $0.send(.server, flags: [.rst, .ack])
    }
    #expect(judged.fired(except: ["mbx-tcp-options-stripped"]) == ["vni-aborted-by-server critical"])
    #expect(judged.transcripts.map(\.outcome) == [.failed])
  }

  /// With everything signed, or another length, it may be any request.
  @Test(arguments: [(true, 0), (false, 1)]) func anotherRequest(signsAll: Bool, bytesMore: Int) {
    let judged = Self.judged(128, share: #"\\fs01\data"#, signsAll: signsAll) {
      let body = SMB2BodyBytes.validateRequest() + [UInt8](repeating: 0, count: bytesMore)
      $0.request(SMB2Bytes.request(11, 4, session: Conversation.session, tree: 5, body).signed)
      $0.send(.server, flags: [.rst, .ack])
    }
    #expect(!judged.fired().contains { $0.hasPrefix("vni-aborted") }, "\(judged.fired())")
  }

  /// An answer, of whatever status, makes it harmless.
  @Test(arguments: [UInt32(0), 0xC000_00BB, 0xC000_0022]) func theServerAnswers(status: UInt32) {
    let judged = Self.judged(128, share: #"\\fs01\data"#) {
      $0.askForValidation()
      let answer = SMB2Bytes.response(
        11, 4, status: status, session: Conversation.session, tree: 5, status == 0 ? SMB2BodyBytes.validateResponse() : SMB2BodyBytes.error())
      $0.response(status == 0 ? answer.signed : answer)
      $0.create(5)
      $0.send(.client, flags: [.fin, .ack])
    }
    #expect(!judged.fired().contains { $0.hasPrefix("vni-") }, "\(judged.fired())")
  }

  /// A share whose name was cut is IPC$ by its type.
  @Test func theTypeOfACutShare() {
    let judged = Self.judged(128, share: Self.pipe) { _ in }
    #expect(judged.transcripts.map { $0.trees.map(\.isPipeShare) } == [[true]])
  }
}
