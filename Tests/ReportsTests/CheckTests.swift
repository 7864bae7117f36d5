import Foundation
import Testing

@testable import Diagnosis
@testable import Reports
@testable import Rules

/// What is different between what a capture gives and what it was expected to give, and what a baseline accepts.
@Suite struct CheckTests {
  static let digest = ReportDigest(
    schema: Report.schema, capture: .init(frames: 20, complete: true),
    connections: [.init(id: 1, outcome: "failed", dialect: "3.0.2", stages: ["negotiate": "passed", "treeConnect": "failed"])],
    cases: [.init(id: 1, outcome: "failed", primary: "tree-access-denied")],
    findings: [finding("tree-access-denied", frames: [9, 10]), finding("ntlm-mic-missing", .warning, frames: [7])])

  static func finding(
    _ rule: String, _ severity: Severity = .error, connection: Int = 1, frames: [Int]
  ) -> ReportDigest.Finding {
    .init(
      id: "\(connection)-\(rule)", rule: rule, severity: severity, confidence: "proven", connections: [connection],
      evidence: frames.map { .init(frame: $0) })
  }

  static func changed(_ change: (inout ReportDigest) -> Void) -> ReportDigest {
    var copy = digest
    change(&copy)
    return copy
  }

  static let cases: [(ReportDigest, [String])] = [
    (digest, []),
    (changed { $0.findings.removeFirst() }, ["- error[tree-access-denied] on connection 1, frames 9, 10"]),
    (
      changed { $0.findings.append(finding("vni-missing", .info, frames: [])) },
      ["+ info[vni-missing] on connection 1"]
    ),
    (
      changed { $0.findings[0] = finding("tree-access-denied", connection: 2, frames: [9, 10]) },
      ["~ error[tree-access-denied] was on connection 1, frames 9, 10; is on connection 2, frames 9, 10"]
    ),
    (
      changed { $0.findings[1].severity = .info },
      ["~ info[ntlm-mic-missing] severity warning → info"]
    ),
    (
      changed { $0.findings[0].evidence = [.init(frame: 8)] },
      ["~ error[tree-access-denied] frames 9, 10 → 8"]
    ),
    (
      changed { $0.connections[0].stages["treeConnect"] = "passed" },
      ["~ connection 1: treeConnect: failed → passed"]
    ),
    (changed { $0.cases[0].primary = nil }, ["~ case 1: primary: tree-access-denied → none"]),
    (changed { $0.capture.complete = false }, ["~ the capture is complete: true → false"]),
  ]

  @Test(arguments: cases)
  func tellsTheDifference(actual: ReportDigest, expected: [String]) {
    #expect(Self.digest.differences(to: actual).map(\.description) == expected)
  }

  @Test(arguments: [
    (#"{"must": [{"rule": "tree-access-denied", "connection": 1, "severity": "error", "frames": [9]}]}"#, []),
    (#"{"must": [{"rule": "tree-*", "frames": [11]}]}"#,
      ["- [tree-*] is missing, frames 11; found instead: error on connection 1, frames 9, 10"]),
    (#"{"must": [{"rule": "tree-bad-network-name"}]}"#, ["- [tree-bad-network-name] is missing"]),
    (#"{"mustNot": ["tree-*"]}"#, ["+ error[tree-access-denied] on connection 1, frames 9, 10, is forbidden"]),
    (#"{"mustNot": ["vni-*"], "outcome": "failed"}"#, []),
    (#"{"outcome": "established"}"#, ["~ outcome: established → failed"]),
    (#"{"must": [{"rule": "tree-access-denied"}], "allow": []}"#,
      ["+ warning[ntlm-mic-missing] on connection 1, frames 7, is not allowed"]),
    (#"{"must": [{"rule": "tree-access-denied"}], "allow": ["ntlm-*"]}"#, []),
    (#"{"$schema": "smbdx-contract.schema.json", "mustNot": ["vni-*"]}"#, []),
  ])
  func holdsToAContract(json: String, expected: [String]) throws {
    guard case .contract(let contract) = try Expectation(json: Array(json.utf8)) else {
      Issue.record("no contract")
      return
    }
    #expect(contract.differences(to: Self.digest).map(\.description) == expected)
  }

  @Test(arguments: [
    ("{", "it is not JSON, or has a value that is not allowed there"),
    (#"{"musst": []}"#, "unknown key “musst” in a contract; the keys are allow, must, mustNot, outcome. Did you mean “must”?"),
    (#"{"must": [{"rule": "vni-*", "severty": "error"}]}"#,
      "must.[0]: unknown key “severty” in a demand; the keys are connection, frames, rule, severity. Did you mean “severity”?"),
    (#"{"must": [{"rule": "vni-*", "severity": "eror"}]}"#,
      "must.[0]: severity: invalid value “eror”; use critical, error, warning, info. Did you mean “error”?"),
    (#"{"must": [{"rule": "vni-*", "connection": 0}]}"#, "must.[0]: connection must be at least 1"),
    (#"{"must": [{"rule": "vni-*", "frames": [0]}]}"#, "must.[0]: a frame must be at least 1"),
    (#"{"outcome": "fail"}"#,
      "outcome: invalid value “fail”; use failed, established, inconclusive, notSMB."),
    (#"{"$schema": "smbdx-contract.schema.json"}"#, "it has no demands"),
    (#"{"mustNot": ["vni-misssing"]}"#, "There is no rule “vni-misssing”. Did you mean “vni-missing”? See smbdx rules."),
    (#"{"must": [{"severity": "error"}]}"#, "must.[0] lacks “rule”"),
    (#"{"must": [{"rule": "no-such-rule"}]}"#, "must.[0]: There is no rule “no-such-rule”. See smbdx rules."),
    (#"{"schema": "smbdx-report/1"}"#, "it lacks “capture”"),
    (#"{"mustNot": "vni-*"}"#, "mustNot has a value of the wrong kind"),
  ])
  func saysWhatIsWrongWithAnExpectation(json: String, sentence: String) {
    let fault = #expect(throws: Expectation.Fault.self) { try Expectation(json: Array(json.utf8)) }
    #expect(fault?.description == sentence)
  }

  // MARK: Baseline

  static func baseline(_ entry: String, today: String = "2026-11-24") throws -> Baseline {
    try Baseline(json: Array(#"{"schema": "smbdx-baseline/1", "accept": [\#(entry)]}"#.utf8), today: today)
  }

  @Test(arguments: [
    (#""capture": "fs01.pcapng", "rule": "tree-*""#, true), (#""capture": "a/fs01.pcapng", "rule": "tree-access-denied""#, true),
    (#""capture": "s01.pcapng", "rule": "tree-*""#, false), (#""capture": "fs01.pcapng", "rule": "vni-*""#, false),
    (#""capture": "fs01.pcapng", "rule": "tree-*", "connection": 1"#, true),
    (#""capture": "fs01.pcapng", "rule": "tree-*", "connection": 2"#, false),
    (#""capture": "fs01.pcapng", "rule": "tree-*", "expires": "2026-11-24""#, true),
    (#""capture": "fs01.pcapng", "rule": "tree-*", "expires": "2026-11-23""#, false),
  ])
  func acceptsWhatIsKnown(entry: String, isAccepted: Bool) throws {
    let baseline = try Self.baseline(#"{\#(entry), "reason": "known"}"#)
    let appeared = Difference(.appeared, Self.digest.findings[0], "")
    #expect((baseline.index(accepting: appeared, in: "some/a/fs01.pcapng") == 0) == isAccepted)
    // What should be there and is not is nobody's known finding.
    let vanished = Difference(.vanished, Self.digest.findings[0], "")
    #expect(baseline.index(accepting: vanished, in: "some/a/fs01.pcapng") == nil)
  }

  @Test(arguments: [
    (#"{"capture": "a", "rule": "vni-*", "reason": " "}"#, "accept.[0]: the entry for vni-* in a needs a reason"),
    (#"{"capture": "a", "rule": "vni-*", "reason": "x", "expires": "soon"}"#, "accept.[0]: invalid date “soon”: use YYYY-MM-DD, such as 2027-01-31"),
    (#"{"capture": "a", "rule": "vni-*", "reason": "x", "expires": "2027-13-45"}"#, "accept.[0]: invalid date “2027-13-45”: use YYYY-MM-DD, such as 2027-01-31"),
    (#"{"capture": "a", "rule": "vni-*", "reason": "x", "expires": "2027-02-29"}"#, "accept.[0]: invalid date “2027-02-29”: use YYYY-MM-DD, such as 2027-01-31"),
    (#"{"capture": "a", "rule": "vni-*", "reason": "x", "expiry": "2027-01-31"}"#,
      "accept.[0]: unknown key “expiry” in an entry; the keys are capture, connection, expires, reason, rule. Did you mean “expires”?"),
    (#"{"capture": "a", "rule": "vni-misssing", "reason": "x"}"#,
      "accept.[0]: There is no rule “vni-misssing”. Did you mean “vni-missing”? See smbdx rules."),
    (#"{"capture": "", "rule": "vni-*", "reason": "x"}"#, "accept.[0]: the entry for vni-* needs a capture"),
    (#"{"capture": "a", "rule": "vni-*"}"#, "accept.[0] lacks “reason”"),
  ])
  func saysWhatIsWrongWithABaseline(entry: String, sentence: String) {
    let fault = #expect(throws: Expectation.Fault.self) { try Self.baseline(entry) }
    #expect(fault?.description == sentence)
  }

  @Test func printsWhatIsNotAsExpected() throws {
    let baseline = try Self.baseline(
      #"{"capture": "a.pcap", "rule": "vni-*", "reason": "old"}, {"capture": "b.pcap", "rule": "vni-*", "reason": "older", "expires": "2020-01-01"}"#)
    let appeared = Difference(.appeared, Self.finding("vni-missing", .info, frames: [3]), "on connection 1, frames 3")
    var renewed = CheckedCapture(path: "c.pcap", expectation: "c.expected.json", outcome: .withoutExpectation)
    renewed.isUpdated = true
    let report = CheckReport(
      captures: [
        CheckedCapture(path: "a.pcap", expectation: "a.expected.json", differences: [appeared], baseline: baseline),
        CheckedCapture(path: "b.pcap", expectation: "b.expected.json", differences: [appeared], baseline: baseline),
        renewed, CheckedCapture(path: "d.pcap", expectation: "d.expected.json", differences: [], baseline: baseline),
        CheckedCapture(path: "e\u{1b}.pcap", expectation: "e.expected.json", outcome: .unreadable("it cannot be read")),
      ], baseline: baseline, toolVersion: "0.1.0")
    #expect(
      written { report.writeText(isVerbose: false, isColored: false, to: $0) } == """
        ✓ a.pcap
            accepted + info[vni-missing] on connection 1, frames 3: old
        ✗ b.pcap
            + info[vni-missing] on connection 1, frames 3
        ? c.pcap  no expectation  → c.expected.json written
        ! e\\u{1b}.pcap  it cannot be read
        baseline: vni-* in b.pcap expired on 2020-01-01
        5 captures: 2 as expected, 1 different, 1 without expectation, 1 unreadable

        """)
  }

  /// Whatever the form, somebody is to look after the baseline.
  @Test func tellsEveryoneOfTheBaseline() throws {
    let baseline = try Self.baseline(#"{"capture": "a.pcap", "rule": "vni-*", "reason": "old", "expires": "2020-01-01"}"#)
    let sentence = "vni-* in a.pcap expired on 2020-01-01"
    let report = CheckReport(
      captures: [CheckedCapture(path: "a.pcap", expectation: "x", outcome: .asExpected)], baseline: baseline, toolVersion: "0.1.0")
    #expect(written { report.writeGitHub(to: $0) } == "::warning title=baseline::\(sentence)\n")
    #expect(
      written { report.writeJUnit(to: $0) }
        .contains("<testcase classname=\"baseline\" name=\"\(sentence)\"><skipped message=\"\(sentence)\"/></testcase>"))
    let sarif = try FormatTests.json(written { report.writeSARIF(to: $0) })
    let invocation = (((sarif["runs"] as? [[String: Any]])?.first?["invocations"]) as? [[String: Any]])?.first
    let notice = (invocation?["toolExecutionNotifications"] as? [[String: Any]])?.first
    #expect(notice?["level"] as? String == "warning")
    #expect((notice?["message"] as? [String: String])?["text"] == sentence)
  }

  /// What is spelt wrong is refused by editors, too.
  @Test(arguments: ["smbdx-contract.schema.json", "smbdx-baseline-1.schema.json"]) func schemasKnowEveryKey(name: String) throws {
    let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources/Reports/Schema/\(name)")
    func check(_ schema: JSONValue) {
      if schema.members["type"]?.text == "object" { #expect(schema.members["additionalProperties"] != nil) }
      for member in Array(schema.members.values) + schema.elements { check(member) }
    }
    check(try JSONDecoder().decode(JSONValue.self, from: Data(contentsOf: url)))
  }

  /// What the baseline accepts is there and suppressed, with its reason.
  @Test func sarifSuppressesWhatIsAccepted() throws {
    let baseline = try Self.baseline(#"{"capture": "a b.pcap", "rule": "vni-*", "reason": "old"}"#)
    let appeared = Difference(.appeared, Self.finding("vni-missing", .warning, frames: [3]), "on connection 1, frames 3")
    let captures = ["a b.pcap", "c.pcap"].map {
      CheckedCapture(path: $0, expectation: "x", differences: [appeared], baseline: baseline)
    } + [CheckedCapture(path: "d.pcap", expectation: "d.json", outcome: .unreadable("it cannot be read"))]
    let report = CheckReport(captures: captures, baseline: baseline, toolVersion: "0.1.0")
    let text = written { report.writeSARIF(to: $0) }
    let run = try #require((try FormatTests.json(text)["runs"] as? [[String: Any]])?.first)
    let results = try #require(run["results"] as? [[String: Any]])
    #expect(results.map { $0["ruleId"] as? String } == ["vni-missing", "vni-missing", "expectation"])
    #expect(results.map { $0["level"] as? String } == ["warning", "warning", "error"])
    let reasons = results.map { ($0["suppressions"] as? [[String: String]])?.first?["justification"] }
    #expect(reasons == ["old", nil, nil])
    #expect(text.contains(#""uri": "a%20b.pcap""#))
  }

  @Test func writesForOtherPrograms() {
    let captures = [
      CheckedCapture(
        path: "a.pcap", expectation: "a.expected.json",
        differences: [
          Difference(.appeared, Self.finding("vni-missing", .info, frames: [3]), "on connection 1, <frame> 3"),
          Difference(.changed, "connections: 1 → 2"),
        ], baseline: nil),
      CheckedCapture(path: "b.pcap", expectation: "b.expected.json", outcome: .withoutExpectation),
      CheckedCapture(path: "c,d.pcap", expectation: "c.expected.json", outcome: .unreadable("50 % \"read\"")),
    ]
    let report = CheckReport(captures: captures, baseline: nil, toolVersion: "0.1.0")
    let junit = written { report.writeJUnit(to: $0) }
    #expect(junit.components(separatedBy: "<testcase").count == 3 * (Phase.allCases.count + 1) + 1)
    #expect(
      junit.contains(
        """
        name="validate-negotiate">
              <failure type="vni-missing" message="+ info[vni-missing] on connection 1, &lt;frame&gt; 3">+ info[vni-missing] on connection 1, &lt;frame&gt; 3</failure>
        """))
    #expect(junit.contains("name=\"report\">\n      <failure type=\"difference\" message=\"~ connections: 1 → 2\">~ connections: 1 → 2</failure>"))
    #expect(junit.contains("<error message=\"50 % &quot;read&quot;\"/>"))
    #expect(
      written { report.writeGitHub(to: $0) } == """
        ::error file=a.pcap,title=vni-missing::+ info[vni-missing] on connection 1, <frame> 3
        ::error file=a.pcap,title=difference::~ connections: 1 → 2
        ::notice file=b.pcap,title=no expectation::b.expected.json is missing
        ::error file=c%2Cd.pcap,title=unreadable::50 %25 "read"

        """)
  }
}
