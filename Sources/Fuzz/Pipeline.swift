import Diagnosis
import Packets
import Reports
import Transcripts

/// The whole way from frames to every written form of the report.
struct Pipeline {
  private var analysis: Analysis
  private var frames = 0

  init() {
    var options = Analysis.Options()
    // A table for a million is not made for every input.
    options.tracking.maximumConnections = 64
    analysis = Analysis(options, messages: MessageWriter(.text(isColored: true)) { _ in })
  }

  mutating func accept(_ frame: Frame, _ bytes: borrowing ByteView) {
    frames += 1
    analysis.accept(frame, bytes)
  }

  mutating func accept(_ bytes: borrowing ByteView, at nanoseconds: Int64, originalLength: Int? = nil, linkType: LinkType) {
    accept(
      Frame(
        number: frames + 1, time: Timestamp(nanoseconds: nanoseconds), originalLength: originalLength ?? bytes.count,
        linkType: linkType), bytes)
  }

  consuming func finish() {
    var source = CaptureSource()
    source.lostOnInterfaces = 1
    let report = Report(toolVersion: "fuzz", files: ["input"], diagnosis: analysis.finish(source))
    var written = 0
    report.writeJSON { written += $0.utf8.count }
    report.writeText(TextOptions()) { written += $0.utf8.count }
    precondition(written > 0)
  }
}
