import Packets

extension SMBConversation {
  /// Messages of one side that are not decoded any further.
  struct PassedMessages {
    /// Of the last of them.
    private(set) var frame = 0
    private(set) var requests: UInt32 = 0
    private(set) var responses: UInt32 = 0
    private(set) var hasCreate = false
    private(set) var hasSigned = false
    private(set) var side = Side.first

    mutating func add(isResponse: Bool, isCreate: Bool, isSigned: Bool, frame: Int, side: Side) {
      if isResponse { responses &+= 1 } else { requests &+= 1 }
      if isCreate { hasCreate = true }
      if isSigned { hasSigned = true }
      self.frame = frame
      self.side = side
    }
  }
}
