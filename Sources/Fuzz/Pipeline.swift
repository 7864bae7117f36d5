import Packets
import Reports
import Rules
import Transcripts

/// The whole way from frames to every written form of the report.
struct Pipeline {
  private static let engine = Engine()
  private var tracker: Tracker
  private let builder = Builder()
  private let messages = MessageWriter(.text(isColored: true)) { _ in }
  private var frames = 0

  private final class Builder {
    var report = ReportBuilder(toolVersion: "fuzz", files: ["input"])
  }

  init() {
    let builder = builder
    var options = Tracker.Options()
    // A table for a million is not made for every input.
    options.maximumConnections = 64
    tracker = Tracker(options: options, messages: messages) { builder.report.add($0, Self.engine.judge($0)) }
  }

  mutating func accept(_ frame: Frame, _ bytes: borrowing ByteView) {
    frames += 1
    tracker.accept(frame, bytes)
  }

  mutating func accept(_ bytes: borrowing ByteView, at nanoseconds: Int64, originalLength: Int? = nil, linkType: LinkType) {
    accept(
      Frame(
        number: frames + 1, time: Timestamp(nanoseconds: nanoseconds), originalLength: originalLength ?? bytes.count,
        linkType: linkType), bytes)
  }

  consuming func finish() {
    let inquiries = tracker.finish()
    builder.report.add(capture: Self.engine.judge(tracker.facts))
    let facts = CaptureFacts(tracker, frames: frames, isFiltered: false, lostPackets: 1, linkTypes: [], warnings: [])
    let report = builder.report.finish(capture: facts, engine: Self.engine, inquiries: inquiries)
    var written = 0
    report.writeJSON { written += $0.utf8.count }
    report.writeText(TextOptions()) { written += $0.utf8.count }
    precondition(written > 0)
  }
}
