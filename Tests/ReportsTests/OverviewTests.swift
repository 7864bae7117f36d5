import Testing

@testable import Diagnosis
@testable import Packets
@testable import Reports
@testable import Rules
@testable import Transcripts

/// What a report comes to at a glance.
@Suite struct OverviewTests {
  /// Many connections, of which each has what `findings` gives it.
  private static func report(_ ids: ClosedRange<Int>, _ findings: (Int) -> [Finding]) throws -> Report {
    var builder = ReportBuilder(toolVersion: "0.1.0", files: ["a.pcap"])
    for id in ids {
      builder.add(try Sample.transcript(id, user: "user\(id % 7)", isFailed: true), Sample.verdict(findings(id)))
    }
    return builder.finish(capture: Sample.facts(), engine: Engine(rules: []))
  }

  private static func reset(_ id: Int, _ note: String = "RST") -> Finding {
    Sample.finding(
      Sample.reset, Observation(.proven, "reset \(id)", evidence: [Evidence(10 * id + 7, .server, note, isEnd: true)]), of: id,
      isPrimary: true)
  }

  @Test func tellsTheSameDiagnosisOnce() throws {
    let report = try Self.report(1...64) { $0 <= 60 ? [Self.reset($0)] : [Sample.mismatchFinding($0)] }
    let groups = Overview(report).leading.map(\.group)
    #expect(groups.map(\.rule.id) == ["sample-mismatch", "sample-reset"])
    #expect(groups.map(\.count) == [4, 60])
    #expect(groups[1].clients.count == 60)
    #expect(groups[1].users.count == 7)
    #expect(groups[1].peopleText == "60 clients in 10.77.0.0/24, 7 users")
    #expect(groups[1].explains == 60)
    // Their words differ, so the rule's are told.
    #expect(groups[1].summary == "the connection was reset")
    #expect(groups[1].firstTime == Sample.time(17) && groups[1].lastTime == Sample.time(607))
  }

  /// Within one severity those come first that hit more people.
  @Test func ordersByWhoIsHit() throws {
    let other = Sample.endpoint(21, 445)
    let report = try Self.report(1...9) { [Self.reset($0, $0 <= 3 ? "STATUS_ACCESS_DENIED" : "STATUS_LOGON_FAILURE")] }
    #expect(Overview(report).groups.map(\.code) == ["STATUS_LOGON_FAILURE", "STATUS_ACCESS_DENIED"])
    #expect(Overview(report).groups.map(\.count) == [6, 3])
    #expect(other.address != Overview(report).groups[0].server)
  }

  /// What is only found beside the cause goes with it.
  @Test func tellsCompanionsWithTheirLeader() throws {
    let report = try Self.report(1...6) { id in
      var beside = Self.reset(id)
      beside.mark(primary: false)
      return [Sample.mismatchFinding(id), beside]
    }
    let overview = Overview(report)
    #expect(overview.leading.map(\.group.rule.id) == ["sample-mismatch"])
    #expect(overview.companions(of: overview.groups[0]).map(\.rule.id) == ["sample-reset"])
    #expect(overview.groupOfConnection == Dictionary(uniqueKeysWithValues: (1...6).map { ($0, 0) }))
  }

  /// What comes with several causes goes with each of them, so that no connection is told twice.
  @Test func tellsCompanionsOfSeveralLeadersApart() throws {
    let report = try Self.report(1...9) { id in
      var beside = Self.reset(id)
      beside.mark(primary: false)
      return [id <= 3 ? Sample.mismatchFinding(id) : Self.reset(id, "STATUS_ACCESS_DENIED"), beside]
    }
    let overview = Overview(report)
    let leading = overview.leading.map(\.group)
    #expect(leading.map(\.id) == ["sample-mismatch@10.77.0.20", "sample-reset:STATUS_ACCESS_DENIED@10.77.0.20"])
    #expect(leading.map(\.count) == [3, 6])
    #expect(leading.map { overview.companions(of: $0).map(\.count) } == [[3], [6]])
    #expect(Set(overview.groups.map(\.id)).count == 4)
    let text = TextReportTests.text(report)
    #expect(text.contains("with it error[sample-reset] 3×") && text.contains("with it error[sample-reset] 6×"))
  }

  /// What explains a case of its own, too, stays together.
  @Test func keepsWhatAlsoStandsForItself() throws {
    let report = try Self.report(1...9) { id in
      var beside = Self.reset(id)
      if id <= 6 { beside.mark(primary: false) }
      return id <= 3 ? [Sample.mismatchFinding(id), beside] : id <= 6 ? [Self.reset(id, "STATUS_ACCESS_DENIED"), beside] : [beside]
    }
    #expect(Overview(report).leading.map(\.group.count) == [3, 9, 3])
  }

  /// Words of a message may look like a status: they do not make groups without end.
  @Test func boundsTheNumberOfGroups() throws {
    let report = try Self.report(1...200) { [Self.reset($0, "STATUS_\($0)")] }
    #expect(Overview(report).groups.count == 1)
  }

  @Test func showsHowToListTheOthers() throws {
    let text = TextReportTests.text(try Self.report(1...60) { [Self.reset($0)] })
    #expect(text.contains("60× error[sample-reset]  10.77.0.20 (fs01)  60 clients in 10.77.0.0/24, 7 users"))
    #expect(text.contains("59 similar:\n    smbdx a.pcap --rule sample-reset --server 10.77.0.20\n"))
    #expect(text.contains("clients  10.77.0.0/24 60 of 60"))
    #expect(text.split(separator: "\n").count { $0.contains("why  anything") } == 1)
  }

  /// Each kind has an example, or the command that shows one.
  @Test func showsHowToListWhatHasNoExample() throws {
    let rules = (1...80).map { number in
      Rule(
        id: "sample-\(number)", severity: .error, phase: .transport, nature: .reset, summary: "it failed", explanation: "",
        causes: [], remedies: [], references: []) { _ in [] }
    }
    let report = try Self.report(1...80) {
      [Sample.finding(rules[$0 - 1], Observation(.proven, "it failed", evidence: [Evidence(10 * $0, nil, "here")]), of: $0, isPrimary: true)]
    }
    let text = TextReportTests.text(report)
    #expect(text.contains("56 more kinds of the list above, without an example here; these commands show them:"))
    #expect(text.split(separator: "\n").count { $0.hasPrefix("    smbdx a.pcap --rule sample-") } == 48)
    #expect(text.contains("… and 8 more; --format html has them all"))
  }

  @Test func bringsNetworksTogether() {
    func clients(_ texts: [UInt32]) -> Set<IPAddress> { Set(texts.map { IPAddress(ipv4: $0) }) }
    #expect(summary(of: clients([0x0a00_0001])) == "client 10.0.0.1")
    #expect(summary(of: clients([0x0a00_0001, 0x0a00_0009])) == "2 clients in 10.0.0.0/24")
    #expect(summary(of: clients([0x0a00_0001, 0x0a00_0109])) == "2 clients in 10.0.0.0/23")
    #expect(summary(of: clients([0x0a00_0001, 0x0b00_0001])) == "2 clients")
    #expect(summary(of: clients([1, 2, 3, 4, 5, 6, 7, 8, 0x0b00_0001])) == "8 of 9 clients in 0.0.0.0/24")
    #expect(Network(IPAddress(ipv4: 0x0a14_1e05), bits: 24).description == "10.20.30.0/24")
    #expect(Network(IPAddress(high: 0x2001_0db8_0000_0001, low: 7), bits: 64).description == "2001:db8:0:1::/64")
    #expect(!Network(IPAddress(ipv4: 0), bits: 0).contains(IPAddress(high: 0, low: 0)))
  }

  @Test func drawsBars() throws {
    var facts = CaptureFacts()
    #expect(Timeline.Span(facts) == nil)
    (facts.firstTime, facts.lastTime) = (Sample.time(), Sample.time(100))
    let span = try #require(Timeline.Span(facts))
    // A clock that was set back does not lead out of the recording.
    let times = [Sample.time(-5), Sample.time(50), Sample.time(51), Sample.time(100), Sample.time(400)]
    #expect(Timeline(times, span, parts: 4).counts == [1, 0, 2, 2])
    #expect(Timeline(times, span, parts: 4).bar() == "▄·██")
    #expect(Timeline(times, span, parts: 4).bar(isPlain: true) == "=_@@")
  }

  // MARK: A ticket

  /// However much there is, a ticket takes it, and no kind of error is missing.
  @Test func fitsATicket() throws {
    let long = String(repeating: "x_*", count: 700)
    let rules = (1...400).map { number in
      Rule(
        id: "sample-\(number)", severity: .error, phase: .transport, nature: .reset, summary: long, explanation: "", causes: [long],
        remedies: [Remedy(long)], references: []) { _ in [] }
    }
    let report = try Self.report(1...400) {
      [Sample.finding(rules[$0 - 1], Observation(.proven, long, evidence: [Evidence(10 * $0, nil, long)]), of: $0, isPrimary: true)]
    }
    let markdown = written { write in report.writeMarkdown { write($0) } }
    #expect(markdown.count <= 60_000)
    #expect(markdown.contains("parts were left out, because a ticket holds 60,000 characters"))
    for rule in rules { #expect(markdown.contains("`\(rule.id)`"), "\(rule.id)") }
  }

  // MARK: What is shown

  @Test func showsWhatIsChosen() throws {
    let report = try Self.report(1...10) { $0 <= 4 ? [Self.reset($0)] : [Sample.mismatchFinding($0)] }
    func shown(_ change: (inout Choice) -> Void) throws -> [Int] {
      var choice = Choice()
      change(&choice)
      let part = try report.showing(choice)
      #expect(part.summary == report.summary)
      #expect(part.shown.map { $0.hiddenConnections + part.connections.count } ?? 10 == 10)
      #expect(part.shown.map { $0.hiddenFindings + part.findings.count } ?? 10 == 10)
      return part.connections.map(\.id)
    }
    #expect(try shown { _ in } == Array(1...10))
    #expect(try shown { $0.rules = ["sample-r*"] } == [1, 2, 3, 4])
    #expect(try shown { $0.connections = [7, 2] } == [2, 7])
    let network = Network(IPAddress(ipv4: 0x0a4d_000a), bits: 31)
    #expect(try shown { $0.clients = [.init(text: "10.77.0.10/31", network: network)] } == [1, 2])
    #expect(try shown { $0.servers = [.init(text: "FS01", network: nil)] } == Array(1...10))
    let text = TextReportTests.text(try report.showing({ var choice = Choice(); choice.rules = ["sample-reset"]; return choice }()))
    #expect(text.contains("shown: --rule sample-reset; hidden: 6 connections and 6 findings"))
    #expect(text.contains("10 SMB connections: 10 failed"))
  }

  @Test func saysWhatThereIsNot() throws {
    let report = try Self.report(1...3) { [Self.reset($0)] }
    func sentence(_ change: (inout Choice) -> Void) -> String {
      var choice = Choice()
      change(&choice)
      do throws(ChoiceError) {
        _ = try report.showing(choice)
        return ""
      } catch {
        return error.description
      }
    }
    #expect(sentence { $0.servers = [.init(text: "fs02", network: nil)] } == "there is no server “fs02” in a.pcap. Did you mean “fs01”?")
    #expect(sentence { $0.connections = [4] } == "there is no connection 4 in a.pcap; they are numbered from 1 to 3")
    #expect(sentence { $0.since = Moment("2030-01-01") }.contains("the recording ends before"))
    #expect(sentence { $0.until = Moment("1999-01-01") }.isEmpty == false || Moment("1999-01-01") == nil)
    #expect(sentence { ($0.since, $0.until) = (Moment("05:33"), Moment("05:32")) }.contains("is later than"))
  }

  @Test func readsMoments() throws {
    var capture = CaptureFacts()
    (capture.firstTime, capture.lastTime) = (Sample.time(), Sample.time(86_400_000))
    func text(_ moment: String) -> String? { Moment(moment)?.time(in: capture).rfc3339 }
    #expect(text("05:32:17.5") == "2026-11-21T05:32:17.500000000Z")
    // Over when the recording began, so it is the next day.
    #expect(text("05:31") == "2026-11-22T05:31:00.000000000Z")
    #expect(text("2026-11-21T09:12:30Z") == "2026-11-21T09:12:30.000000000Z")
    #expect(text("2028-02-29 00:00") == "2028-02-29T00:00:00.000000000Z")
    for wrong in ["", "x", "25:00", "05:61", "2026-13-01", "12", "2026-11-21T", "05:32Zx"] { #expect(Moment(wrong) == nil, "\(wrong)") }
  }

  // MARK: Response times

  @Test func measuresWithinAFewPercent() throws {
    var histogram = DurationHistogram()
    for number in 1...1000 { histogram.record(.milliseconds(number)) }
    histogram.record(TimeSpan(nanoseconds: -1))
    #expect(histogram.count == 1000 && histogram.longest == .seconds(1))
    for (percent, wanted) in [(50, 500.0), (95, 950.0)] {
      let found = try #require(histogram.percentile(percent)) / .milliseconds(1)
      #expect(abs(found - wanted) / wanted < 0.07, "\(percent): \(found)")
    }
    #expect(DurationHistogram().percentile(50) == nil)
    for value: Int64 in [0, 1, 1023, 1024, 1 << 40, .max] { #expect((0..<DurationHistogram.parts).contains(DurationHistogram.part(of: value))) }
    let parts = stride(from: Int64(0), to: 1 << 30, by: 99_991).map(DurationHistogram.part)
    #expect(parts == parts.sorted())
  }
}
