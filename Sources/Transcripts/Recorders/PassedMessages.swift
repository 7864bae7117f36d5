import Packets
import Protocols

extension SMBConversation {
  /// A request that was not answered yet, while none before it was open: one that hangs stays here, whatever else is answered.
  struct OldestRequest {
    private(set) var stamp = FrameStamp.none
    private var messageID: UInt64 = 0

    mutating func note(_ message: PassedHeader, _ frame: FrameStamp) {
      if !message.isResponse {
        if stamp.number == 0 { (stamp, messageID) = (frame, message.messageID) }
      } else if message.messageID == messageID, !message.isPending {
        stamp = .none
      }
    }
  }

  /// Messages that are not decoded any further, as long as the transcript need not know of them.
  struct PassedMessages {
    private(set) var requests = 0
    private(set) var responses = 0
    /// Of the last request.
    private(set) var requestFrame = 0
    /// Of the first request behind the last answer, of the last answer, and of the last request that asks for something.
    private(set) var awaited = FrameStamp.none
    private(set) var answered = FrameStamp.none
    /// Between the last two answers.
    private(set) var silence: TimeSpan?
    private(set) var asked = FrameStamp.none
    /// The first CANCEL or ECHO behind that.
    private(set) var turnedAway = FrameStamp.none
    /// Of the first CREATE; 0 when there is none.
    private(set) var createFrame = 0
    private(set) var createTime = Timestamp(nanoseconds: 0)
    /// Who sent the last of them.
    private(set) var side = Side.first
    private(set) var endsWithRequest = false
    /// See ``SMBConversation/OldestRequest``.
    private(set) var oldest: OldestRequest
    /// The last answer by which something was done.
    private(set) var workDoneFrame = 0
    private(set) var workDone = 0
    private(set) var hasSigned = (first: false, second: false)

    var isEmpty: Bool { requests | responses == 0 }

    init(_ oldest: OldestRequest = OldestRequest()) { self.oldest = oldest }

    mutating func add(_ message: PassedHeader, turnsAway: Bool, frame: FrameStamp, side: Side) {
      if message.wantsAnswer { oldest.note(message, frame) }
      if message.isResponse {
        responses &+= 1
        if answered.number > 0 { silence = frame.time.since(answered.time) }
        answered = frame
        if message.isWorkDone { (workDoneFrame, workDone) = (frame.number, workDone &+ 1) }
        awaited = .none
      } else {
        // Of an idle server it is the only question; beside others it asks whether they are worth the wait.
        let turnsAway = turnsAway || message.isEcho && awaited.number > 0
        requests &+= 1
        requestFrame = frame.number
        if awaited.number == 0, !turnsAway { awaited = frame }
        if turnsAway {
          if turnedAway.number == 0 { turnedAway = frame }
        } else {
          (asked, turnedAway) = (frame, .none)
        }
        if message.isCreate, createFrame == 0 { (createFrame, createTime) = (frame.number, frame.time) }
      }
      if message.isSigned { if side == .first { hasSigned.first = true } else { hasSigned.second = true } }
      endsWithRequest = !message.isResponse
      self.side = side
    }
  }
}
