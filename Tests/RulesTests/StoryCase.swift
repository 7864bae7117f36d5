import Diagnosis
import Packets
import Rules
import TestSupport
import Testing

/// A conversation that the client ends, and what its evidence makes of one finding: the first cause and the first remedy.
struct StoryCase: CustomTestStringConvertible, Sendable {
  var testDescription: String
  /// Identifier, severity and confidence.
  var rule: String
  /// How they begin.
  var cause: String
  var remedy: String
  var build: @Sendable (inout Conversation) -> Void

  init(
    _ description: String, _ rule: String, cause: String, remedy: String,
    build: @escaping @Sendable (inout Conversation) -> Void
  ) {
    testDescription = description
    (self.rule, self.cause, self.remedy, self.build) = (rule, cause, remedy, build)
  }

  var finding: Finding {
    get throws {
      let judged = Judged {
        build(&$0)
        $0.send(.client, flags: [.fin, .ack])
      }
      let id = rule.prefix { $0 != " " }
      return try #require(judged.findings.first { $0.rule.id == id }, "\(judged.fired())")
    }
  }

  func expect(of finding: Finding) {
    #expect("\(finding.rule.id) \(finding.severity) \(finding.observation.confidence)" == rule)
    #expect(finding.causes.first?.hasPrefix(cause) == true, "\(finding.causes)")
    #expect(finding.remedies.first?.text.hasPrefix(remedy) == true, "\(finding.remedies.map(\.text))")
  }
}
