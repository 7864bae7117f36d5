import Transcripts

/// Which connections have said something that matters since they were looked at.
final class ChangedConnections: MessageObserver {
  private let limit: Int
  private var fresh: Set<Int> = []
  private var settled: Set<Int> = []
  /// Requests to KDCs and resolvers, or their answers, came since this was set back.
  var hasInquiries = false

  init(limit: Int) { self.limit = limit }

  func observe(_ message: ObservedMessage) {
    switch message.content {
    case .kerberos, .dns: hasInquiries = true
    case .smb1, .smb2: if let stream = message.tcpStream, fresh.count < limit { fresh.insert(stream) }
    case .encrypted, .compressed: break
    }
  }

  /// Those that said something before this was asked last: what follows at once is there by now.
  func settle() -> Set<Int> {
    defer { (settled, fresh) = (fresh, []) }
    return settled
  }
}
