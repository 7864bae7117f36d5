/// Bytes of messages that are not yet whole, of all connections together.
final class HeldBytes {
  enum Limit {
    /// For Kerberos and DNS: enough for a hundred of the longest messages at the same time.
    static let records = 8 * 1024 * 1024
    /// For SMB: a long token on each of some hundred connections.
    static let messages = 16 * 1024 * 1024
    /// Of SMB with keys, where reads and writes are held too: a dozen of the longest.
    static let wholeMessages = 128 * 1024 * 1024
  }

  let limit: Int
  var count = 0
  var limitsReached = 0

  init(limit: Int) { self.limit = limit }
}
