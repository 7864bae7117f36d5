import Testing

@testable import Diagnosis
@testable import Packets
@testable import Protocols
@testable import Reports
@testable import Rules
@testable import Transcripts

@Suite struct ReportBuilderTests {
  private func report(
    _ engine: Engine = Engine(rules: []), lookups: Lookups = Lookups(), capture: CaptureFacts = CaptureFacts(),
    _ fill: (inout ReportBuilder) throws -> Void
  ) rethrows -> Report {
    var builder = ReportBuilder(toolVersion: "0.1.0", files: ["a.pcap"])
    try fill(&builder)
    return builder.finish(capture: capture, engine: engine, lookups: lookups)
  }

  @Test func namesFindingsOnce() throws {
    let report = try report(Engine(rules: [Sample.unknownUser]), lookups: Lookups([Sample.exchange], [])) { builder in
      let twice = [Sample.mismatchFinding(1), Sample.mismatchFinding(1)]
      builder.add(try Sample.transcript(1, isFailed: true), Sample.verdict(twice))
    }
    #expect(
      report.findings.map(\.id) == ["1-sample-mismatch", "1-sample-mismatch-2", "kerberos-40-sample-unknown-user"])
    #expect(report.findings.last?.connections == [])
    #expect(report.findings.last?.wiresharkFilter == "frame.number in {40, 41}")
    #expect(report.findings.first?.wiresharkFilter == "tcp.stream == 0 && frame.number in {4, 14, 15}")
    #expect(report.connections.first?.primary == "sample-mismatch")
  }

  /// Where the recorder lost packets, or its clock was set, no silence is more than possible; what was seen stays.
  @Test(arguments: [(0, 0, ""), (17, 0, "17 packets"), (1, 0, "1 packet"), (0, 3_600, "set back by 60 min"), (0, 1, "")])
  func doubtsSilence(lost: Int, secondsBack: Int, reason: String) throws {
    var capture = CaptureFacts()
    capture.lostPackets = lost
    capture.largestStepBack = .seconds(secondsBack)
    let silence = Rule(
      id: "sample-silence", severity: .error, phase: .transport, nature: .silence, summary: "Nobody answered.",
      explanation: "Silence.", references: []) { _ in [] }
    let findings = [
      Sample.finding(silence, Observation(.proven, "no answer in 60 s", evidence: []), of: 1),
      Sample.finding(Sample.reset, Observation(.proven, "reset", evidence: []), of: 1),
    ]
    var verdict = Sample.verdict(findings)
    verdict.notChecked = [(Obstacle(reason: "9 bytes are missing", remedy: Obstacle.wholeCapture), ["sample-mismatch"])]
    let report = try report(capture: capture) { $0.add(try Sample.transcript(1, isFailed: true), verdict) }
    let found = try #require(report.findings.first { $0.rule.id == "sample-silence" })
    #expect(found.confidence == (reason.isEmpty ? .proven : .possible))
    #expect(reason.isEmpty ? found.summary == "no answer in 60 s" : found.summary.contains(reason))
    #expect(report.findings.first { $0.rule.id == "sample-reset" }?.confidence == .proven)
    let obstacle = try #require(report.connections.first?.notChecked.first?.reason)
    #expect(obstacle == "9 bytes are missing" + (lost == 0 ? "" : "; the recorder lost \(reason)"))
  }

  /// Connections beyond the limit are counted, and so are their findings.
  @Test func boundsQuietConnections() throws {
    let healthy = try Sample.transcript(1)
    let limit = ReportBuilder.Limit.quietConnections
    let report = report { builder in
      for id in 1...(limit + 5) {
        var transcript = healthy
        transcript.id = id
        transcript.client = Sample.client(id)
        let note = Sample.finding(Sample.note, Observation(.proven, "x", evidence: []), of: id)
        builder.add(transcript, Sample.verdict([note]))
      }
      var failed = healthy
      failed.id = limit + 6
      builder.add(failed, Sample.verdict([Sample.mismatchFinding(limit + 6)]))
    }
    #expect(report.connections.count == limit + 1)
    #expect(report.capture.limitsReached == ["connections": 5, "all-findings": limit - ReportBuilder.Limit.notes])
    #expect(report.summary.info == limit + 5)
    #expect(report.summary.connections == limit + 6)
    let text = TextReportTests.text(report)
    #expect(text.contains("… and 9,985 more connections without a fault"))
  }

  @Test func boundsTheFindingsOfAConnection() throws {
    let notes = (0..<500).map { Sample.finding(Sample.note, Observation(.proven, "\($0)", evidence: []), of: 1) }
    let report = try report {
      $0.add(try Sample.transcript(1, isFailed: true), Sample.verdict(notes + [Sample.mismatchFinding(1)]))
    }
    #expect(report.findings.count == ReportBuilder.Limit.repetitions + 1)
    #expect(report.findings.first?.isPrimary == true)
    #expect(report.capture.limitsReached == ["findings": 501 - report.findings.count])
    #expect(TextReportTests.text(report).contains("… 497 findings were not kept"))
  }

  /// However many connections fail, memory is bounded, and what explains them stays longest.
  @Test func boundsTheFindingsOfARecording() throws {
    let failed = try Sample.transcript(1, isFailed: true)
    var contributing = Sample.finding(Sample.reset, Observation(.likely, "x", evidence: []), of: 1)
    var primary = contributing
    primary.mark(primary: true)
    let count = ReportBuilder.Limit.findings
    let report = report { builder in
      for id in 1...count {
        var transcript = failed
        transcript.id = id
        transcript.client = Sample.client(id)
        contributing.scope = .connection(id)
        primary.scope = .connection(id)
        builder.add(transcript, Sample.verdict([contributing, primary]))
      }
    }
    #expect(report.findings.count == count)
    #expect(report.findings.count { $0.isPrimary } == count / 2)
    #expect(report.capture.limitsReached == ["all-findings": count])
    #expect(report.connections.count == count)
    #expect(report.connections.allSatisfy { $0.primary == Sample.reset.id })
    #expect(report.summary.error == 2 * count)
    let text = TextReportTests.text(report)
    #expect(!text.contains("no rule explains"))
    #expect(text.contains("… 2 findings were not kept because of a limit; the most severe: sample-reset"))
  }

  /// What the rest of the recording shows explains a connection only when nothing else does, and only when it is grave.
  @Test func joinsLateFindings() throws {
    let report = try report(Engine(rules: [Sample.downgrade])) { builder in
      for id in 1...3 {
        var verdict = Sample.verdict(id == 3 ? [Sample.mismatchFinding(3)] : [])
        verdict.candidate = Candidate(
          connection: id, tcpStream: id - 1, server: .at(Sample.endpoint(20, 445).address),
          clientGUID: try Sample.guid(7), offered: [.smb302],
          chosen: .smb302,
          requestFrame: 10 * id, responseFrame: 10 * id + 1, isAdditionalChannel: false)
        builder.add(try Sample.transcript(id), verdict)
      }
    }
    #expect(report.cases.map(\.primary) == [nil, "sample-downgrade", "sample-mismatch"])
    #expect(
      report.findings.map(\.id) == [
        "1-sample-downgrade", "2-sample-downgrade", "3-sample-mismatch", "3-sample-downgrade",
      ])
    #expect(report.findings.map(\.isPrimary) == [false, true, true, false])
    // The frames are those of two connections.
    #expect(report.findings.first?.wiresharkFilter == "frame.number in {11, 900}")
    #expect(report.summary.warning == 2 && report.summary.error == 1)
  }

  /// What a transcript had no room for is told of the whole recording.
  @Test func sumsWhatIsNotShown() throws {
    let kept = DiagnosedConnection.Limit.unreadable
    let report = try report { builder in
      for id in 1...2 {
        var transcript = try Sample.unreadable(id, count: 16)
        transcript.unreadableNotKept = 4
        transcript.visibility.limitsReached = 3
        transcript.visibility.lostNotKept = 5
        transcript.visibility.conflictingSegments = 7
        builder.add(transcript, Sample.verdict())
      }
    }
    #expect(
      report.capture.limitsReached == ["connection-state": 6, "gaps": 10, "unreadable-messages": 2 * (20 - kept)])
    #expect(report.capture.conflictingSegments == 14)
    #expect(report.capture.unreadableMessages == 40)
    #expect(report.connections.map(\.unreadable.count) == [kept, kept])
    let text = TextReportTests.text(report)
    #expect(text.contains("  unreadable frame 12, byte 0x48: SMB2 NEGOTIATE Response needs 2 bytes, 0 left\n"))
    #expect(text.contains("… and 17 more unreadable"))
    #expect(text.contains("14 TCP segments contradict"))
    let json = JSONReportTests.json(report)
    try expectContract(json)
    #expect(json.contains("\"message\": \"frame 10, byte 0x48: SMB2 NEGOTIATE Response needs 2 bytes, 0 left\""))
  }

  @Test func escapesWhatUnreadableMessagesSay() throws {
    let report = try report {
      $0.add(try Sample.unreadable(1, count: 1, structure: "\u{1b}[2J\u{202e}"), Sample.verdict())
    }
    #expect(!TextReportTests.text(report).unicodeScalars.contains { $0 == "\u{1b}" || $0 == "\u{202e}" })
    #expect(!JSONReportTests.json(report).unicodeScalars.contains { $0 == "\u{1b}" || $0 == "\u{202e}" })
  }

  /// Connections that the filter hides were not counted, so Wireshark's numbers are not known.
  @Test func namesNoStreamBehindAFilter() throws {
    var builder = ReportBuilder(toolVersion: "0.1.0", files: ["a.pcap"], isFiltered: true)
    builder.add(try Sample.transcript(1, isFailed: true), Sample.verdict([Sample.mismatchFinding(1)]))
    let report = builder.finish(capture: Sample.facts(), engine: Engine(rules: []))
    #expect(report.findings.first?.wiresharkFilter == "frame.number in {4, 14, 15}")
    #expect(!TextReportTests.text(report, TextOptions(detail: .verbose)).contains("tcp.stream"))
    let json = JSONReportTests.json(report)
    try expectContract(json)
    #expect(json.contains("\"tcpStream\": null"))
  }

  /// Whoever leaves rules out must not be told that there is no explanation.
  @Test func saysThatRulesWereLeftOut() throws {
    var builder = ReportBuilder(toolVersion: "0.1.0", files: ["a.pcap"], rulesLeftOut: 12)
    builder.add(try Sample.transcript(1, isFailed: true), Sample.verdict())
    let text = TextReportTests.text(builder.finish(capture: Sample.facts(), engine: Engine(rules: [])))
    #expect(text.contains("12 rules were excluded"))
    #expect(!text.contains("no rule explains"))
  }

  @Test func namesTheServer() throws {
    let report = try report { $0.add(try Sample.transcript(1, share: #"\\FS01.lab\x"#), Sample.verdict()) }
    #expect(report.cases.first?.serverNames == ["fs01", "FS01.lab"])
  }
}
