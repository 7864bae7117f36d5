import Diagnosis
import Packets
import Reports
import Rules
import TestSupport
import Testing
import Transcripts

enum Fault: String, CaseIterable, Sendable {
  // The server owes an answer.
  case confirmedThenFIN20, confirmedThenRST60, confirmedWaiting70, confirmedWaiting12, repeatedThenRST, serverFIN, serverRST, serverFIN5s
  case clientRST, clientFIN5s, forgedRST
  // The client has its answer.
  case answeredClientFIN, answeredClientRST, answeredClientFIN5s, answeredServerRST, answeredForged, answerRepeated, answeredWaiting12

  var isBehindAnswer: Bool { rawValue.hasPrefix("answer") }
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
