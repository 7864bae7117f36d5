import Diagnosis
import Packets
import Rules
import Transcripts

/// What a user wants to see of a report. It does not change the diagnosis.
package struct Choice: Sendable {
  /// A host, as a user names it.
  package struct Host: Sendable {
    /// As the user wrote it.
    package var text: String
    /// nil for a name.
    package var network: Network?

    package init(text: String, network: Network?) {
      self.text = text
      self.network = network
    }

    func matches(_ known: KnownHost) -> Bool {
      if let network { return network.contains(known.address) }
      return known.names.contains { isSameHost($0, text) }
    }
  }

  /// A host of the recording.
  struct KnownHost {
    var address: IPAddress
    /// Also those that only other connections to it say, or a look-up.
    var names: [String]
  }

  package var clients: [Host] = []
  package var servers: [Host] = []
  package var connections: [Int] = []
  /// Identifiers, or `vni-*`.
  package var rules: [String] = []
  package var since: Moment?
  package var until: Moment?

  package init() {}

  package var isEmpty: Bool { words.isEmpty }

  /// As on the command line: `--rule vni-aborted-by-server`.
  package var words: [String] {
    clients.map { "--client \($0.text)" } + servers.map { "--server \($0.text)" } + connections.map { "--connection \($0)" }
      + rules.map { "--rule \($0)" } + [since.map { "--since \($0.text)" }, until.map { "--until \($0.text)" }].compactMap(\.self)
  }
}

/// Why a choice is not possible, as a sentence.
package struct ChoiceError: Error, CustomStringConvertible {
  package var description: String
}

/// The part of a report that a choice leaves.
package struct Shown: Sendable {
  /// The choice, as on the command line.
  package var words: [String]
  package var hiddenConnections: Int
  package var hiddenFindings: Int

  /// `shown: --rule vni-*; hidden: 362 connections and 9 findings, which still count`
  var sentence: String {
    let hidden = "\(counted(hiddenConnections, "connection")) and \(counted(hiddenFindings, "finding"))"
    return "shown: \(words.joined(separator: " ")); hidden: \(hidden), which still count"
  }
}

extension Report {
  /// The same report with less to show: counts, verdict and severities stay those of the whole recording.
  package func showing(_ choice: Choice) throws(ChoiceError) -> Report {
    guard !choice.isEmpty else { return self }
    let filter = try Filter(choice, self)
    var report = self
    var shown = connections.filter(filter.matches)
    let near = Set(shown.map(\.id))
    let hosts = Set(shown.flatMap { [$0.client.address, $0.server.address] })
    let told = findings.filter { filter.matches($0, near, among: hosts) }
    if !choice.rules.isEmpty {
      let concerned = Set(told.flatMap(\.connections))
      shown = shown.filter { concerned.contains($0.id) }
    }
    let kept = Set(shown.map(\.id))
    report.diagnosis.keep(connections: kept, findings: Set(told.map(\.id)))
    let hidden = connections.count - shown.count
    report.shown = Shown(
      words: choice.words, hiddenConnections: hidden + summary.connections - connections.count,
      hiddenFindings: findings.count - told.count)
    return report
  }
}

/// A choice, matched against the report.
private struct Filter {
  private let choice: Choice
  private let hosts: HostDirectory
  private let since: Timestamp?
  private let until: Timestamp?

  init(_ choice: Choice, _ report: Report) throws(ChoiceError) {
    self.choice = choice
    hosts = report.diagnosis.hosts
    since = choice.since.map { $0.time(in: report.capture) }
    until = choice.until.map { $0.time(in: report.capture) }
    let file = report.files.joined(separator: ", ")
    let askers = report.findings.compactMap { if case .client(let client) = $0.scope { known(client) } else { nil } }
    try check(choice.clients, "client", report.connections.map(client) + askers, file)
    try check(choice.servers, "server", report.connections.map(server), file)
    let ids = Set(report.connections.map(\.id))
    for id in choice.connections where !ids.contains(id) {
      let most = ids.max().map { "; they are numbered from 1 to \($0)" } ?? ""
      throw ChoiceError(description: "there is no connection \(id) in \(file)\(most)")
    }
    try Self.check(since, until, choice, report.capture)
  }

  /// Each of the hosts has to be one of the recording. One that only asked KDCs or resolvers is a client too.
  private func check(_ wanted: [Choice.Host], _ role: String, _ known: [Choice.KnownHost], _ file: String) throws(ChoiceError) {
    for host in wanted where !known.contains(where: host.matches) {
      let words = Set(known.map(\.address.description) + known.flatMap(\.names)).sorted()
      throw ChoiceError(description: "there is no \(role) “\(host.text)” in \(file).\(suggestion(for: host.text, among: words))")
    }
  }

  private static func check(_ since: Timestamp?, _ until: Timestamp?, _ choice: Choice, _ capture: CaptureFacts) throws(ChoiceError) {
    if let since, let until, since > until {
      throw ChoiceError(description: "--since \(choice.since?.text ?? "") is later than --until \(choice.until?.text ?? "")")
    }
    if let since, let last = capture.lastTime, since > last {
      throw ChoiceError(description: "--since \(choice.since?.text ?? ""): the recording ends before, at \(ClockText.date(last)) \(last.clock)")
    }
    if let until, let first = capture.firstTime, until < first {
      throw ChoiceError(description: "--until \(choice.until?.text ?? ""): the recording begins later, at \(ClockText.date(first)) \(first.clock)")
    }
  }

  private func known(_ address: IPAddress, _ own: [String?] = []) -> Choice.KnownHost {
    Choice.KnownHost(address: address, names: own.compactMap(\.self) + hosts.names(of: address))
  }

  private func client(_ connection: DiagnosedConnection) -> Choice.KnownHost {
    known(connection.client.address, [connection.clientName])
  }

  private func server(_ connection: DiagnosedConnection) -> Choice.KnownHost {
    known(connection.server.address, [connection.serverName])
  }

  func matches(_ connection: DiagnosedConnection) -> Bool {
    func fits(_ wanted: [Choice.Host], _ one: Choice.KnownHost) -> Bool {
      wanted.isEmpty || wanted.contains { $0.matches(one) }
    }
    return fits(choice.clients, client(connection)) && fits(choice.servers, server(connection))
      && (choice.connections.isEmpty || choice.connections.contains(connection.id))
      && since.map { connection.endTime >= $0 } ?? true && until.map { connection.startTime <= $0 } ?? true
  }

  /// - Parameters:
  ///   - shown: connections that match.
  ///   - hosts: their ends.
  func matches(_ finding: Finding, _ shown: Set<Int>, among hosts: Set<IPAddress>) -> Bool {
    guard choice.rules.isEmpty || choice.rules.contains(where: finding.rule.matches), isInTime(finding) else { return false }
    switch finding.scope {
    case .connection, .attempt: return finding.connections.contains(where: shown.contains)
    case .client(let client):
      return choice.servers.isEmpty && choice.connections.isEmpty
        && (choice.clients.isEmpty || choice.clients.contains { $0.matches(known(client)) })
    // What is wrong with the recording matters whatever is looked at; what is wrong with one host does not.
    case .recording: return finding.observation.host.map(hosts.contains) ?? true
    }
  }

  /// As a connection is: by all of the time from its first frame to its last.
  private func isInTime(_ finding: Finding) -> Bool {
    let times = finding.evidence.compactMap(\.time) + [finding.time].compactMap(\.self)
    guard let first = times.min(), let last = times.max() else { return true }
    return since.map { last >= $0 } ?? true && until.map { first <= $0 } ?? true
  }
}
