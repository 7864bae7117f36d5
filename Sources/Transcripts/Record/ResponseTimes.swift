package import Packets

/// How long servers took to answer: by server, by what they were asked, and for shares by their path.
package struct ResponseTimes: Sendable {
  package enum Step: String, Sendable, Codable, CaseIterable {
    case negotiate = "NEGOTIATE", sessionSetup = "SESSION_SETUP", treeConnect = "TREE_CONNECT", kdc = "KDC"
    case create = "CREATE", close = "CLOSE", flush = "FLUSH", read = "READ", write = "WRITE"
    case queryDirectory = "QUERY_DIRECTORY", queryInfo = "QUERY_INFO", setInfo = "SET_INFO"
  }

  package struct Key: Hashable, Sendable, Codable {
    package var server: IPAddress
    package var step: Step
    /// nil for all but TREE_CONNECT.
    package var share: String?
  }

  /// How long one step took.
  package struct Sample: Sendable, Codable {
    package var key: Key
    package var duration: TimeSpan
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

  /// Takes what led to a session and to shares.
  package mutating func record(_ transcript: Transcript) {
    Self.forEachSample(of: transcript) { record($0.key, $0.duration) }
  }

  package mutating func record(_ samples: [Sample]) {
    for sample in samples { record(sample.key, sample.duration) }
  }

  package static func samples(of transcript: Transcript) -> [Sample] {
    var samples: [Sample] = []
    forEachSample(of: transcript) { samples.append($0) }
    return samples
  }

  /// What led to a session and to shares; of a logon the slowest step.
  private static func forEachSample(of transcript: Transcript, _ body: (Sample) -> Void) {
    let server = transcript.server.address
    func take(
      _ step: Step, _ request: MessageStamp?, _ reply: MessageStamp?, atLeast slowest: TimeSpan? = nil, share: String? = nil
    ) {
      // A request that the capture lacks has the time of its answer.
      guard let request, let reply, !request.isUnseen, !reply.isUnseen else { return }
      let duration = max(reply.time.since(request.time), slowest ?? .zero)
      body(Sample(key: Key(server: server, step: step, share: share), duration: duration))
    }
    if let negotiation = transcript.negotiation { take(.negotiate, negotiation.requestStamp, negotiation.responseStamp) }
    let sessions = transcript.sessions
    for index in sessions.indices where sessions[index].isAnswered {
      take(.sessionSetup, sessions[index].requestStamp, sessions[index].replyStamp, atLeast: sessions[index].slowReply?.delay)
    }
    for tree in transcript.trees {
      let path = tree.path.utf8.count <= Limit.path ? tree.path : String(tree.path.unicodeScalars.prefix(Limit.path))
      take(.treeConnect, tree.requestStamp, tree.replyStamp, share: path)
    }
  }

  /// Takes the answers of KDCs.
  package mutating func record(_ lookups: Lookups) {
    for exchange in lookups.exchanges {
      guard let request = exchange.request, let reply = exchange.reply, exchange.tries == 1 else { continue }
      record(Key(server: exchange.kdc.address, step: .kdc), reply.time.since(request.stamp.time))
    }
  }
}

extension ResponseTimes: Codable {
  private enum CodingKeys: String, CodingKey {
    case rows, limitsReached
  }

  private struct Row: Codable {
    var key: Key
    var histogram: DurationHistogram
  }

  /// In the order of ``rows``, so that the same times are the same bytes.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(rows.map { Row(key: $0.key, histogram: $0.histogram) }, forKey: .rows)
    try container.encode(limitsReached, forKey: .limitsReached)
  }

  package init(from decoder: any Decoder) throws {
    self.init()
    let container = try decoder.container(keyedBy: CodingKeys.self)
    for row in try container.decode([Row].self, forKey: .rows) { histograms[row.key] = row.histogram }
    limitsReached = try container.decode(Int.self, forKey: .limitsReached)
  }
}
