import Packets
import Protocols

extension NTStatus {
  /// SHARING_VIOLATION, OBJECT_NAME_COLLISION, FILE_IS_A_DIRECTORY, NOT_A_DIRECTORY, PATH_NOT_COVERED: MS-ERREF 2.3.1.
  package var isAboutKindOfFile: Bool { [0xC000_0043, 0xC000_0035, 0xC000_00BA, 0xC000_0103, 0xC000_0257].contains(rawValue) }
}

extension SMBConversation {
  /// What requests that work came to. Its fields are changed one by one, and not the whole copied: this is the path of bulk traffic.
  /// Each open connection has one: the order of the fields leaves no gaps.
  struct Work {
    /// A request that was not answered yet, while none before it was open: one that hangs stays here, whatever else is answered.
    @OptionalStamp var open: FrameStamp?
    var openID: UInt64 = 0
    /// The last answer by which something was done, and how many there were.
    @OptionalFrame var doneFrame: Int?
    var done = 0
    /// The last CREATE and the last QUERY_INFO, and what they asked for.
    var createID: UInt64 = 0
    var queryID: UInt64 = 0
    var create = PassedHeader.Asked.unseen
    var query = PassedHeader.Asked.unseen
    /// The server has said that it works on the open one: 3.3.4.2.
    var openIsPending = false
    /// Some of the work read or wrote data, or listed a folder.
    var hasMovedData = false
    var hasListed = false
    /// Some of it was more than to open the share's own folder.
    var isUse = false

    /// What an answer is to, where that is still known.
    func asked(by messageID: UInt64) -> PassedHeader.Asked {
      messageID == createID ? create : messageID == queryID ? query : .unseen
    }
  }

  /// Messages that are not decoded any further, as long as the transcript need not know of them.
  struct PassedMessages {
    private(set) var requests = 0
    private(set) var responses = 0
    /// Of the last request.
    @OptionalFrame private(set) var requestFrame: Int?
    /// Of the first request behind the last answer, of the last answer, and of the last request that asks for something.
    @OptionalStamp private(set) var awaited: FrameStamp?
    @OptionalStamp private(set) var answered: FrameStamp?
    /// Of the last answer to something else than ECHO.
    @OptionalStamp private(set) var used: FrameStamp?
    @OptionalStamp private(set) var asked: FrameStamp?
    /// The first CANCEL or ECHO behind that.
    @OptionalStamp private(set) var turnedAway: FrameStamp?
    /// Of the first CREATE.
    @OptionalStamp private(set) var firstCreate: FrameStamp?
    /// Between the last two answers.
    private(set) var silence: TimeSpan?
    /// Who sent the last of them.
    private(set) var side = Side.first
    private(set) var endsWithRequest = false
    private(set) var hasSigned = (first: false, second: false)

    var isEmpty: Bool { requests | responses == 0 }

    /// - Parameter isAnswered: the answer to this request came up before it.
    mutating func add(_ message: PassedHeader, isAnswered: Bool, turnsAway: Bool, frame: FrameStamp, side: Side) {
      if message.isResponse {
        responses &+= 1
        if let answered { silence = frame.time.since(answered.time) }
        answered = frame
        if !message.isEcho { used = frame }
        awaited = nil
      } else {
        // Of an idle server it is the only question; beside others it asks whether they are worth the wait.
        let turnsAway = turnsAway || message.isEcho && awaited != nil
        requests &+= 1
        requestFrame = frame.number
        if awaited == nil, !turnsAway, !isAnswered { awaited = frame }
        if turnsAway {
          if turnedAway == nil { turnedAway = frame }
        } else {
          (asked, turnedAway) = (frame, nil)
        }
        if message.isCreate, firstCreate == nil { firstCreate = frame }
      }
      if message.isSigned { if side == .first { hasSigned.first = true } else { hasSigned.second = true } }
      endsWithRequest = !message.isResponse && !isAnswered
      self.side = side
    }
  }

  /// Takes a message of the kind that does work, whose answer did not come up before it.
  func recordWork(_ message: PassedHeader, _ frame: FrameStamp) {
    guard message.isResponse else {
      if message.isCreate { (work.createID, work.create) = (message.messageID, message.asked) }
      if message.isQueryInfo { (work.queryID, work.query) = (message.messageID, message.asked) }
      if work.open == nil { (work.open, work.openID, work.openIsPending) = (frame, message.messageID, false) }
      return
    }
    if message.isWorkDone {
      (work.doneFrame, work.done) = (frame.number, work.done &+ 1)
      if message.movesData { work.hasMovedData = true }
      if message.lists { work.hasListed = true }
      if !work.isUse, !message.isCreate || work.asked(by: message.messageID).nameLength != 0 { work.isUse = true }
    }
    if !work.isUse, message.isQueryInfo, message.status.rawValue == 0 || message.status.isWarning, work.asked(by: message.messageID).isAboutFile { work.isUse = true }
    guard message.messageID == work.openID else { return }
    if message.isPending { work.openIsPending = true } else { work.open = nil }
  }

  /// Of an error: the client got nothing on any share so far, and is refused what it asks for, with a status that says more than how
  /// it was asked for.
  func refusesFirst(_ message: PassedHeader) -> Bool {
    guard message.isResponse, message.isCreate || message.isQueryInfo, !work.isUse else { return false }
    return !message.saysGone && !message.status.isAboutKindOfFile && (message.isCreate || work.asked(by: message.messageID).isAboutFile)
  }

  func recordShareReply(_ header: SMB2Header, _ origin: MessageOrigin) {
    transcript.recordShareReply(
      header, asked: work.asked(by: header.messageID), isDecrypted: origin.proof.isDecrypted, frame: origin.lastFrame)
  }
}
