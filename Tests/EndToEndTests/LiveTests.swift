import Capture
import Foundation
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

  @Test(arguments: timeless, ["replayed", "tagged"])
  func findsWhatTheFileShows(fixture: Fixture, what: String) throws {
    let file = analyze(try Recording(paths: [fixture.capture.path]), rules: Rule.all)
    let ending = try LiveLab.run(what, fixture.capture.path, "--format", "json")
    let report = try #require(try JSONSerialization.jsonObject(with: Data(ending.results.utf8)) as? [String: Any])
    let found = try rules(report["findings"]).filter { !Self.ofTheMoment.contains($0) }
    #expect(found == file.findings.map(\.rule).filter { !Self.ofTheMoment.contains($0) }.sorted())
    #expect((report["capture"] as? [String: Any])?["frames"] as? Int == file.capture.frames)
    #expect(ending.status == (file.summary.worstSeverity ?? .info >= .error ? "1" : "0"))
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
    let findings = records.filter { $0["type"] as? String == "finding" }.compactMap { $0["finding"] as? [String: Any] }
    #expect(findings.compactMap { $0["rule"] as? String }.contains("vni-aborted-by-server"))
    #expect(records.last?["type"] as? String == "end")
    #expect(ending.status == "1")
  }

  // MARK: Frames on disk

  @Test func writesWhatItAnalyses() throws {
    let file = analyze(try Recording(paths: [Self.vni]), rules: Rule.all)
    let ending = try LiveLab.run("written", Self.vni)
    let report = try #require(try JSONSerialization.jsonObject(with: Data(ending.results.utf8)) as? [String: Any])
    let found = try rules(report["findings"]).filter { !Self.ofTheMoment.contains($0) }
    #expect(found == file.findings.map(\.rule).filter { !Self.ofTheMoment.contains($0) }.sorted())
    #expect((report["capture"] as? [String: Any])?["frames"] as? Int == file.capture.frames)
    #expect(ending.status == "1")
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

  @Test func survivesItsInterface() throws {
    let ending = try LiveLab.run("vanishing", Self.vni)
    #expect(ending.results.contains("critical[vni-aborted-by-server]"))
    #expect(ending.said.contains("here went down; nothing is captured on it until it comes up again"))
    #expect(ending.said.contains("here is up again"))
    #expect(ending.said.contains("the capture on here ended by itself"))
    #expect(ending.status == "2")
  }

  @Test func stopsWhenNobodyReads() throws {
    #expect(try LiveLab.run("unread", Self.vni).status == "0")
  }

  @Test func explainsWhatCannotBe() throws {
    #expect(try LiveLab.run("rights", "-f", "no filter").said.contains("the filter given with -f is not valid on here"))
    #expect(try LiveLab.run("rights", "-i", "nowhere").said.contains("there is no interface “nowhere”"))
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
  @Test(arguments: [["-B", "0"], ["-s", "10"], ["-c", "0"], ["--duration", "x"], ["--duration", "-3s"]])
  func wantsNumbersThatMakeSense(arguments: [String]) { #expect(status(["-i", "lo"] + arguments) == 2) }

  @Test(arguments: ["90", "90s", "2m", "1h", "1d"]) func readsTimes(text: String) throws {
    let expected: [String: Int64] = ["90": 90, "90s": 90, "2m": 120, "1h": 3600, "1d": 86_400]
    #expect(BoundOptions.Duration(argument: text)?.nanoseconds == expected[text].map { $0 * 1_000_000_000 })
  }
}
