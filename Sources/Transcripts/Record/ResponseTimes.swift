package import Packets

/// How long servers took to answer: by server, by what they were asked, and for shares by their path.
package struct ResponseTimes: Sendable {
  package enum Step: String, Sendable, CaseIterable {
    case negotiate = "NEGOTIATE", sessionSetup = "SESSION_SETUP", treeConnect = "TREE_CONNECT", kdc = "KDC"
    case create = "CREATE", close = "CLOSE", flush = "FLUSH", read = "READ", write = "WRITE"
    case queryDirectory = "QUERY_DIRECTORY", queryInfo = "QUERY_INFO", setInfo = "SET_INFO"
  }

  package struct Key: Hashable, Sendable {
    package var server: IPAddress
    package var step: Step
    /// nil for all but TREE_CONNECT.
    package var share: String?
  }

  package enum Limit {
    /// Servers, steps and shares whose times are kept; each takes 1 KiB.
    static let kept = 2048
    /// Scalars of a share's path.
    static let path = 256
  }

  package private(set) var histograms: [Key: DurationHistogram] = [:]
  package private(set) var limitsReached = 0

  package init() {}

  mutating func recordLimit(_ count: Int) { limitsReached += count }

  mutating func record(_ key: Key, _ duration: TimeSpan) {
    guard histograms.count < Limit.kept || histograms[key] != nil else {
      limitsReached += 1
      return
    }
    histograms[key, default: DurationHistogram()].record(duration)
  }

  package mutating func add(_ other: ResponseTimes) {
    for (key, histogram) in other.histograms { add(key, histogram) }
    limitsReached += other.limitsReached
  }

  mutating func add(_ key: Key, _ histogram: DurationHistogram) {
    guard histogram.count > 0 else { return }
    if histograms.count < Limit.kept { histograms[key] = histogram } else { limitsReached += histogram.count }
  }
}

extension ResponseTimes {
  /// By server, then as an attempt goes on.
  package var rows: [(key: Key, histogram: DurationHistogram)] {
    func place(_ step: Step) -> Int { Step.allCases.firstIndex(of: step) ?? 0 }
    return histograms.map { ($0.key, $0.value) }.sorted { left, right in
      if left.key.server != right.key.server { return left.key.server < right.key.server }
      if left.key.step != right.key.step { return place(left.key.step) < place(right.key.step) }
      return (left.key.share ?? "") < (right.key.share ?? "")
    }
  }

  /// Takes what led to a session and to shares; of a logon the slowest step.
  package mutating func record(_ transcript: Transcript) {
    let server = transcript.server.address
    if let negotiation = transcript.negotiation {
      record(.negotiate, server, negotiation.requestStamp, negotiation.responseStamp)
    }
    for session in transcript.sessions where session.isAnswered {
      record(.sessionSetup, server, session.requestStamp, session.replyStamp, atLeast: session.slowReply?.delay)
    }
    for tree in transcript.trees {
      record(.treeConnect, server, tree.requestStamp, tree.replyStamp, share: tree.path.utf8.count <= Limit.path ? tree.path : String(tree.path.unicodeScalars.prefix(Limit.path)))
    }
  }

  /// Takes the answers of KDCs.
  package mutating func record(_ lookups: Lookups) {
    for exchange in lookups.exchanges {
      guard let request = exchange.request, let reply = exchange.reply, exchange.tries == 1 else { continue }
      record(Key(server: exchange.kdc.address, step: .kdc), reply.time.since(request.stamp.time))
    }
  }

  private mutating func record(
    _ step: Step, _ server: IPAddress, _ request: MessageStamp?, _ reply: MessageStamp?, atLeast slowest: TimeSpan? = nil,
    share: String? = nil
  ) {
    // A request that the capture lacks has the time of its answer.
    guard let request, let reply, request.frame > 0, reply.frame > 0 else { return }
    record(Key(server: server, step: step, share: share), max(reply.time.since(request.time), slowest ?? .zero))
  }
}
