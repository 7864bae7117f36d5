package import Packets
import Synchronization

/// The tokens read last. Every logon at a server begins and ends with the same ones, and BER takes longer to read than all
/// the rest of a SESSION_SETUP.
private struct RecentTokens: Sendable {
  enum Limit {
    /// A handful of servers and clients, each with its own ways to begin and to end.
    static let tokens = 32
    /// Longer ones carry a proof or a ticket, which no other logon has.
    static let bytes = 256
  }

  private var tokens: [[UInt8]: SPNEGOToken] = [:]

  func token(of bytes: [UInt8]) -> SPNEGOToken? { tokens[bytes] }

  mutating func note(_ token: SPNEGOToken, of bytes: [UInt8]) {
    if tokens.count == Limit.tokens { tokens.removeAll(keepingCapacity: true) }
    tokens[bytes] = token
  }
}

extension SPNEGOToken {
  private static let recent = Mutex(RecentTokens())

  /// The same as ``init(_:)``, for bytes that may well come again.
  package static func read(_ bytes: [UInt8]) throws(DecodeError) -> SPNEGOToken {
    guard bytes.count <= RecentTokens.Limit.bytes else { return try SPNEGOToken(ByteView(bytes.span)) }
    if let known = recent.withLock({ $0.token(of: bytes) }) { return known }
    let token = try SPNEGOToken(ByteView(bytes.span))
    recent.withLock { $0.note(token, of: bytes) }
    return token
  }
}
