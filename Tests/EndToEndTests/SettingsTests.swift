import Capture
import Diagnosis
import Foundation
import Packets
import Reports
import Rules
import SystemPackage
import TestSupport
import Testing
import Transcripts

@testable import smbdx

/// What `.smbdx.toml` changes, and what is said of one that is wrong.
@Suite final class SettingsTests {
  private let directory: URL

  init() throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "smbdx-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory.appending(path: "a/b"), withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  private static func read(_ text: String) throws -> Settings { try SettingsReader.read(Array(text.utf8)) }

  private func write(_ settings: String) throws -> String {
    let path = directory.appending(path: "settings.toml").path
    try Data(settings.utf8).write(to: URL(filePath: path))
    return path
  }

  /// A report of a fixture, and the exit status.
  private func run(_ fixture: String, _ settings: String, _ arguments: String...) throws -> (text: String, status: Int32) {
    let output = directory.appending(path: "report").path
    let capture = Fixture.root.appending(path: "\(fixture)/capture.pcapng").path
    var status: Int32 = 0
    do {
      try Smbdx.run(["--config", try write(settings), "-o", output] + arguments + [capture])
    } catch {
      status = Smbdx.status(of: error)
    }
    return (try String(contentsOfFile: output, encoding: .utf8), status)
  }

  // MARK: The file

  @Test func readsEverything() throws {
    let settings = try Self.read(
      """
      fail-on = "warning"
      [rules]
      select = ["vni-*", "ntlmv1-used"]
      ignore = ["vni-missing"]
      [severities]
      ntlmv1-used = "error"
      [thresholds]
      negotiate-slow = "2m"
      tree-connect-slow = 3
      [hosts]
      "10.77.0.20" = "fs01"
      "2001:db8::1" = "fs02"
      [ports]
      smb = [4450, 4451]
      kerberos = [8888]
      [[accept]]
      rule = "vni-*"
      host = "fs02"
      reason = "the \\"old\\" scanner\\u0007"
      expires = 2027-01-31
      [[accept]]
      rule = "ntlmv1-used"
      reason = "known"
      """)
    #expect(settings.failOn == .warning)
    #expect(settings.select == ["vni-*", "ntlmv1-used"])
    #expect(settings.ignore == ["vni-missing"])
    #expect(settings.severities == ["ntlmv1-used": .error])
    #expect(settings.thresholds == ["negotiate-slow": .minutes(2), "tree-connect-slow": .seconds(3)])
    #expect(settings.hosts.map { "\($0.key) \($0.value)" }.sorted() == ["10.77.0.20 fs01", "2001:db8::1 fs02"])
    #expect(settings.smbPorts == [4450, 4451])
    #expect(settings.kerberosPorts == [8888])
    #expect(settings.accept.map(\.reason) == ["the \"old\" scanner\u{7}", "known"])
    #expect(settings.site(today: "2027-01-31").acceptances.map { $0.hosts.map(\.description) } == [["2001:db8::1"], []])
    #expect(settings.site(today: "2027-02-01").acceptances.map(\.rule) == ["ntlmv1-used"])
    // What `smbdx config` prints says the same; thresholds are all named there.
    var again = try Self.read(settings.toml(today: "2026-11-24"))
    #expect(again.thresholds["session-setup-slow"] == .seconds(10))
    again.thresholds = settings.thresholds
    #expect(again == settings)
  }

  @Test func printsWhatHoldsWithoutAFile() throws {
    var settings = try Self.read(Settings().toml(today: "2026-11-24"))
    #expect(settings.select == ["*"])
    settings.select = []
    #expect(settings.thresholds == ["negotiate-slow": .seconds(5), "server-clock-offset": .seconds(60), "session-setup-slow": .seconds(10), "tree-connect-slow": .seconds(10)])
    settings.thresholds = [:]
    #expect(settings == Settings())
  }

  @Test(arguments: [
    ("\nfial-on = \"error\"", 2, "unknown key “fial-on”. Did you mean “fail-on”?"),
    ("[rules]\nselct = []", 2, "unknown key “selct” in [rules]. Did you mean “select”?"),
    ("[rules]\nselect = \"vni-*\"", 2, "rules.select must be a list"),
    ("[rules]\nignore = [\n\"ntlmv1-usd\"]", 3, "There is no rule “ntlmv1-usd”. Did you mean “ntlmv1-used”? See smbdx rules."),
    ("[severities]\nntlmv1-used = \"eror\"", 2, "Did you mean “error”?"),
    ("[severities]\nntlmv1-usd = \"error\"", 2, "Did you mean “ntlmv1-used”?"),
    ("fail-on = 3", 1, "fail-on must be a text in quotes"),
    ("[thresholds]\nntlmv1-used = \"5s\"", 2, "ntlmv1-used has no threshold; these rules have one: negotiate-slow"),
    ("[thresholds]\nnegotiate-slow = \"0s\"", 2, "a threshold must be a time"),
    ("[thresholds]\nnegotiate-slow = \"2d\"", 2, "a threshold must be a time"),
    ("[hosts]\nfs01 = \"10.0.0.1\"", 2, "invalid address “fs01”"),
    ("[ports]\nsmb = [0]", 2, "a port must be a number"),
    ("[ports]\nsmb = [65536]", 2, "a port must be a number"),
    ("[ports]\ndns = [5353]", 2, "unknown key “dns” in [ports]."),
    ("[accept]\nrule = \"vni-*\"", 1, "accept must be a list of tables: [[accept]]"),
    ("[[accept]]\nrule = \"vni-*\"", 1, "[[accept]] for vni-* needs a reason"),
    ("[[accept]]\nrule = \"vni-*\"\nreason = \" \"", 1, "[[accept]] for vni-* needs a reason"),
    ("[[accept]]\nreason = \"known\"", 1, "[[accept]] needs a rule"),
    ("[[accept]]\nrule = \"vni-*\"\nreson = \"known\"", 3, "unknown key “reson” in [accept]. Did you mean “reason”?"),
    ("[[accept]]\nrule = \"vni-*\"\nreason = \"known\"\nhost = \"fs01\"", 1, "neither an address nor a name from [hosts]"),
    ("[[accept]]\nrule = \"vni-*\"\nreason = \"known\"\nexpires = \"2027-01-31\"", 4, "expires must be a date without quotes"),
    ("a = ", 1, "encountered end-of-file"),
    ("[rules]\n[rules]", 2, "rules"),
    ("\n" + [String](repeating: "a", count: 30_000).joined(separator: ".") + " = 1", 2, "too many dots"),
    (String(repeating: "#", count: 70_000), 1, "at most 65536 bytes"),
  ])
  func saysWhatIsWrong(text: String, line: Int, message: String) throws {
    let fault = try #require(throws: SettingsReader.Fault.self) { try Self.read(text) }
    #expect(fault.line == line)
    #expect(fault.message.contains(message))
  }

  @Test func endsWithASentence() throws {
    let file = try write("[rulse]")
    let capture = Fixture.root.appending(path: "healthy-3.0.2/capture.pcapng").path
    for arguments in [["--config", file, capture], ["check", "--config", file, capture], ["live", "-i", "lo", "--config", file], ["config", "--config", file]] {
      let error = try #require(throws: SettingsError.self) { try Smbdx.run(arguments) }
      #expect("\(error)" == "\(file), line 1: unknown key “rulse”. Did you mean “rules”?")
      #expect(Smbdx.status(of: error) == 2)
    }
  }

  @Test func isFoundUpwards() throws {
    let (here, above) = (directory.appending(path: "a/b"), directory.appending(path: "a"))
    let expected = above.appending(path: ".smbdx.toml").path
    try Data().write(to: URL(filePath: expected))
    try Data().write(to: directory.appending(path: ".smbdx.toml"))
    #expect(SettingsOption.nextFile(from: FilePath(here.path)) == expected)
    #expect(SettingsOption.nextFile(from: FilePath(above.path)) == expected)
    let contradiction = #expect(throws: (any Error).self) { try Smbdx.run(["config", "--no-config", "--config", expected]) }
    #expect(contradiction.map(Smbdx.status(of:)) == 2)
  }

  // MARK: What they change

  @Test func choosesRules() throws {
    let settings = "rules.select = [\"auth-*\"]\nrules.ignore = [\"auth-logon-failure\"]"
    #expect(try run("auth-logon-failure", settings).text.contains("were excluded by --select"))
    // What is selected on the command line is instead of the file's.
    let (text, status) = try run("tree-bad-network-name", settings, "--select", "tree-*")
    #expect(text.contains("error[tree-bad-network-name]"))
    #expect(status == 1)
    #expect(try !run("auth-logon-failure", settings, "--select", "*").text.contains("auth-logon-failure"))
  }

  @Test func choosesSeverities() throws {
    let settings = "fail-on = \"critical\"\n[severities]\ntree-bad-network-name = \"warning\""
    let (text, status) = try run("tree-bad-network-name", settings)
    #expect(text.contains("warning[tree-bad-network-name]"))
    #expect(status == 0)
    #expect(try run("tree-bad-network-name", settings, "--fail-on", "warning").status == 1)
    // Graded by what was seen, until the user says how grave it is.
    #expect(try run("server-clock-offset", "").text.contains("info[server-clock-offset]"))
    #expect(try run("server-clock-offset", "severities.server-clock-offset = \"critical\"").status == 1)
  }

  /// Each is reported from its standard on, and not beyond another.
  @Test(arguments: [
    ("negotiate-slow", 11, 12), ("session-setup-slow", 10, 11), ("tree-connect-slow", 12, 13), ("server-clock-offset", 500, 700),
  ])
  func movesThresholds(rule: String, below: Int, above: Int) throws {
    #expect(try run(rule, "").text.contains("[\(rule)]"))
    #expect(try run(rule, "thresholds.\(rule) = \(below)").text.contains("[\(rule)]"))
    #expect(try !run(rule, "thresholds.\(rule) = \"\(above)s\"").text.contains("[\(rule)]"))
  }

  @Test(arguments: Rule.all.filter { $0.threshold != nil }.map(\.id))
  func isTestedWithEveryThreshold(rule: String) {
    #expect(["negotiate-slow", "session-setup-slow", "tree-connect-slow", "server-clock-offset"].contains(rule))
  }

  @Test(arguments: ReportOptions.Format.allCases) func namesHosts(format: ReportOptions.Format) throws {
    let settings = "[hosts]\n\"10.77.0.20\" = \"filer on floor 3\"\n\"10.77.0.10\" = \"<scanner>\""
    let (text, _) = try run("auth-logon-failure", settings, "--format", format.rawValue)
    // The others show no hosts but in sentences of rules.
    let showsHosts = [.text, .json, .ndjson, .markdown, .html].contains(format)
    #expect(text.contains("filer on floor 3") == showsHosts)
    #expect(!(try run("auth-logon-failure", settings, "--redact", "--format", format.rawValue).text.contains("filer on floor 3")))
    if format == .html { #expect(!text.contains("<scanner>")) }
  }

  @Test(arguments: ReportOptions.Format.allCases) func acceptsWhatIsKnown(format: ReportOptions.Format) throws {
    let accepted = "[[accept]]\nrule = \"auth-logon-failure\"\nreason = \"the old scanner\"\n"
    let (text, status) = try run("auth-logon-failure", accepted, "--format", format.rawValue)
    #expect(status == 0)
    #expect(text.contains("auth-logon-failure"))
    #expect(!text.contains("no rule that was run explains"))
    // A failure that is accepted fails nothing.
    switch format {
    case .junit: #expect(text.contains("failures=\"0\""))
    case .github: #expect(text.contains("::notice") && !text.contains("::error"))
    // Lines are broken where they are full.
    default: #expect(text.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains("the old scanner"))
    }
    #expect(try !run("auth-logon-failure", accepted, "--redact", "--format", format.rawValue).text.contains("the old scanner"))
  }

  @Test(arguments: [
    ("host = \"10.77.0.10\"", 0), ("host = \"fs01\"", 0), ("host = \"10.77.0.99\"", 1), ("expires = 9999-12-31", 0),
    ("expires = 2026-01-01", 1),
  ] as [(String, Int32)])
  func acceptsOnlyWhatIsMeant(condition: String, expected: Int32) throws {
    let settings = "[[accept]]\nrule = \"auth-*\"\nreason = \"known\"\n\(condition)\n[hosts]\n\"10.77.0.20\" = \"fs01\""
    #expect(try run("auth-logon-failure", settings).status == expected)
    #expect(try run("auth-logon-failure", settings, "--redact").status == expected)
  }

  @Test func knowsFurtherPorts() throws {
    #expect(try run("smb-alternative-port", "").text.contains("smb-alternative-port"))
    #expect(try !run("smb-alternative-port", "ports.smb = [4455]").text.contains("smb-alternative-port"))
  }

  /// What a KDC says, moved to another port.
  @Test(arguments: ["kerberos-client-unknown", "kerberos-response-too-big-tcp-blocked"])
  func knowsFurtherPortsOfKDCs(fixture: String) throws {
    let capture = Fixture.root.appending(path: "\(fixture)/capture.pcapng").path
    func rules(_ settings: String) throws -> [String] {
      var options = Analysis.Options()
      options.tracking.ports = try Self.read(settings).ports
      return analyze(try Recording(paths: [capture]), options) { frame, bytes, body in
        var moved = bytes.copy()
        // Ethernet and IPv4 without options: the two ports of TCP or UDP.
        for place in [34, 36] where moved.count > 38 && moved[place] == 0 && moved[place + 1] == 88 {
          moved[place..<place + 2] = [0x22, 0xb8]
        }
        body(frame, ByteView(moved.span))
      }.findings.map(\.rule.id)
    }
    #expect(try rules("ports.kerberos = [8888]") == analyze(try Recording(paths: [capture])).findings.map(\.rule.id))
    #expect(try !rules("").contains { $0.hasPrefix("kerberos") })
  }

  @Test func letsFurtherPortsPassTheFilter() {
    #expect(LiveFilter.expression(anyPort: false, ports: ServicePorts(furtherKerberos: [4450])).contains(" or port 4450 or "))
  }
}
