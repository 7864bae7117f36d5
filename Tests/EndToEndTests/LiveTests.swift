import Capture
import Diagnosis
import Foundation
import Packets
import Reports
import Rules
import Testing

@testable import smbdx

/// smbdx live on a real interface: needs root, and is left out elsewhere.
@Suite(.enabled(if: LiveLab.isPossible, Comment(rawValue: LiveLab.obstacle ?? "")), .serialized)
struct LiveTests {
  /// Faults that do not depend on how much time passes between the frames, which a replay at full speed changes.
  static let timeless = [
    "vni-aborted-by-server", "healthy-3.0.2", "healthy-3.1.1", "auth-logon-failure", "tree-bad-network-name",
    "negotiate-no-common-dialect", "kerberos-spn-not-found",
  ].compactMap { name in Fixture.all.first { $0.name == name } }

  private func records(_ ending: LiveLab.Ending) throws -> [[String: Any]] {
    try ending.results.split(separator: "\n").filter { $0.hasPrefix("{") }.map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  private func rules(_ findings: Any?) throws -> [String] {
    try #require(findings as? [[String: Any]]).compactMap { $0["rule"] as? String }.sorted()
  }

  private static let vni = Fixture.root.appending(path: "vni-aborted-by-server/capture.pcapng").path

  // MARK: Findings

  /// How far clocks are apart is judged by the time of the capture, which is another now.
  private static let ofTheMoment: Set = ["server-clock-offset", "kerberos-clock-skew"]

  @Test(arguments: timeless, ["replayed", "tagged", "tagged_twice"])
  func findsWhatTheFileShows(fixture: Fixture, what: String) throws {
    let file = analyze(try Recording(paths: [fixture.capture.path]))
    let ending = try LiveLab.run(what, fixture.capture.path, "--format", "json")
    let report = try #require(try JSONSerialization.jsonObject(with: Data(ending.results.utf8)) as? [String: Any])
    let found = try rules(report["findings"]).filter { !Self.ofTheMoment.contains($0) }
    #expect(found == file.findings.map(\.rule.id).filter { !Self.ofTheMoment.contains($0) }.sorted())
    #expect((report["capture"] as? [String: Any])?["frames"] as? Int == file.capture.frames)
    #expect(ending.status == (file.summary.worstSeverity ?? .info >= .error ? "1" : "0"))
  }

  @Test func findsSMBOnAnyPort() throws {
    let ending = try LiveLab.run("moved", Self.vni, "--format", "json", "--any-port")
    let report = try #require(try JSONSerialization.jsonObject(with: Data(ending.results.utf8)) as? [String: Any])
    #expect(try rules(report["findings"]).contains("vni-aborted-by-server"))
    let without = try LiveLab.run("moved", Self.vni, "--format", "json")
    #expect(without.results.contains("\"frames\": 0"), "the kernel lets none of it pass")
  }

  /// What the kernel had no room for is in the report, to the frame.
  @Test func countsWhatIsLost() throws {
    let sent = 200 * analyze(try Recording(paths: [Self.vni])).capture.frames
    let ending = try LiveLab.run("flooded", Self.vni, "--format", "json")
    let report = try #require(try JSONSerialization.jsonObject(with: Data(ending.results.utf8)) as? [String: Any])
    let capture = try #require(report["capture"] as? [String: Any])
    let warnings = try #require(capture["warnings"] as? [[String: Any]])
    let sentence = try #require(warnings.lazy.compactMap { $0["message"] as? String }.first { $0.contains("were lost") })
    let lost = try #require(sentence.split(separator: " ").first.flatMap { Int($0) })
    #expect(lost > 0)
    #expect(try #require(capture["frames"] as? Int) + lost == sent)
    #expect(capture["complete"] as? Bool == false)
  }

  @Test func ordersFramesOfSeveralInterfaces() throws {
    let ending = try LiveLab.run("halves", Self.vni, "--format", "json")
    let report = try #require(try JSONSerialization.jsonObject(with: Data(ending.results.utf8)) as? [String: Any])
    let connections = try #require(report["connections"] as? [[String: Any]])
    #expect(connections.count == 1)
    #expect((connections.first?["shares"] as? [String])?.isEmpty == false)
  }

  @Test func streamsFindings() throws {
    let ending = try LiveLab.run("replayed", Self.vni, "--format", "ndjson")
    let records = try records(ending)
    let findings = Event.findings(in: records)
    #expect(findings.compactMap { $0["rule"] as? String }.contains("vni-aborted-by-server"))
    #expect(records.last.flatMap(Event.dataset) == "smbdx.recording")
    #expect(ending.status == "1")
    for record in records { #expect((record["ecs"] as? [String: Any])?["version"] as? String == "8.11.0") }
  }

  /// The others are one report, made at the end by a program that may open nothing any more.
  @Test(arguments: ["sarif", "junit", "github", "markdown", "html"]) func writesOtherFormatsAtTheEnd(format: String) throws {
    let ending = try LiveLab.run("replayed", Self.vni, "--format", format)
    #expect(ending.results.contains("vni-aborted-by-server"))
    #expect(ending.status == "1")
    let start = ["sarif": "{", "junit": "<?xml", "github": "::", "markdown": "#", "html": "<!doctype html>"][format]
    #expect(ending.results.lowercased().hasPrefix(try #require(start)))
  }

  // MARK: Frames on disk

  @Test func writesWhatItAnalyses() throws {
    let file = analyze(try Recording(paths: [Self.vni]))
    let ending = try LiveLab.run("written", Self.vni)
    let report = try #require(try JSONSerialization.jsonObject(with: Data(ending.results.utf8)) as? [String: Any])
    let found = try rules(report["findings"]).filter { !Self.ofTheMoment.contains($0) }
    #expect(found == file.findings.map(\.rule.id).filter { !Self.ofTheMoment.contains($0) }.sorted())
    #expect((report["capture"] as? [String: Any])?["frames"] as? Int == file.capture.frames)
    #expect(ending.status == "1")
  }

  /// A file for the finding holds the connection, shows the same finding, and says what proves it.
  @Test(arguments: ["text", "ndjson", "json"]) func keepsEvidence(format: String) throws {
    let ending = try LiveLab.run("evidence", Self.vni, "--format", format)
    func lines(_ kind: String) -> [String] {
      ending.results.split(separator: "\n").filter { $0.hasPrefix(kind + " ") }.map { String($0.dropFirst(kind.count + 1)) }
    }
    #expect(lines("file").count == 1)
    let name = try #require(lines("file").first)
    #expect(name.contains(/^\d{8}T\d{6}Z-1-vni-aborted-by-server\.pcapng nobody$/))
    let expected = analyze(try Recording(paths: [Self.vni])).findings.map(\.rule.id)
    #expect(lines("rule").filter { !Self.ofTheMoment.contains($0) } == expected.filter { !Self.ofTheMoment.contains($0) })
    if LiveLab.hasWireshark {
      #expect(lines("comment").count > 1)
      #expect(lines("comment").allSatisfy { $0.hasPrefix("critical[vni-aborted-by-server]: ") })
    }
    #expect(ending.status == "1")
  }

  @Test func wantsToBeAbleToKeepEvidence() throws {
    let ending = try LiveLab.run("evidence_refused")
    #expect(ending.said.contains("closed: permission denied; give a directory where"))
    #expect(ending.status == "2")
  }

  @Test func overwritesTheFirstOfSoManyFiles() throws {
    let ending = try LiveLab.run("rotated", Self.vni, "-C", "1", "-W", "2", "-Z", "nobody")
    let files = ending.results.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(files.map(\.first) == ["kept0", "kept1"], "the third overwrites the first")
    #expect(files.allSatisfy { $0.count == 3 && (Int($0[1]) ?? .max) < 1_100_000 && $0[2] == "nobody" })
    #expect(files.contains { (Int($0[1]) ?? 0) > 900_000 })
  }

  @Test func endsAfterSoManyTimedFiles() throws {
    let ending = try LiveLab.run("rotated", Self.vni, "-G", "1", "-W", "2", "-Z", "nobody")
    #expect(ending.results.split(separator: "\n").count == 1, "one name, which each second overwrites")
    #expect(ending.status == "1")
  }

  @Test func reportsWithoutRoomForFrames() throws {
    let ending = try LiveLab.run("full", Self.vni)
    #expect(ending.said.contains("no space left on device"))
    #expect(ending.results.contains("critical[vni-aborted-by-server]"))
    #expect(ending.status == "2")
  }

  // MARK: Rights

  @Test func givesUpItsRights() throws {
    let ending = try LiveLab.run("rights", "-Z", "nobody")
    let rights = Dictionary(
      ending.results.split(separator: "\n").filter { $0.contains(":\t") }.map { line in
        let parts = line.split(separator: ":", maxSplits: 1)
        return (String(parts[0]), parts[1].split(separator: "\t").map(String.init))
      }, uniquingKeysWith: { first, _ in first })
    #expect(rights["Uid"]?.contains("0") == false)
    #expect(rights["Gid"]?.contains("0") == false)
    for set in ["CapPrm", "CapEff", "CapBnd", "CapAmb"] { #expect(rights[set] == ["0000000000000000"], "\(set)") }
    #expect(rights["NoNewPrivs"] == ["1"])
    #expect(rights["Seccomp"] == ["2"])
  }

  @Test func becomesOnlyUsersThatExist() throws {
    let ending = try LiveLab.run("rights", "-Z", "nobody-of-this-name")
    #expect(ending.said.contains("there is no user “nobody-of-this-name”"))
    #expect(ending.status == "2")
    #expect(try LiveLab.run("rights", "-Z", "root").said.contains("is root"))
  }

  // MARK: Endings

  @Test func endsAfterSoManyFrames() throws {
    let ending = try LiveLab.run("replayed", Self.vni, "--format", "json", "-c", "5")
    let report = try #require(try JSONSerialization.jsonObject(with: Data(ending.results.utf8)) as? [String: Any])
    #expect((report["capture"] as? [String: Any])?["frames"] as? Int == 5)
  }

  @Test func tellsItsStatus() throws {
    let ending = try LiveLab.run("asked", "--duration", "1m")
    #expect(ending.said.contains("0 frames (0/s), 0 lost, 0 open connections, 0 findings"))
    #expect(ending.status == "0")
  }

  @Test func showsItsStatusOnTerminals() throws {
    #expect(try LiveLab.run("on_terminal").said.contains("\r\u{1b}[K0 frames (0/s), 0 lost"))
    #expect(try !LiveLab.run("on_terminal", "--quiet").said.contains("0 lost"))
    #expect(try !LiveLab.run("replayed", Self.vni).said.contains("\u{1b}"))
  }

  @Test func endsAtOnceWhenAskedTwice() throws {
    let ending = try LiveLab.run("impatient", Self.vni)
    #expect(ending.status == "130", "128 and the number of SIGINT")
  }

  /// 128 and the number of the signal.
  @Test(arguments: [("INT INT", "130"), ("TERM", "143"), ("INT TERM", "143")])
  func endsWhileNobodyReads(signals: String, status: String) throws {
    #expect(try LiveLab.run("stuck", signals, Self.vni).status == status)
  }

  /// The capture is one and nothing else.
  @Test func writesWithoutStandardOutput() throws {
    let file = NSTemporaryDirectory() + "smbdx-\(UUID().uuidString).pcap"
    defer { try? FileManager.default.removeItem(atPath: file) }
    let ending = try LiveLab.run("detached", Self.vni, "-w", file)
    #expect(ending.status == "1", "\(ending.said)")
    let report = analyze(try Recording(paths: [file]))
    #expect(report.capture.isComplete)
    #expect(report.findings.contains { $0.rule.id == "vni-aborted-by-server" })
  }

  @Test func wantsFramesAndResultsApart() throws {
    let file = NSTemporaryDirectory() + "smbdx-\(UUID().uuidString)"
    let ending = try LiveLab.run("replayed", Self.vni, "-w", file, "-o", file)
    #expect(ending.said.contains("cannot have both the frames and the results"))
    #expect(ending.status == "2")
    #expect(!FileManager.default.fileExists(atPath: file))
  }

  /// What was there before keeps its owner.
  @Test func leavesFilesToTheirOwners() throws {
    let file = NSTemporaryDirectory() + "smbdx-\(UUID().uuidString).pcap"
    try Data().write(to: URL(filePath: file))
    defer { try? FileManager.default.removeItem(atPath: file) }
    _ = try LiveLab.run("replayed", Self.vni, "-w", file)
    #expect(try FileManager.default.attributesOfItem(atPath: file)[.ownerAccountID] as? Int == 0)
    #expect(try Recording(paths: [file]).linkTypeNames == ["EN10MB"])
  }

  /// What is found of the recording decides the exit status, too.
  @Test func tellsWhatItFindsOfTheRecording() throws {
    let short = ["-s", "100", "--fail-on", "warning"]
    let streamed = try LiveLab.run("replayed", Self.vni, short[0], short[1], short[2], short[3], "--format", "ndjson")
    #expect(try rules(Event.findings(in: records(streamed))).contains("capture-truncated"))
    #expect(try records(streamed).last.flatMap(Event.dataset) == "smbdx.recording")
    let quiet = try LiveLab.run("replayed", Self.vni, short[0], short[1], short[2], short[3], "-q")
    #expect(quiet.results.contains("[capture-truncated]"))
  }

  @Test func survivesItsInterface() throws {
    let ending = try LiveLab.run("vanishing", Self.vni)
    #expect(ending.results.contains("critical[vni-aborted-by-server]"))
    #expect(ending.said.contains("here went down; smbdx captures nothing on it until it is up again"))
    #expect(ending.said.contains("here is up again"))
    #expect(ending.said.contains("the capture on here ended by itself"))
    #expect(ending.status == "2")
  }

  @Test func stopsWhenNobodyReads() throws {
    // As the findings deserve.
    #expect(try LiveLab.run("unread", Self.vni).status == "1")
  }

  @Test func explainsWhatCannotBe() throws {
    #expect(try LiveLab.run("rights", "-f", "no filter").said.contains("the filter of -f is invalid on here"))
    #expect(try LiveLab.run("rights", "-i", "nowhere").said.contains("there is no interface “nowhere”"))
  }
}

/// smbdx between a client and a Samba server, with a middlebox on the way that does what its scenario says.
@Suite(.enabled(if: LiveLab.obstacleToSamba == nil, Comment(rawValue: LiveLab.obstacleToSamba ?? "")), .serialized)
struct LiveSambaTests {
  /// Each with what is found, warnings and worse.
  static let scenarios = [
    ("healthy-3.0.2", nil), ("healthy-3.1.1", nil), ("vni-response-unsigned", "vni-response-unsigned"),
    ("vni-request-mismatch-capabilities", "vni-request-mismatch-capabilities"),
    ("vni-response-mismatch-guid", "vni-response-mismatch-guid"),
    ("rst-injected-foreign-mac", "rst-injected-by-third-party"), ("tree-bad-network-name", "tree-bad-network-name"),
  ]

  @Test(arguments: scenarios) func findsWhatTheMiddleboxDid(scenario: String, rule: String?) throws {
    let ending = try LiveLab.play(scenario)
    let told = try ending.results.split(separator: "\n").compactMap {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
    let findings = Event.findings(in: told)
    let grave = findings.filter { $0["severity"] as? String != "info" }
    #expect(told.last.flatMap(Event.dataset) == "smbdx.recording", "\(ending.said)")
    if let rule {
      #expect(grave.contains { $0["rule"] as? String == rule })
      // What else is said is what the recording of the same scenario shows.
      let fixture = Fixture.root.appending(path: "\(scenario)/capture.pcapng")
      let recorded = Set(analyze(try Recording(paths: [fixture.path])).findings.map(\.rule.id))
      #expect(recorded.isSuperset(of: grave.compactMap { $0["rule"] as? String }))
    } else {
      #expect(grave.isEmpty)
      #expect(ending.status == "0")
    }
  }
}

/// A line of NDJSON.
private enum Event {
  static func dataset(_ record: [String: Any]) -> String? { (record["event"] as? [String: Any])?["dataset"] as? String }

  /// Those that are told for the first time, with the names of the JSON report.
  static func findings(in records: [[String: Any]]) -> [[String: Any]] {
    records.filter { ($0["event"] as? [String: Any])?["action"] as? String == "found" }
      .compactMap { ($0["smbdx"] as? [String: Any])?["finding"] as? [String: Any] }
  }
}

/// What needs no interface.
@Suite struct LiveOptionTests {
  private func status(_ arguments: [String]) -> Int32 {
    do {
      try Smbdx.run(["live"] + arguments)
      return 0
    } catch {
      return Smbdx.status(of: error)
    }
  }

  @Test func wantsAnInterface() { #expect(status([]) == 2) }
  @Test func wantsEachInterfaceOnce() { #expect(status(["-i", "lo", "-i", "lo"]) == 2) }
  @Test func wantsAnyAlone() { #expect(status(["-i", "any", "-i", "lo"]) == 2) }
  @Test(arguments: [["-B", "0"], ["-s", "10"], ["-c", "0"], ["--duration", "x"], ["--duration", "-3s"]])
  func wantsNumbersThatMakeSense(arguments: [String]) { #expect(status(["-i", "lo"] + arguments) == 2) }

  @Test(arguments: ["90", "90s", "2m", "1h", "1d"]) func readsTimes(text: String) throws {
    let expected: [String: Int] = ["90": 90, "90s": 90, "2m": 120, "1h": 3600, "1d": 86_400]
    #expect(TimeSpan(argument: text) == expected[text].map(TimeSpan.seconds))
  }
}
