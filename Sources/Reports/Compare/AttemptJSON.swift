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
      out.member("schema", IncidentReport.schema)
      out.object("tool") {
        out.member("name", "smbdx")
        out.member("version", toolVersion)
      }
      out.member("kind", "attempts")
      out.member("status", Int(status))
      out.member("problem", problemText)
      out.member("headline", problemText == nil ? headline : nil)
      out.member("remarks", remarks)
      out.object("good") { writeRecording(comparison.good, to: out) }
      out.object("bad") { writeRecording(comparison.bad, to: out) }
      out.member("partsAt", comparison.parting?.name)
      out.array("steps") {
        for one in steps {
          out.object {
            out.member("step", one.step.name)
            out.member("good", one.good.rawValue)
            out.member("bad", one.bad.rawValue)
          }
        }
      }
      out.member("same", comparison.same)
      out.array("differences") { for one in comparison.differences { writeDifference(one, to: out) } }
      out.member("findings", findings.map(\.rule.id))
    }
  }

  private func writeRecording(_ recording: AttemptRecording, to out: JSONWriter) {
    out.member("file", recording.name)
    out.member("connections", recording.connections)
    out.member("client", recording.attempt.map { "\($0.client)" })
    out.member("server", recording.attempt.map { "\($0.server)" })
    out.member("tcpStream", recording.attempt?.tcpStream)
    out.member("outcome", recording.attempt?.outcome.rawValue)
  }

  private func writeDifference(_ one: AttemptComparison.Difference, to out: JSONWriter) {
    out.object {
      out.member("step", one.step.name)
      out.member("name", one.name)
      out.member("weight", one.weight.name)
      out.member("good", one.good)
      out.member("bad", one.bad)
      out.member("goodFrame", one.goodFrame > 0 ? one.goodFrame : nil)
      out.member("badFrame", one.badFrame > 0 ? one.badFrame : nil)
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
