import Transcripts

/// Which connections have said something that matters since they were looked at.
final class ChangedConnections: MessageObserver {
  private enum Limit {
    /// Connections with new messages since they were last judged.
    static let changed = 65_536
  }

  private let next: (any MessageObserver)?
  private var fresh: Set<Int> = []
  private var settled: Set<Int> = []
  /// Requests to KDCs and resolvers, or their answers, came since this was set back.
  var hasLookups = false

  /// - Parameter next: sees every message too.
  init(next: (any MessageObserver)?) { self.next = next }

  func observe(_ message: ObservedMessage) {
    next?.observe(message)
    switch message.content {
    case .kerberos, .dns: hasLookups = true
    case .smb1, .smb2: if let stream = message.tcpStream, fresh.count < Limit.changed { fresh.insert(stream) }
    case .encrypted, .compressed: break
    }
  }

  /// Those that said something before this was asked last: what follows at once is there by now.
  func settle() -> Set<Int> {
    defer { (settled, fresh) = (fresh, []) }
    return settled
  }
}
