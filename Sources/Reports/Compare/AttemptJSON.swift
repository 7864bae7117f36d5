import Compare
import Diagnosis
import Packets
import Rules
import Transcripts

extension AttemptReport {
  /// Writes the comparison as one JSON document: `smbdx-compare/1`.
  package func writeJSON(to write: @escaping (String) -> Void) {
    let out = JSONWriter(.indented, write: write)
    out.object {
      out.head(schema: IncidentReport.schema, toolVersion: toolVersion)
      out.member("kind", "attempts")
      out.member("status", Int(status))
      out.member("problem", problemText)
      out.member("headline", problemText == nil ? headline : nil)
      out.member("remarks", remarks)
      out.object("good") { writeRecording(comparison.good, to: out) }
      out.object("bad") { writeRecording(comparison.bad, to: out) }
      out.member("partsAt", comparison.parting?.title)
      out.array("steps") {
        for one in steps {
          out.object {
            out.member("step", one.step.title)
            out.member("good", one.good.rawValue)
            out.member("bad", one.bad.rawValue)
          }
        }
      }
      out.member("same", comparison.same)
      out.array("differences") { for one in comparison.differences { writeDifference(one, to: out) } }
      out.array("notCompared") { for one in comparison.missing { writeMissing(one, to: out) } }
      out.member("findings", findings.map(\.rule.id))
    }
  }

  private func writeRecording(_ recording: AttemptRecording, to out: JSONWriter) {
    out.member("file", recording.name)
    out.member("connections", recording.connections)
    out.member("client", recording.attempt.map { one in one.connection.map { "\($0.client)" } ?? "\(one.client)" })
    out.member("server", recording.attempt?.connection.map { "\($0.server)" })
    out.member("tcpStream", recording.attempt?.connection?.tcpStream)
    out.member("outcome", recording.attempt?.outcome.rawValue)
  }

  private func writeMissing(_ one: AttemptComparison.Missing, to out: JSONWriter) {
    out.object {
      out.member("step", one.step.title)
      out.member("recording", one.isGood ? "good" : "bad")
      out.member("facts", one.facts)
      out.member("reason", one.reason)
    }
  }

  private func writeDifference(_ one: AttemptComparison.Difference, to out: JSONWriter) {
    out.object {
      out.member("step", one.step.title)
      out.member("name", one.name)
      out.member("weight", one.weight.name)
      out.member("good", one.good)
      out.member("bad", one.bad)
      out.member("goodFrame", one.goodFrame)
      out.member("badFrame", one.badFrame)
    }
  }
}

extension AttemptFact.Weight {
  /// The word for programs.
  var name: String {
    switch self {
    case .slight: "slight"
    case .name: "name"
    case .agreement: "agreement"
    case .result: "result"
    }
  }
}
