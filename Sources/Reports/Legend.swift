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
      ("✓", "established: it reached the share that was asked for, and nothing is wrong with it"),
      ("!", "something was found, but it did not keep the client out"),
      ("✗", "failed: what was asked for was refused, never answered or given up"),
      ("↻", "failed, and a later attempt reached the same"),
      ("?", "inconclusive: the recording does not show how it went"),
    ]),
    Part(title: "A stage of a connection", entries: [
      ("✓", "passed"), ("✗", "failed"), ("?", "not seen, or not to be judged by what was recorded"), ("–", "not reached, or not needed"),
    ]),
    Part(title: "Severity", entries: [
      ("critical", "no client like this one gets in, or the protection of SMB was broken"),
      ("error", "this attempt failed"),
      ("warning", "it worked, but something is wrong or slow"),
      ("info", "worth knowing; also what a later attempt made up for, and what the settings accept"),
    ]),
    Part(title: "Confidence", entries: [
      ("proven", "the bytes allow nothing else"),
      ("likely", "the bytes and their times speak for it; another cause is hard to imagine"),
      ("possible", "one of several explanations; look at the other causes too"),
    ]),
    Part(title: "Outcome", entries: [
      ("established", "the connection reached the share that was asked for"),
      ("failed", "it did not"),
      ("inconclusive", "it is SMB, and the recording does not show whether it did"),
      ("notSMB", "it goes to port 445 or 139 and speaks something else"),
    ]),
    Part(title: "In an overview", entries: [
      ("60×", "connections with the same diagnosis on the same server"),
      ("··▂█▅·", "when they came: the length of the recording in equal parts, each against the fullest"),
      ("with it", "found on the same connections, and explained by the same cause"),
    ]),
    Part(title: "Times", entries: [
      ("12:03:04Z", "times of day in UTC; with the date where a recording goes on over midnight"),
      ("recorded for", "the time from the first frame to the last, and not how long smbdx took"),
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
