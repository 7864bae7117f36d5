import Foundation
import Testing

@testable import Diagnosis
@testable import Packets
@testable import Reports
@testable import Rules
@testable import Transcripts

/// NDJSON, of files and live, has the names, types and values of the Elastic Common Schema.
@Suite struct EventTests {
  /// What an event may have, besides `smbdx`: the type of each field, and whether it is a list.
  private static let fields: [String: (type: String, isList: Bool)] = {
    var fields: [String: (String, Bool)] = ["@timestamp": ("date", false), "message": ("match_only_text", false)]
    for name in ["event.start", "event.end", "event.created"] { fields[name] = ("date", false) }
    for name in ["event.category", "event.type", "related.hosts", "related.user"] { fields[name] = ("keyword", true) }
    fields["related.ip"] = ("ip", true)
    fields["event.severity"] = ("long", false)
    for end in ["source", "client", "destination", "server"] {
      fields["\(end).address"] = ("keyword", false)
      fields["\(end).ip"] = ("ip", false)
      fields["\(end).port"] = ("long", false)
    }
    let keywords = [
      "ecs.version", "error.code", "error.type", "event.action", "event.code", "event.dataset", "event.id", "event.kind",
      "event.module", "event.outcome", "network.community_id", "network.protocol", "network.transport", "network.type",
      "observer.product", "observer.type", "observer.vendor", "observer.version", "rule.category", "rule.description",
      "rule.id", "rule.name", "rule.reference", "rule.ruleset", "user.domain", "user.name",
    ]
    for name in keywords { fields[name] = ("keyword", false) }
    return fields
  }()

  /// Values that the schema allows, as far as events have them.
  private static let values: [String: Set<String>] = [
    "event.kind": ["alert", "event", "state"], "event.category": ["authentication", "network"],
    "event.type": ["connection", "denied", "info", "start"], "event.outcome": ["success", "failure", "unknown"],
  ]

  private static let dictionary = ProcessInfo.processInfo.environment["SMBDX_ECS"]

  // MARK: Samples

  private func update(_ kind: FindingChange.Kind, _ finding: Finding, at milliseconds: Int64) throws -> FindingChange {
    let report = try Sample.everything()
    let connection = try #require(report.connections.first { finding.connections.contains($0.id) })
    return FindingChange(kind: kind, time: Sample.time(milliseconds), finding: finding, connection: connection)
  }

  private func live(_ updates: [FindingChange]) throws -> [[String: Any]] {
    try lines(written { LiveWriter(.ndjson, toolVersion: "0.1.0", write: $0).write(updates) })
  }

  private func lines(_ text: String) throws -> [[String: Any]] {
    try text.split(separator: "\n").map { try FormatTests.json(String($0)) }
  }

  private func everything() throws -> [[String: Any]] {
    let report = try Sample.everything()
    let told = try report.findings.filter { !$0.connections.isEmpty }.map { try update(.finding, $0, at: 5_000) }
    return try lines(written { report.writeNDJSON(to: $0) }) + live(told)
  }

  /// Fields by their full names, but those under `smbdx`.
  private static func flat(_ object: [String: Any], _ prefix: String = "") -> [(name: String, value: Any)] {
    object.filter { !prefix.isEmpty || $0.key != "smbdx" }.flatMap { name, value in
      (value as? [String: Any]).map { flat($0, "\(prefix)\(name).") } ?? [(prefix + name, value)]
    }
  }

  private static func isValue(_ value: Any, of type: String) -> Bool {
    switch type {
    case "long": value is Int
    case "ip": (value as? String)?.wholeMatch(of: /\d+\.\d+\.\d+\.\d+|[0-9a-f:]*:[0-9a-f:.]*/) != nil
    case "date": (value as? String)?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/) != nil
    default: (value as? String)?.isEmpty == false
    }
  }

  // MARK: The schema

  @Test func hasTheSchemasFields() throws {
    let events = try everything()
    #expect(events.count > 5)
    for event in events {
      for (name, value) in Self.flat(event) {
        let field = try #require(Self.fields[name], "\(name) is not of the schema")
        let values = try field.isList ? #require(value as? [Any], "\(name) is no list") : [value]
        #expect(!values.isEmpty, "\(name)")
        for value in values {
          #expect(Self.isValue(value, of: field.type), "\(name): \(value)")
          if let allowed = Self.values[name] { #expect(allowed.contains(value as? String ?? ""), "\(name): \(value)") }
        }
      }
      let names = Set(Self.flat(event).map(\.name))
      #expect(names.isSuperset(of: ["@timestamp", "ecs.version", "event.kind", "event.category", "event.type", "event.id"]))
      #expect((event["smbdx"] as? [String: Any])?["schema"] as? String == "smbdx-event/1")
    }
  }

  /// What the list above says is what the schema itself says, when `SMBDX_ECS` names its ecs_flat.yml.
  @Test(.enabled(if: dictionary != nil, "SMBDX_ECS is not set")) func listsFieldsAsTheSchemaDoes() throws {
    let text = try String(contentsOfFile: try #require(Self.dictionary), encoding: .utf8)
    let schema = SchemaField.read(text)
    #expect(schema.count > 500)
    for (name, field) in Self.fields {
      let official = try #require(schema[name], "\(name)")
      #expect(official.type == field.type, "\(name)")
      #expect(official.isList == field.isList, "\(name)")
      if let values = Self.values[name] { #expect(official.allowed.isSuperset(of: values), "\(name)") }
    }
    for event in try everything() {
      let own = try #require(event["event"] as? [String: Any])
      let types = Set(try #require(own["type"] as? [String]))
      let expected = (own["category"] as? [String] ?? []).flatMap { schema["event.category"]?.expectedTypes[$0] ?? [] }
      #expect(types.isSubset(of: expected), "\(own)")
    }
  }

  // MARK: What events say

  /// The decisive frame, not when the capture or the connection began, nor when it was told.
  @Test func bearsTheTimeOfTheDecisiveFrame() throws {
    let finding = try #require(try Sample.everything().findings.first { $0.rule.id == "sample-mismatch" })
    let event = try #require(try live([update(.finding, finding, at: 5_000)]).first)
    #expect(event["@timestamp"] as? String == (finding.time ?? Sample.time()).rfc3339)
    #expect((event["event"] as? [String: Any])?["created"] as? String == Sample.time(5_000).rfc3339)
  }

  /// Those who store events find the one that an update is about, and the one that a file of the same frames gives.
  @Test func keepsItsIdentity() throws {
    func identities(_ events: [[String: Any]]) -> [String] {
      events.compactMap { ($0["event"] as? [String: Any])?["id"] as? String }
    }
    let report = try Sample.everything()
    let finding = try #require(report.findings.first { !$0.connections.isEmpty })
    let events = try live([update(.finding, finding, at: 1), update(.changed, finding, at: 2), update(.withdrawn, finding, at: 3)])
    #expect(Set(identities(events)).count == 1)
    #expect(events.compactMap { ($0["event"] as? [String: Any])?["action"] as? String } == ["found", "changed", "withdrawn"])
    for event in events { #expect((event["smbdx"] as? [String: Any])?["connection"] is [String: Any] && event["source"] != nil) }
    let written = try lines(written { report.writeNDJSON(to: $0) })
    #expect(identities(written).contains(identities(events)[0]))
    #expect(Set(identities(written)).count == written.count)
    // What no longer holds is no alarm.
    #expect((events.last?["event"] as? [String: Any])?["kind"] as? String == "event")
  }

  /// What a rule says each time is told once, by `smbdx rules`.
  @Test func leavesOutWhatTheRuleSays() throws {
    for event in try everything() {
      guard let finding = (event["smbdx"] as? [String: Any])?["finding"] as? [String: Any] else { continue }
      #expect(finding["remedies"] == nil && finding["causes"] == nil && finding["evidence"] is [Any])
    }
  }

  @Test(arguments: [
    ("SESSION_SETUP response: STATUS_LOGON_FAILURE (0xC000006D)", "STATUS_LOGON_FAILURE", ErrorCode.Kind.status),
    ("KRB-ERROR KDC_ERR_CLIENT_REVOKED (18), STATUS_ACCOUNT_DISABLED (0xC0000072)", "KDC_ERR_CLIENT_REVOKED", .kerberos),
    ("SESSION_SETUP response: 0xC0FF1234", "0xC0FF1234", .status),
  ])
  func namesErrors(note: String, code: String, kind: ErrorCode.Kind) {
    #expect(ErrorCode(in: note)?.code == code)
    #expect(ErrorCode(in: note)?.kind == kind)
  }

  @Test(arguments: [
    "SESSION_SETUP response: STATUS_SUCCESS (0x00000000)", "STATUS_MORE_PROCESSING_REQUIRED (0xC0000016)", "FIN",
    "TREE_CONNECT request: \\\\fs01\\STATUS_OF_ALL", "",
  ])
  func namesNoErrorWhereNoneIs(note: String) { #expect(ErrorCode(in: note) == nil) }

  /// Each address of a specification is whole, and most rules have one.
  @Test func rulesHaveAddresses() {
    #expect(Reference.address(of: "RFC 9293 3.5") == "https://www.rfc-editor.org/rfc/rfc9293")
    #expect(Reference.address(of: "MS-SMB2 3.2.5.5")?.hasSuffix("/ms-smb2/5606ad47-5ee0-437a-817e-70c366052962") == true)
    #expect(Reference.address(of: "A book") == nil)
    let without = Rule.all.filter { $0.address == nil }.map(\.id)
    #expect(without.count * 20 < Rule.all.count, "\(without)")
  }
}

/// A field of ecs_flat.yml, of which only the few keys that matter are read.
private struct SchemaField {
  var type = ""
  var isList = false
  var allowed: Set<String> = []
  /// Of `event.category`: the types that go with each value.
  var expectedTypes: [String: [String]] = [:]

  static func read(_ text: String) -> [String: SchemaField] {
    var fields: [String: SchemaField] = [:]
    var name = ""
    var key = ""
    var types: [String] = []
    for line in text.split(separator: "\n") {
      if !line.hasPrefix(" "), line.hasSuffix(":") {
        name = line.dropLast().trimmingCharacters(in: ["'", "\""])
        fields[name] = SchemaField()
      } else if line.hasPrefix("  "), !line.hasPrefix("   "), !line.hasPrefix("  -"), let colon = line.firstIndex(of: ":") {
        key = String(line[..<colon].dropFirst(2))
        if key == "type" { fields[name]?.type = String(line[colon...].dropFirst(2)) }
      } else if key == "normalize", line == "  - array" {
        fields[name]?.isList = true
      } else if key == "allowed_values", line.hasPrefix("    - ") {
        types.append(String(line.dropFirst(6)))
      } else if key == "allowed_values", line.hasPrefix("    name: ") {
        let value = String(line.dropFirst(10))
        fields[name]?.allowed.insert(value)
        fields[name]?.expectedTypes[value] = types
        types = []
      }
    }
    return fields
  }
}
