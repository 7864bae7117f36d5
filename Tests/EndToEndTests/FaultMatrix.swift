import Capture
import Diagnosis
import Foundation
import Packets
import Reports
import Rules
import TestSupport
import Testing
import Transcripts

/// A frame with TCP in it, by its place in the bytes: Ethernet, IPv4 or IPv6 without extensions.
struct Segment {
  var frame: RecordedFrame
  let tcp: Int

  init?(_ frame: RecordedFrame) {
    self.frame = frame
    let bytes = frame.bytes
    guard bytes.count >= 54 else { return nil }
    switch (bytes[12], bytes[13]) {
    case (0x08, 0x00) where bytes[23] == 6: tcp = 14 + Int(bytes[14] & 15) * 4
    case (0x86, 0xdd) where bytes[20] == 6: tcp = 54
    default: return nil
    }
    guard bytes.count >= tcp + 20 else { return nil }
  }

  private func number(at offset: Int, _ count: Int) -> Int {
    (0..<count).reduce(0) { $0 << 8 | Int(frame.bytes[offset + $1]) }
  }

  private mutating func set(_ value: Int, at offset: Int, _ count: Int) {
    for index in 0..<count { frame.bytes[offset + index] = UInt8(truncatingIfNeeded: value >> ((count - 1 - index) * 8)) }
  }

  var isVersion6: Bool { tcp == 54 && frame.bytes[12] == 0x86 }
  var source: Int { number(at: tcp, 2) }
  var destination: Int { number(at: tcp + 2, 2) }
  var ports: Set<Int> { [source, destination] }
  var payloadStart: Int { tcp + Int(frame.bytes[tcp + 12] >> 4) * 4 }
  var payloadEnd: Int { isVersion6 ? 54 + number(at: 18, 2) : 14 + number(at: 16, 2) }
  var payload: [UInt8] { payloadStart <= payloadEnd && payloadEnd <= frame.bytes.count ? Array(frame.bytes[payloadStart..<payloadEnd]) : [] }
  var sequence: UInt32 {
    get { UInt32(number(at: tcp + 4, 4)) }
    set { set(Int(newValue), at: tcp + 4, 4) }
  }
  var acknowledgment: UInt32 {
    get { UInt32(number(at: tcp + 8, 4)) }
    set { set(Int(newValue), at: tcp + 8, 4) }
  }
  var flags: UInt8 {
    get { frame.bytes[tcp + 13] }
    set { frame.bytes[tcp + 13] = newValue }
  }
  var end: UInt32 { sequence &+ UInt32(payload.count) &+ (flags & 3 == 0 ? 0 : 1) }
  var hopLimit: UInt8 {
    get { frame.bytes[isVersion6 ? 21 : 22] }
    set { frame.bytes[isVersion6 ? 21 : 22] = newValue }
  }

  /// Without payload, at another time.
  func bare(_ flags: UInt8, at time: Timestamp) -> Segment {
    var copy = self
    copy.frame = RecordedFrame(time: time, bytes: Array(frame.bytes[..<payloadStart]))
    copy.set(isVersion6 ? payloadStart - 54 : payloadStart - 14, at: isVersion6 ? 18 : 16, 2)
    copy.flags = flags
    // The window of a segment that is sent later is as good as any.
    if !isVersion6 { copy.set((copy.number(at: 18, 2) + 1) & 0xffff, at: 18, 2) }
    return copy
  }

  /// The same once more.
  func again(at time: Timestamp, count: Int) -> Segment {
    var copy = self
    copy.frame.time = time
    if !isVersion6 { copy.set((copy.number(at: 18, 2) + 100 + count) & 0xffff, at: 18, 2) }
    return copy
  }

  /// Command of the first SMB message, as SMB2 counts; nil when there is none.
  var command: Int? {
    let body = payload
    guard body.count > 40, body[0] == 0 else { return nil }
    if body[4...].starts(with: [0xfe, 0x53, 0x4d, 0x42]) { return Int(body[16]) | Int(body[17]) << 8 }
    guard body[4...].starts(with: [0xff, 0x53, 0x4d, 0x42]) else { return nil }
    return [0x72: 0, 0x73: 1, 0x75: 3, 0xa2: 5][Int(body[8])]
  }

  var isValidation: Bool {
    command == 11 && payload.indices.dropLast(3).contains { payload[$0...].starts(with: [0x04, 0x02, 0x14, 0x00]) }
  }

  var isSuccess: Bool { payload.count > 16 && payload[12..<16].allSatisfy { $0 == 0 } }
  var namesPipeShare: Bool {
    let text = String(decoding: payload.filter { $0 != 0 }, as: UTF8.self)
    return text.contains("IPC$")
  }
}

/// A healthy recording of one SMB connection, taken apart.
struct HealthyRecording: Sendable, CustomTestStringConvertible {
  let fixture: String
  var isVersion6 = false

  var testDescription: String { fixture + (isVersion6 ? " over IPv6" : "") }

  enum Step: String, CaseIterable, Sendable {
    case negotiate, firstLeg, lastLeg, pipeShare, share, validation, use
  }

  static let all = [
    "healthy-139", "healthy-2.0.2", "healthy-2.1", "healthy-3.0", "healthy-3.0.2", "healthy-3.1.1", "healthy-multi-protocol-upgrade",
    "kerberos-healthy", "smb1-only-both", "healthy-share-encrypted",
  ].map { HealthyRecording(fixture: $0) } + ["healthy-3.0.2", "healthy-3.1.1"].map { HealthyRecording(fixture: $0, isVersion6: true) }

  func frames() throws -> [RecordedFrame] {
    let frames = try RecordedFrame.all(of: fixture)
    return isVersion6 ? frames.map(\.overVersion6) : frames
  }

  /// The frames of the SMB connection with most of them, and the others before each.
  func connection() throws -> [Segment] {
    let segments = try frames().compactMap(Segment.init)
    let smb = segments.filter { !$0.ports.isDisjoint(with: [445, 139]) }
    let byPorts = Dictionary(grouping: smb, by: \.ports)
    return byPorts.values.max { ($0.count, $0[0].source) < ($1.count, $1[0].source) } ?? []
  }
}

/// Frames of one connection up to a message, with what is needed to go on otherwise.
struct Beginning {
  var segments: [Segment]
  var client: Segment
  var server: Segment
  let base: Timestamp
  /// The message behind which everything is made up.
  let last: Segment

  /// - Parameter index: of the last segment kept.
  init?(_ connection: [Segment], upTo index: Int, port: Set<Int>) {
    segments = Array(connection[...index])
    last = connection[index]
    base = last.frame.time
    guard let client = segments.last(where: { !port.contains($0.source) && $0.flags & 2 == 0 }),
      let server = segments.last(where: { port.contains($0.source) })
    else { return nil }
    (self.client, self.server) = (client, server)
  }

  private func time(_ milliseconds: Double) -> Timestamp {
    Timestamp(nanoseconds: base.nanoseconds + Int64(milliseconds * 1_000_000))
  }

  /// A segment without payload of one host, at its next sequence number.
  mutating func add(fromClient: Bool, _ flags: UInt8, after milliseconds: Double, confirming: Bool = true, change: (inout Segment) -> Void = { _ in }) {
    let (mine, other) = fromClient ? (client, server) : (server, client)
    var segment = mine.bare(flags, at: time(milliseconds))
    segment.sequence = mine.end
    segment.acknowledgment = confirming ? other.end : mine.acknowledgment
    change(&segment)
    segments.append(segment)
  }

  mutating func repeatLast() {
    for (count, milliseconds) in [300.0, 900, 2_100, 4_500, 9_300].enumerated() {
      segments.append(last.again(at: time(milliseconds), count: count))
    }
  }

  /// The recording goes on with something else.
  mutating func goOn(until milliseconds: Double) {
    var other = client.bare(0x02, at: time(milliseconds))
    // Another port of the client, to a web server.
    other.frame.bytes[other.tcp] = 0xfe
    other.frame.bytes[other.tcp + 1] = 0xfe
    other.frame.bytes[other.tcp + 2] = 0
    other.frame.bytes[other.tcp + 3] = 80
    segments.append(other)
  }

  var report: Report { segments.map(\.frame).report }
}

enum Fault: String, CaseIterable, Sendable {
  // The server owes an answer.
  case confirmedThenFIN20, confirmedThenRST60, confirmedWaiting70, confirmedWaiting12, repeatedThenRST, serverFIN, serverRST, serverFIN5s
  case clientRST, clientFIN5s, forgedRST
  // The client has its answer.
  case answeredClientFIN, answeredClientRST, answeredClientFIN5s, answeredServerRST, answeredForged, answerRepeated, answeredWaiting12

  var isBehindAnswer: Bool { rawValue.hasPrefix("answer") }
}

/// What a cell of the table demands.
struct Expectation: Equatable, CustomStringConvertible {
  /// nil when there must be nothing of error or above.
  var rule: String?
  var severity: Severity?
  var outcome: ConnectionOutcome
  /// A word of the first cause.
  var cause: String?

  var description: String { "\(rule ?? "no error") \(severity?.rawValue ?? "") \(outcome.rawValue) \(cause ?? "")" }
}

/// Every healthy fixture, cut off at every step in every way: the one diagnosis that the table of ends demands.
@Suite struct FaultMatrix {
  static let cells: [(HealthyRecording, HealthyRecording.Step)] = HealthyRecording.all.flatMap { recording in
    HealthyRecording.Step.allCases.map { (recording, $0) }
  }

  @Test(arguments: HealthyRecording.all) func everyEndIsExplained(recording: HealthyRecording) throws {
    let connection = try recording.connection()
    let port: Set<Int> = Set([445, 139].filter { port in connection.contains { $0.ports.contains(port) } })
    var checked = 0
    for step in HealthyRecording.Step.allCases {
      guard let (request, response) = Self.place(of: step, in: connection, port: port) else { continue }
      for fault in Fault.allCases {
        guard let expected = Self.expectation(step, fault, recording),
          var beginning = Beginning(connection, upTo: fault.isBehindAnswer ? response : request, port: port)
        else { continue }
        // At the very first request the server has said nothing but its SYN-ACK.
        Self.inject(fault, into: &beginning)
        let report = beginning.report
        checked += 1
        check(report, expected, "\(recording.testDescription) \(step) \(fault)", frames: beginning.segments.count)
      }
    }
    #expect(checked >= 20)
  }

  private func check(_ report: Report, _ expected: Expectation, _ label: String, frames: Int) {
    let smb = report.connections.filter { $0.outcome != .notSMB }
    let primary = report.findings.first { $0.isPrimary }
    let grave = report.findings.filter { $0.severity >= .error }
    #expect(smb.last?.outcome == expected.outcome, "\(label): \(report.gist)")
    if let rule = expected.rule {
      #expect(primary?.rule.id == rule, "\(label): \(report.gist)")
      if let severity = expected.severity { #expect(primary?.severity == severity, "\(label)") }
      if let cause = expected.cause {
        #expect(primary?.causes.first?.contains(cause) == true, "\(label): \(primary?.causes.first ?? "")")
      }
    } else {
      #expect(grave.isEmpty, "\(label): \(report.gist)")
    }
    for finding in report.findings {
      #expect(finding.evidence.allSatisfy { (1...frames).contains($0.frame) }, "\(label): \(finding.rule.id)")
      #expect(!finding.evidence.isEmpty || finding.severity == .info, "\(label): \(finding.rule.id)")
    }
  }

  // MARK: Where a step stands

  /// Positions of the request and of its answer.
  static func place(of step: HealthyRecording.Step, in connection: [Segment], port: Set<Int>) -> (Int, Int)? {
    func isClient(_ segment: Segment) -> Bool { !port.contains(segment.source) }
    func requests(_ command: Int) -> [Int] {
      connection.indices.filter { isClient(connection[$0]) && connection[$0].command == command }
    }
    /// The last segment of the message that begins in this one.
    func end(of first: Int) -> Int {
      let payload = connection[first].payload
      let length = payload.count < 4 ? 0 : 4 + (Int(payload[1]) << 16 | Int(payload[2]) << 8 | Int(payload[3]))
      var (last, count) = (first, payload.count)
      for index in connection.indices where index > first && count < length && connection[index].source == connection[first].source {
        (last, count) = (index, count + connection[index].payload.count)
      }
      return last
    }
    func answer(_ request: Int?) -> (Int, Int)? {
      guard let request, let command = connection[request].command,
        let response = connection.indices.first(where: { $0 > request && !isClient(connection[$0]) && connection[$0].command == command })
      else { return nil }
      return (end(of: request), end(of: response))
    }
    switch step {
    case .negotiate: return answer(requests(0).last)
    case .firstLeg:
      guard let pair = answer(requests(1).first), !connection[pair.1].isSuccess else { return nil }
      return pair
    case .lastLeg:
      guard let pair = answer(requests(1).last), connection[pair.1].isSuccess else { return nil }
      return pair
    case .pipeShare: return answer(requests(3).first { connection[$0].namesPipeShare })
    case .share: return answer(requests(3).first { !connection[$0].namesPipeShare })
    case .validation: return answer(connection.indices.first { isClient(connection[$0]) && connection[$0].isValidation })
    case .use:
      guard let share = requests(3).first(where: { !connection[$0].namesPipeShare }) else { return nil }
      return answer(requests(5).first { $0 > share })
    }
  }

  // MARK: Faults

  static func inject(_ fault: Fault, into one: inout Beginning) {
    let (fin, rst, ack): (UInt8, UInt8, UInt8) = (0x11, 0x14, 0x10)
    switch fault {
    case .confirmedThenFIN20:
      one.add(fromClient: false, ack, after: 0.2)
      one.add(fromClient: true, fin, after: 20_000)
    case .confirmedThenRST60:
      one.add(fromClient: false, ack, after: 0.2)
      one.add(fromClient: true, rst, after: 60_000)
    case .confirmedWaiting70:
      one.add(fromClient: false, ack, after: 0.2)
      one.goOn(until: 70_000)
    case .confirmedWaiting12:
      one.add(fromClient: false, ack, after: 0.2)
      one.goOn(until: 12_000)
    case .repeatedThenRST:
      one.repeatLast()
      one.add(fromClient: true, rst, after: 20_000)
    case .serverFIN: one.add(fromClient: false, fin, after: 0.3)
    case .serverRST: one.add(fromClient: false, rst, after: 0.3)
    case .serverFIN5s:
      one.add(fromClient: false, ack, after: 0.2)
      one.add(fromClient: false, fin, after: 5_000)
    case .clientRST:
      one.add(fromClient: false, ack, after: 0.2)
      one.add(fromClient: true, rst, after: 0.3)
    case .clientFIN5s:
      one.add(fromClient: false, ack, after: 0.2)
      one.add(fromClient: true, fin, after: 5_000)
    case .forgedRST, .answeredForged:
      one.add(fromClient: false, rst, after: 0.3) { $0.hopLimit = $0.hopLimit < 128 ? $0.hopLimit &+ 91 : $0.hopLimit &- 91 }
    case .answeredClientFIN: one.add(fromClient: true, fin, after: 0.3)
    case .answeredClientRST: one.add(fromClient: true, rst, after: 0.3)
    case .answeredClientFIN5s: one.add(fromClient: true, fin, after: 5_000)
    case .answeredServerRST:
      one.add(fromClient: true, ack, after: 0.2)
      one.add(fromClient: false, rst, after: 1)
    case .answerRepeated:
      one.repeatLast()
      one.goOn(until: 30_000)
    case .answeredWaiting12:
      one.add(fromClient: true, ack, after: 0.2)
      one.goOn(until: 12_000)
    }
  }

  // MARK: The table

  static func expectation(
    _ step: HealthyRecording.Step, _ fault: Fault, _ recording: HealthyRecording
  ) -> Expectation? {
    fault.isBehindAnswer ? behindAnswer(step, fault, recording) : owing(step, fault, recording)
  }

  private static func owing(
    _ step: HealthyRecording.Step, _ fault: Fault, _ recording: HealthyRecording
  ) -> Expectation? {
    let isSMB1 = recording.fixture.hasPrefix("smb1")
    // SMB1 is only followed while the connection is set up.
    if isSMB1, step == .use { return nil }
    let inUse = step == .use
    let outcome: ConnectionOutcome = inUse ? .established : .failed
    switch fault {
    case .confirmedThenFIN20, .confirmedThenRST60, .confirmedWaiting70:
      let rule: (String, Severity, String) =
        switch step {
        case .negotiate: ("negotiate-unanswered-60s", Severity.critical, "antivirus")
        case .firstLeg, .lastLeg: ("session-setup-unanswered", .critical, "domain controller")
        case .pipeShare, .share: ("tree-connect-unanswered", .error, "storage")
        case .validation: ("vni-unanswered", .error, "device")
        case .use: ("request-unanswered-in-use", .error, "storage")
        }
      return Expectation(rule: rule.0, severity: rule.1, outcome: outcome, cause: rule.2)
    case .confirmedWaiting12: return Expectation(outcome: inUse || step == .validation ? .established : .inconclusive)
    case .repeatedThenRST:
      return Expectation(rule: "message-not-delivered", severity: .error, outcome: outcome, cause: "went down at this moment")
    case .serverFIN, .serverRST, .serverFIN5s:
      switch step {
      case .negotiate: return isSMB1 ? nil : Expectation(rule: "negotiate-reset-by-server", severity: .critical, outcome: outcome)
      case .firstLeg, .lastLeg: return Expectation(rule: "session-setup-reset-by-server", severity: .critical, outcome: outcome)
      case .pipeShare, .share: return Expectation(rule: "tree-connect-reset", severity: .error, outcome: outcome)
      case .validation: return Expectation(rule: "vni-aborted-by-server", severity: .critical, outcome: outcome)
      case .use: return Expectation(rule: "connection-reset-in-use", severity: .error, outcome: outcome)
      }
    case .clientRST, .clientFIN5s:
      switch step {
      case .negotiate: return Expectation(rule: "negotiate-reset-by-client", severity: .error, outcome: outcome)
      case .firstLeg, .lastLeg: return Expectation(rule: "session-setup-reset-by-client", severity: .critical, outcome: outcome)
      case .pipeShare, .share: return Expectation(rule: "tree-connect-reset", severity: .error, outcome: outcome)
      case .validation: return Expectation(rule: "vni-aborted-by-client", severity: .critical, outcome: outcome)
      case .use: return Expectation(outcome: .established)
      }
    case .forgedRST:
      switch step {
      // With a SYN-ACK and nothing more to compare with, the hop limit alone speaks.
      case .negotiate: return nil
      case .firstLeg, .lastLeg: return Expectation(rule: "session-setup-reset-by-third-party", severity: .critical, outcome: outcome)
      case .validation: return Expectation(rule: "vni-aborted-by-third-party", severity: .critical, outcome: outcome)
      case .pipeShare, .share: return Expectation(rule: "rst-injected-by-third-party", severity: .critical, outcome: outcome)
      case .use: return nil
      }
    default: return nil
    }
  }

  private static func behindAnswer(
    _ step: HealthyRecording.Step, _ fault: Fault, _ recording: HealthyRecording
  ) -> Expectation? {
    let name = recording.fixture
    let isSMB1 = name.hasPrefix("smb1")
    if isSMB1 { return nil }
    let is311 = ["healthy-3.1.1", "kerberos-healthy", "healthy-share-encrypted"].contains(name)
    switch (step, fault) {
    case (.firstLeg, .answeredClientFIN), (.firstLeg, .answeredClientRST), (.firstLeg, .answeredClientFIN5s):
      return Expectation(rule: "session-setup-reset-by-client", severity: .critical, outcome: .failed)
    case (.firstLeg, .answeredServerRST): return Expectation(rule: "session-setup-reset-by-server", severity: .critical, outcome: .failed)
    case (.lastLeg, .answeredClientFIN), (.lastLeg, .answeredClientRST):
      return Expectation(rule: "session-rejected-by-client", severity: .error, outcome: .failed, cause: "signature")
    case (.lastLeg, .answeredClientFIN5s): return Expectation(outcome: .inconclusive)
    case (.lastLeg, .answeredServerRST): return Expectation(rule: "session-setup-reset-by-server", severity: .critical, outcome: .failed)
    case (.pipeShare, .answeredClientFIN), (.share, .answeredClientFIN), (.pipeShare, .answeredClientRST), (.share, .answeredClientRST):
      return Expectation(rule: "tree-rejected-by-client", severity: .error, outcome: .failed)
    case (.pipeShare, .answeredClientFIN5s), (.share, .answeredClientFIN5s): return Expectation(outcome: .established)
    case (.pipeShare, .answeredServerRST), (.share, .answeredServerRST):
      return Expectation(rule: "tree-connect-reset", severity: .error, outcome: .failed)
    case (.validation, .answeredClientFIN), (.validation, .answeredClientRST):
      return Expectation(rule: "vni-aborted-by-client", severity: .critical, outcome: .failed)
    case (.validation, _): return nil
    case (.use, _): return nil
    case (.negotiate, .answeredClientFIN), (.negotiate, .answeredClientRST):
      // By an address, or with a name, it wanted to log on.
      return is311 ? Expectation(rule: "negotiate-reset-by-client", severity: .error, outcome: .failed) : Expectation(outcome: .inconclusive)
    case (.negotiate, .answeredClientFIN5s): return nil
    case (.negotiate, .answeredServerRST): return Expectation(rule: "negotiate-reset-by-server", severity: .critical, outcome: .failed)
    case (_, .answerRepeated):
      return Expectation(rule: "message-not-delivered", severity: .error, outcome: .failed, cause: "went down at this moment")
    case (_, .answeredWaiting12): return Expectation(outcome: step == .pipeShare || step == .share ? .established : .inconclusive)
    case (.firstLeg, .answeredForged), (.lastLeg, .answeredForged):
      return Expectation(rule: "session-setup-reset-by-third-party", severity: .critical, outcome: .failed)
    case (.pipeShare, .answeredForged), (.share, .answeredForged):
      return Expectation(rule: "rst-injected-by-third-party", severity: .critical, outcome: .failed)
    case (.negotiate, .answeredForged): return nil
    default: return nil
    }
  }

  // MARK: What the capture lacks

  /// One direction, short frames, and a late beginning hide things; what they leave is healthy.
  @Test(arguments: HealthyRecording.all) func blamesNobodyForWhatIsNotRecorded(recording: HealthyRecording) throws {
    let frames = try recording.frames()
    let whole = frames.report
    let allowed = Set(whole.findings.filter { $0.severity >= .error }.map(\.rule.id))
    func check(_ some: [RecordedFrame], _ label: String) {
      let report = some.report
      let grave = report.findings.filter { $0.severity >= .error && !allowed.contains($0.rule.id) }
      #expect(grave.isEmpty, "\(recording.testDescription) \(label): \(report.gist)")
    }
    for ofServer in [true, false] {
      check(frames.filter { Segment($0).map { [445, 139].contains($0.source) == ofServer } ?? true }, "one direction, server \(ofServer)")
    }
    for start in stride(from: 1, to: frames.count, by: 1) { check(Array(frames[start...]), "from frame \(start + 1) on") }
    for end in stride(from: 1, to: frames.count, by: 1) { check(Array(frames[..<end]), "up to frame \(end)") }
    for index in frames.indices.dropLast() {
      var swapped = frames
      swapped.swapAt(index, index + 1)
      (swapped[index].time, swapped[index + 1].time) = (frames[index].time, frames[index + 1].time)
      check(swapped, "frames \(index + 1) and \(index + 2) swapped")
    }
  }

  /// The snapshot length cut every frame.
  @Test(arguments: HealthyRecording.all, [96, 128, 200, 256])
  func blamesNobodyForShortFrames(recording: HealthyRecording, length: Int) throws {
    let frames = try recording.frames()
    let report = frames.report(cutAt: length)
    #expect(report.findings.filter { $0.severity >= .error }.map(\.rule.id) == [], "\(report.gist)")
  }
}
