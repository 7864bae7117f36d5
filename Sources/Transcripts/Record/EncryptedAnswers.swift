/// What the sizes of a server's encrypted messages tell: MS-SMB2 2.2.41 gives the size before encryption.
package struct EncryptedAnswers: Sendable {
  private enum Size {
    /// A header and four bytes: LOGOFF, TREE_DISCONNECT, ECHO, CANCEL.
    static let goodbye = 68
    /// 2.2.2: the answer that only says an error.
    static let error = 73
    /// 2.2.10: a share was connected.
    static let share = 80
  }

  private var largest = 0
  /// The last one but for goodbyes.
  private var last = 0

  /// The server granted no share: whoever works with one gets longer answers than this.
  package var showNoShare: Bool { last == Size.error && largest <= Size.error }

  /// The last answer, apart from disconnects, was an error, and no share was used before: opening a file takes longer answers.
  package var endWithRefusal: Bool { last == Size.error && largest <= Size.share }

  mutating func record(_ size: Int) {
    largest = max(largest, size)
    if size != Size.goodbye { last = size }
  }
}
