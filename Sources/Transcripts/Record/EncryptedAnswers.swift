/// Conclusions from the sizes of encrypted messages: MS-SMB2 2.2.41 gives the size before encryption.
package struct EncryptedAnswers: Sendable {
  private enum Size {
    /// A header and four bytes: LOGOFF, TREE_DISCONNECT, ECHO, CANCEL, requests and answers.
    static let goodbye = 68
    /// 2.2.2: the answer that only says an error.
    static let error = 73
    /// 2.2.10: a share was connected.
    static let share = 80
    /// 2.2.14: a file was opened. Between the two there is only the answer to Validate Negotiate (2.2.32.6).
    static let file = 152
  }

  /// Whether a request of this size is one of those that ask for nothing.
  static func turnsAway(_ size: Int) -> Bool { size == Size.goodbye }

  private var largest = 0
  /// The last answer, apart from those to LOGOFF and TREE_DISCONNECT.
  private var last = 0
  /// A share is connected, and was not disconnected.
  private var hasShare = false
  /// The client's last message has the size of LOGOFF or TREE_DISCONNECT.
  private var isLeaving = false
  /// The last error answered a request for a share, as far as can be told: none was connected, or none was there to disconnect.
  private var refusesShare = false
  /// The last two answers are errors, the second of them to a goodbye: a share was refused, or the session was gone, whatever was
  /// used before.
  package private(set) var endWithRefusedGoodbye = false

  /// The share was connected, and the server refuses what the client asks for on it, and even to disconnect it: it cannot enter
  /// the folder behind the share.
  package private(set) var refuseFolder = false

  /// The first answer is an error: a client begins by asking for a share.
  package private(set) var beginWithRefusal = false
  private var isEmpty = true

  /// No answer is as long as that to a CREATE that succeeds.
  package var showNoFile: Bool { largest < Size.file }

  /// The server granted no share: whoever works with one gets longer answers than this.
  package var showNoShare: Bool { last == Size.error && largest <= Size.error }

  /// The last answer, apart from disconnects, was an error, and no share was used before: opening a file takes longer answers.
  package var endWithRefusal: Bool { last == Size.error && showNoFile }

  /// That error may have refused a file on a share that was connected.
  package var mayRefuseFile: Bool { endWithRefusal && !refusesShare }

  /// It refused a share: none was connected at that time, although one had been before.
  package var endWithRefusedShare: Bool { endWithRefusal && refusesShare }

  /// The client asks for nothing more, on a share or at all.
  mutating func recordGoodbye() { isLeaving = true }

  mutating func record(_ size: Int) {
    defer { isLeaving = false }
    if isEmpty { (isEmpty, beginWithRefusal) = (false, size == Size.error) }
    endWithRefusedGoodbye = isLeaving && size == Size.error && last == Size.error
    largest = max(largest, size)
    refuseFolder = isLeaving && size == Size.error && last == Size.error && hasShare && showNoFile
    switch size {
    case Size.goodbye:
      if isLeaving { hasShare = false }
      return
    case Size.error where isLeaving: refusesShare = refusesShare || last == Size.error && !hasShare
    case Size.error: refusesShare = !hasShare
    case Size.share: (hasShare, refusesShare) = (true, false)
    default: refusesShare = false
    }
    last = size
  }
}
