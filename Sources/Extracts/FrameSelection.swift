package import Diagnosis
package import Packets
import Rules
import Transcripts

/// The frames of a recording that belong to some findings or to a connection.
///
/// It is made from a diagnosis. It then sees every frame of the recording twice: to learn, and to choose.
package struct FrameSelection {
  /// Comments of a frame that are kept; more would not be read.
  private static let maximumComments = 16

  private let ports: ServicePorts
  /// Frames of each connection: ports may be used again.
  private var connections: [Flow: [ClosedRange<Int>]] = [:]
  private var parties: [Party] = []
  /// Which parties end with a frame.
  private var endings: [Int: [Int]] = [:]
  /// What each cited frame shows.
  private var evidence: [Int: [String]] = [:]
  /// Rules of the findings that were chosen.
  package private(set) var rules: Set<String> = []
  /// Traffic of cited frames that belong to no connection.
  private var citedFlows: Set<Flow> = []
  private var isAll = false
  /// When clients try to reach which servers.
  private var windows: [IPAddress: Windows] = [:]
  private var pairs: [HostPair: Windows] = [:]

  /// The findings with everything of their cases, and connections with what is found about each by itself.
  package init(
    _ findings: [Finding], _ others: [DiagnosedConnection] = [], of diagnosis: Diagnosis, ports: ServicePorts = ServicePorts()
  ) {
    self.ports = ports
    // The targets belong to a referral: without them it would look as if the client had not followed it.
    let cases = Dictionary(diagnosis.cases.map { ($0.id, $0.connections + $0.targetConnections) }) { first, _ in first }
    let connections = Dictionary(diagnosis.connections.map { ($0.id, $0) }) { first, _ in first }
    for id in Set(findings.compactMap(\.caseID)).sorted() { add((cases[id] ?? []).compactMap { connections[$0] }) }
    for finding in findings where finding.caseID == nil { add(finding.connections.compactMap { connections[$0] }) }
    for one in others { add([one]) }
    let numbers = Set(others.map(\.id))
    for finding in findings { cite(finding) }
    for finding in diagnosis.findings where finding.connections.count == 1 && numbers.contains(finding.connections[0]) { cite(finding) }
  }

  /// Every frame.
  package init(allOf diagnosis: Diagnosis, ports: ServicePorts = ServicePorts()) {
    self.ports = ports
    isAll = true
    for finding in diagnosis.findings { cite(finding) }
  }

  private mutating func add(_ chosen: [DiagnosedConnection]) {
    guard let start = chosen.map(\.startTime).min(), let last = chosen.map(\.lastFrame).max() else { return }
    for one in chosen { connections[Flow(one.client, one.server), default: []].append(one.firstFrame...one.lastFrame) }
    endings[last, default: []].append(parties.count)
    parties.append(
      Party(
        clients: Set(chosen.map(\.client.address)), servers: Set(chosen.map(\.server.address)), start: start, end: start))
  }

  private mutating func cite(_ finding: Finding) {
    rules.insert(finding.rule.id)
    for proof in finding.evidence {
      let comment = "\(finding.rule.id): \(proof.note)"
      guard evidence[proof.frame, default: []].count < Self.maximumComments,
        !evidence[proof.frame, default: []].contains(comment)
      else { continue }
      evidence[proof.frame, default: []].append(comment)
    }
  }

  /// What evidence shows, frame by frame.
  package func comments(on frame: Int) -> [String] { evidence[frame] ?? [] }

  // MARK: Frames

  /// Looks at a frame of the recording: when attempts end, and what evidence without a connection belongs to.
  package mutating func learn(_ frame: Frame, _ bytes: borrowing ByteView) {
    for party in endings[frame.number] ?? [] { parties[party].end = frame.time }
    guard !isAll, evidence[frame.number] != nil, let flow = Self.flow(of: frame, bytes), connections[flow] == nil else { return }
    citedFlows.insert(flow)
    if let client = (ports.kerberos + ports.dns).lazy.compactMap({ flow.client(ofPort: $0) }).first {
      parties.append(Party(clients: [client], servers: [], start: frame.time, end: frame.time))
    }
  }

  /// All frames were learnt: sets up what makes choosing as quick for many findings as for one.
  package mutating func finishLearning() {
    for party in parties {
      let times = Party.reach(from: party.start, to: party.end)
      for client in party.clients {
        windows[client, default: Windows()].append(times)
        for server in party.servers { pairs[HostPair(client: client, server: server), default: Windows()].append(times) }
      }
    }
    for client in windows.keys { windows[client]?.merge() }
    for pair in pairs.keys { pairs[pair]?.merge() }
    for flow in connections.keys { connections[flow]?.sort { $0.upperBound < $1.upperBound } }
  }

  /// Whether a frame belongs to what was chosen.
  package func contains(_ frame: Frame, _ bytes: borrowing ByteView) -> Bool {
    if isAll || evidence[frame.number] != nil { return true }
    if let flow = Self.flow(of: frame, bytes) {
      return isOfConnection(flow, frame.number) || citedFlows.contains(flow) || isNear(flow, frame.time)
    }
    var isPartChosen = false
    if Packet.forEachPart(of: bytes, frame: frame, { isPartChosen = isPartChosen || contains($0, $1) }) { return isPartChosen }
    guard let (source, destination) = Packet.addresses(ofFragment: bytes, frame: frame) else { return false }
    // A fragment does not tell its ports.
    return isNear(source, frame.time) || isNear(destination, frame.time)
  }

  /// Connections of one flow follow each other.
  private func isOfConnection(_ flow: Flow, _ frame: Int) -> Bool {
    guard let ranges = connections[flow] else { return false }
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < frame { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].contains(frame)
  }

  private func isNear(_ flow: Flow, _ time: Timestamp) -> Bool {
    let (one, other) = (flow.first.address, flow.second.address)
    if ports.lookupService(flow.first.port, flow.second.port) != nil { return isNear(one, time) || isNear(other, time) }
    guard flow.hasPort(Party.hiddenPorts) else { return false }
    return [HostPair(client: one, server: other), HostPair(client: other, server: one)]
      .contains { pairs[$0]?.contains(time) ?? false }
  }

  private func isNear(_ client: IPAddress, _ time: Timestamp) -> Bool { windows[client]?.contains(time) ?? false }

  /// nil: neither TCP nor UDP, nor an ICMP error about them.
  private static func flow(of frame: Frame, _ bytes: borrowing ByteView) -> Flow? {
    switch try? Packet.read(bytes, frame: frame) {
    case .packet(let packet): Flow(packet.source, packet.destination)
    case .icmp(let error): Flow(error.source, error.destination)
    default: nil
    }
  }
}
