import Packets

/// What is counted of connections without SMB that are not listed, by client, until it is known who swept the network.
struct UnlistedKnocks {
  private enum Limit {
    /// Scanners that are counted separately.
    static let clients = 256
  }

  private var byClient: [IPAddress: Summary] = [:]
  private(set) var limitsReached = 0

  mutating func record(_ counted: Summary, of client: IPAddress) {
    guard byClient[client] != nil || byClient.count < Limit.clients else {
      limitsReached += 1
      return
    }
    byClient[client, default: Summary()].add(counted)
  }

  func of(_ client: IPAddress) -> Summary { byClient[client] ?? Summary() }
}
