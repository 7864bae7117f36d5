import Diagnosis
import Packets
import Rules

extension DiagnosisGroup {
  private enum Limit {
    /// Users and shares that are listed; all are counted.
    static let names = 100
    /// Parts of the recording in a timeline.
    static let parts = 24
  }

  func write(to json: JSONWriter, in overview: Overview) {
    json.member("id", id)
    json.member("rule", rule.id)
    json.member("code", code)
    json.member("severity", severity.rawValue)
    json.member("confidence", confidence.rawValue)
    json.member("summary", summary)
    json.member("count", count)
    json.member("explains", explains)
    if let leader { json.member("with", overview.groups[leader].id) } else { json.null("with") }
    json.member("server", server?.description)
    json.member("serverName", serverName)
    json.object("clients") {
      json.member("count", clients.count)
      json.member("network", commonNetwork(of: clients)?.description)
    }
    writeNames(users, as: "users", to: json)
    writeNames(shares, as: "shares", to: json)
    json.member("firstTime", firstTime?.rfc3339)
    json.member("lastTime", lastTime?.rfc3339)
    let span = extent.times.count > 1 ? overview.span : nil
    json.member("timeline", span.map { Timeline(extent.times, $0, parts: Limit.parts).counts } ?? [])
    json.member("example", example.id)
    json.member("connections", connections)
    json.member("findings", findings.map(\.id))
  }

  private func writeNames(_ names: [String], as key: String, to json: JSONWriter) {
    json.object(key) {
      json.member("count", names.count)
      json.member("names", Array(names.prefix(Limit.names)))
    }
  }
}

extension Shown {
  func write(to json: JSONWriter) {
    json.member("by", words)
    json.member("hiddenConnections", hiddenConnections)
    json.member("hiddenFindings", hiddenFindings)
  }
}
