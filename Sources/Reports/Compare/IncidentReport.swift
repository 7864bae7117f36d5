package import Compare
import Diagnosis
import Packets
import Rules
import Transcripts

/// What is said of an incident that was recorded at several points; every output format is written from it.
package struct IncidentReport: Sendable {
  /// Of the JSON that it is written as.
  package static let schema = "smbdx-compare/1"

  package var toolVersion: String
  package var comparison: IncidentComparison

  package init(toolVersion: String, comparison: IncidentComparison) {
    self.toolVersion = toolVersion
    self.comparison = comparison
  }

  /// 0 when the path does nothing that it must not do, 1 when it does, 2 when there is nothing to compare.
  package var status: Int32 { comparison.problem != nil ? 2 : comparison.isTampered ? 1 : 0 }
}

extension IncidentReport {
  var points: [CapturePoint] { comparison.points }
  var labels: [String] { comparison.labels }

  /// `client frame 4, server frame 7`
  func text(of places: [PathVerdict.Place]) -> String {
    places.map { "\(labels[$0.point]) frame \(grouped($0.frame))" }.joined(separator: ", ")
  }

  /// Why nothing can be compared, and what the recordings have in common.
  var problemText: String? {
    switch comparison.problem {
    case nil: nil
    case .sameRecording: "both files are the same recording: give one made near the client and one made near the server"
    case .noConnections where hiddenInCommon != nil: hiddenInCommon
    case .noConnections(let point):
      points[point].frames == 0
        ? "\(points[point].name) is empty: the traffic of the other recording did not arrive there, or this one was made on another interface or with a filter"
        : "\(points[point].name) has no SMB connection: the traffic of the other recording did not arrive there, or this one was made on another interface or with a filter"
    case .otherTimes(let apart):
      "the two recordings have no connection in common: one ends \(apart) before the other begins\(inCommon)"
    case .otherIncidents where points.contains(where: \.hasOnlyOpenings):
      "the two recordings overlap in time but nothing shows whether they have a connection in common: none was opened, and a device may have changed addresses and sequence numbers\(inCommon)"
    case .otherIncidents:
      "the two recordings overlap in time but have no connection in common: they show different incidents, or one was made away from the path of these connections\(inCommon)"
    }
  }

  /// The points have the same traffic in which SMB may be, and no other.
  private var hiddenInCommon: String? {
    guard points.allSatisfy(\.connections.isEmpty) else { return nil }
    for one in points[0].diagnosis.hidden {
      let same = points.map { $0.diagnosis.hidden.first { $0.kind == one.kind && $0.client == one.client && $0.server == one.server } }
      let frames = same.enumerated().compactMap { place, found in found.map { PathVerdict.Place(point: place, frame: $0.frame) } }
      guard frames.count == points.count else { continue }
      return
        "all recordings have \(one.kind.transport) between \(one.client) and \(one.server) (\(text(of: frames))), where smbdx cannot read SMB, so it cannot compare the messages; record an attempt over TCP port 445"
    }
    return nil
  }

  /// What the recording with SMB connections says by itself, where the other has none.
  var known: [String] {
    guard case .noConnections(let point)? = comparison.problem, let other = points.indices.first(where: { $0 != point }),
      !points[other].connections.isEmpty
    else { return [] }
    let unanswered = points[other].connections.filter { $0.handshake.syn != nil && $0.handshake.synAck == nil && $0.serverStream.segments == 0 }
    var sentences = points[other].diagnosis.findings.filter { $0.isPrimary || $0.severity >= .error }.prefix(Limit.known).map {
      "\(labels[other]) alone: \($0.severity.rawValue)[\($0.rule.id)] \($0.summary) (\($0.confidence.rawValue))"
    }
    if let one = unanswered.first, let time = one.handshake.syn?.time {
      sentences.append(
        "if the recorder of \(points[point].name) ran at \(ClockText.date(time)) \(time.clock) on the right interface, the path drops the SYN from \(one.client.address) to \(one.server)")
    }
    return sentences
  }

  private enum Limit {
    /// Findings of one recording that are reported where the other has no connection.
    static let known = 3
    /// Warnings about a file that are reported one by one.
    static let warnings = 5
  }

  /// Damage of the file, as `smbdx analyze` reports it.
  func warnings(_ point: CapturePoint) -> [String] {
    let facts = point.diagnosis.capture
    return facts.warnings.prefix(Limit.warnings).map { warning in
      let place = [warning.frame.map { "frame \($0)" }, warning.byte.map { "byte \($0)" }].compactMap(\.self)
      return (place.isEmpty ? "" : place.joined(separator: ", ") + ": ") + warning.message
    }
  }

  /// Of two neighbours among three recordings.
  func strangers(_ hop: HopComparison) -> String {
    let isFirst = comparison.hops.count > 1 && comparison.hops.last.map { !$0.pairs.isEmpty } ?? false
    let odd = isFirst ? hop.near : hop.far
    return "no connection of \(labels[hop.near]) is in \(labels[hop.far]): \(labels[odd]) does not belong to this incident, or was made away from the path of its connections"
  }

  /// Servers that both recordings have.
  private var inCommon: String {
    guard points.count > 1 else { return "" }
    let servers = points.map { Set($0.connections.map(\.server.address)) }
    let both = servers[0].intersection(servers[1]).sorted().prefix(3).map(\.description)
    return both.isEmpty ? "; they have no common server either" : "; both have connections to \(both.joined(separator: ", "))"
  }

  /// `the clock of the server's recorder is 3.7 s ahead of that of the client's recorder (± 0.2 ms), and gains 50 ppm`
  func text(of clock: ClockRelation, _ hop: HopComparison) -> String {
    let (near, far) = (hop.near, hop.far)
    let isAhead = clock.offset >= .zero
    let (ours, theirs) =
      points.count == 2 ? ("the client's recorder", "the server's recorder") : ("the recorder of \(labels[near])", "the recorder of \(labels[far])")
    var text =
      clock.agrees
      ? "the clocks of \(ours) and \(theirs) agree (± \(Self.small(max(clock.error, clock.offset.magnitude))))"
      : "the clock of \(theirs) is \(clock.offset.magnitude) \(isAhead ? "ahead of" : "behind") that of \(ours) (± \(Self.small(clock.error)))"
    if let drift = clock.drift, let error = clock.driftError {
      text += ", and \(drift >= 0 ? "gains" : "loses") \(rounded(abs(drift))) ppm (± \(rounded(error)))"
    }
    if hop.usualTrip >= .milliseconds(1) { text += "; the path between them takes \(hop.usualTrip) there and back" }
    return text
  }

  /// An error of a clock; what is below a tenth of a millisecond is as good as nothing.
  private static func small(_ span: TimeSpan) -> String { span < .milliseconds(1) / 10 ? "less than 0.1 ms" : "\(span)" }

  private func rounded(_ value: Double) -> String { value >= 10 ? "\(Int(value.rounded()))" : "\((value * 10).rounded() / 10)" }

  /// `found by the NTLM challenge and TCP sequence numbers`
  func basis(of hop: HopComparison) -> String {
    var counts: [ContentKey.Kind?: Int] = [:]
    for place in hop.pairs.indices { counts[hop.pairs.common(place).first, default: 0] += 1 }
    let words = counts.sorted { ($1.value, $0.key?.rawValue ?? 99) < ($0.value, $1.key?.rawValue ?? 99) }.map { $0.key?.words ?? "addresses and ports" }
    return words.isEmpty ? "" : "found by \(words.joined(separator: ", "))"
  }
}

extension ClockRelation {
  /// Nothing shows a difference between the clocks.
  fileprivate var agrees: Bool { drift == nil && (offset.magnitude <= error || offset.magnitude < .milliseconds(1) / 10) }
}

extension CapturePoint {
  /// SYNs and what refuses them.
  fileprivate var hasOnlyOpenings: Bool { connections.allSatisfy { $0.messageCount == 0 } }
}

extension Step {
  /// What became of it, in a few words.
  var fateText: String {
    switch fate {
    case .same where loss != nil: "dropped on the path at first; a copy, sent \(loss?.delay ?? .zero) later, arrives"
    case .same: isDelayed ? "delayed by \(transit ?? .zero)" : "same"
    case .sameAsFarAsCaptured: "same as far as both recordings have it"
    case .altered(let changes): "altered: " + changes.map(\.text).joined(separator: "; ")
    case .dropped(let confidence, let why): "dropped on the path (\(confidence.rawValue)): \(why)"
    case .made(let confidence, let why): "created on the path (\(confidence.rawValue)): \(why)"
    case .notRecorded(let why): "only in one recording: \(why)"
    }
  }

  var sign: String {
    switch fate {
    case .same, .sameAsFarAsCaptured: isHeldUp ? "…" : "="
    case .altered: "≠"
    case .dropped: "✗"
    case .made: "+"
    case .notRecorded: "?"
    }
  }

  /// It says something about a recorder, and nothing about the path.
  var isOfRecorder: Bool { if case .notRecorded = fate { true } else { false } }

  var tone: Tone {
    if isTampered { return .critical }
    return isTheSame ? .plain : .faint
  }
}

extension FieldChange {
  /// `Dialects 0x0202 0x0302 → 0x0202`
  var text: String {
    switch (sent, received) {
    case (let sent?, let received?): "\(name) \(sent) → \(received)"
    case (let sent?, nil): "\(name) \(sent) → absent"
    case (nil, let received?): "\(name) absent → \(received)"
    case (nil, nil): name
    }
  }
}

extension PathVerdict {
  /// What shows it, and what was not compared.
  var reason: String? {
    let parts = [why, notCompared.isEmpty ? nil : "not compared: \(notCompared.sentences.joined(separator: "; "))"].compactMap(\.self)
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  /// `altered`, `reset by the path`
  var title: String {
    switch kind {
    case .altered: "altered on the path"
    case .dropped: "dropped on the path"
    case .made: "created on the path"
    case .reset: "reset by the path"
    case .delayed: "delayed on the path"
    case .unseen: "does not arrive"
    case .untouched, .partly:
      isOfOthers
        ? "on \(pairs.count == 1 ? "the other connection" : "\(grouped(pairs.count)) other connections")"
        : kind == .untouched ? "the path between the two points is not to blame" : "nothing altered as far as compared"
    case .unclear: "unknown"
    case .host: isOfOthers ? "not the path" : "a host caused it"
    }
  }
}
