import Diagnosis
import Packets
import Rules
import TestSupport
import Testing

/// Messages as large as a packet that do not get through, in the middle of a connection whose NEGOTIATE the recording lacks.
@Suite struct LargeMessageTests {
  private static let body = [UInt8](repeating: 0, count: 1380)

  /// WRITE of one full segment, sent again and again; before it, perhaps, another one that was answered.
  @Test(arguments: [(false, ["tcp-mtu-black-hole error possible"]), (true, ["message-not-delivered error likely"])])
  func isSentInVain(behindAnother: Bool, expected: [String]) {
    var one = Conversation()
    one.create(7)
    if behindAnother {
      one.request(.request(9, 8, session: Conversation.session, tree: 5, Self.body))
      one.response(.response(9, 8, session: Conversation.session, tree: 5, .counting(17)))
    }
    one.request(.request(9, 9, session: Conversation.session, tree: 5, Self.body))
    let last = one.count
    for seconds in [1, 2, 4, 8] as [Int64] {
      one.wait(seconds: seconds)
      one.resend(last)
    }
    one.goOn(after: 60)
    #expect(Judged(one).fired(in: [.transport]) == expected)
  }
}
