import Diagnosis
import Rules
import Transcripts

/// What the signs and words of a report mean: for `smbdx help report`, the manual and the foot of the page.
package struct Legend {
  package struct Part: Sendable {
    package var title: String
    package var entries: [(sign: String, meaning: String)]
  }

  package static let parts = [
    Part(title: "A connection", entries: [
      ("✓", "established: it reached the requested share, and nothing is wrong with it"),
      ("!", "there are findings, but the client got in"),
      ("✗", "failed: the request was refused, never answered or given up"),
      ("↻", "failed, but a later attempt reached the same goal"),
      ("?", "inconclusive: the recording does not show the result"),
    ]),
    Part(title: "A stage of a connection", entries: [
      ("✓", "passed"), ("✗", "failed"), ("?", "not seen, or the recording is not enough to judge it"), ("–", "not reached, or not needed"),
    ]),
    Part(title: "Severity", entries: [
      ("critical", "no client like this one gets in, or SMB's protection was broken"),
      ("error", "this attempt failed"),
      ("warning", "it worked, but something is wrong or slow"),
      ("info", "worth knowing; also failures with a later success, and findings that the settings accept"),
    ]),
    Part(title: "Confidence", entries: [
      ("proven", "the bytes allow no other explanation"),
      ("likely", "the bytes and their times support it; another cause is hard to imagine"),
      ("possible", "one of several explanations; look at the other causes too"),
    ]),
    Part(title: "Outcome", entries: [
      ("established", "the connection reached the requested share"),
      ("failed", "the connection did not reach it"),
      ("inconclusive", "the recording does not show whether it reached the share"),
      ("notSMB", "the connection uses port 445 or 139 but not SMB"),
    ]),
    Part(title: "In an overview", entries: [
      ("60×", "connections with the same diagnosis on the same server"),
      ("··▂█▅·", "when they came: the recording is divided into equal parts, and the highest bar is the busiest part"),
      ("with it", "found on the same connections, with the same cause"),
    ]),
    Part(title: "Times", entries: [
      ("12:03:04Z", "times of day in UTC; with the date if a recording continues past midnight"),
      ("recorded for", "the time from the first frame to the last (not the run time of smbdx)"),
    ]),
  ]

  package init() {}

  package func writeText(_ options: TextOptions, to write: @escaping (String) -> Void) {
    let out = TextWriter(options, write: write)
    let column = (Self.parts.flatMap(\.entries).map { displayWidth($0.sign) }.max() ?? 0) + 4
    for part in Self.parts {
      out.separate()
      out.line(part.title, .strong)
      for (sign, meaning) in part.entries {
        out.flow([Phrase(sign)] + Phrase.words(meaning, gap: column - 2 - displayWidth(sign)), indent: 2, hanging: column)
      }
    }
  }
}
