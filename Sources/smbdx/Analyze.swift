import ArgumentParser
import Capture
import Packets
import Reports
import Rules
import Transcripts

struct Analyze: FileReadingCommand {
  static let configuration = CommandConfiguration(
    commandName: "analyze",
    abstract: "Says what went wrong on each SMB connection of a capture (the default).")

  @OptionGroup var input: InputOptions
  @OptionGroup var shown: ReportOptions
  @Flag(help: "Replace addresses, names, users, shares and names of files by others, the same for the same.")
  var redact = false

  func validate() throws {
    if redact { try input.validateOpeningRepeatedly() }
  }

  func run(_ confinement: Confinement) throws {
    let settings = try shown.settingsOption.read()
    let recording: Recording
    do {
      recording =
        try redact
        ? input.openRepeatedly(confinement, writing: shown.output) : input.open(confinement, writing: shown.output)
    } catch let error as CaptureError {
      if shown.format == .json { try writeJSON(error) }
      throw error
    }
    // Before the work, which may take minutes, is done for nothing.
    let out = try Output(path: shown.output, sparing: input.paths)
    let report = try report(of: recording, settings)
    shown.write(report, to: out, settings)
    out.flush()
    guard report.capture.frames > 0 || report.capture.isComplete else { throw ExitCode(2) }
    if shown.threshold(settings).isReached(by: report.summary.worstSeverity) { throw ExitCode(1) }
  }

  private func report(of recording: Recording, _ settings: Settings) throws -> Report {
    var options = shown.analysis(settings)
    guard redact else {
      options.site = settings.site(today: today)
      var report = analyze(recording, options)
      report.paths = recording.filePaths
      return report
    }
    let redaction = Redaction(try Recording(paths: input.paths, filter: input.filter))
    // Names and reasons are the user's, and no business of those who get the report.
    options.site = Site(acceptances: redaction.redact(settings.site(today: today).acceptances))
    let report = analyze(recording, options) { frame, bytes, body in
      redaction.redact(frame, bytes) { body(frame, $0) }
    }
    for remark in redaction.remarks { Smbdx.complain(remark) }
    return report.withoutFileNames
  }

  private func writeJSON(_ error: CaptureError) throws {
    let out = try Output(path: shown.output, sparing: input.paths)
    Report(error).writeJSON { out.write($0) }
    out.flush()
  }
}

/// The whole pipeline: frames, streams, messages, transcripts, findings, report.
///
/// - Parameters:
///   - showsProgress: counts frames on standard error, while it is a terminal.
///   - change: hands on other frames than those of the recording, or leaves some out.
func analyze(
  _ recording: Recording, _ options: AnalysisOptions = AnalysisOptions(), showsProgress: Bool = true,
  change: ((Frame, borrowing ByteView, (Frame, borrowing ByteView) -> Void) -> Void)? = nil
) -> Report {
  let judgement = Judgement(options, files: recording.fileNames, isFiltered: recording.isFiltered)
  var tracker = Tracker(options: options.tracking) { _ = judgement.take($0) }
  let progress = Progress(isShown: showsProgress && Output.standardError.isTerminal)
  if let change {
    recording.forEachFrame { frame, _, bytes in change(frame, bytes) { tracker.accept($0, $1) } }
  } else {
    recording.forEachFrame { frame, _, bytes in
      tracker.accept(frame, bytes)
      progress.note(frame.number)
    }
  }
  let inquiries = tracker.finish()
  progress.end()
  let damage = recording.damage.map(CaptureWarning.init)
  let lost = zip(recording.fileNames, recording.lostFrames).map(RecordingFacts.LostPackets.init).filter { $0.count > 0 }
  let facts = CaptureFacts(
    tracker, frames: recording.frameCount, isFiltered: recording.isFiltered,
    lostPackets: lost.reduce(0) { $0.clampedSum($1.count) }, linkTypes: recording.linkTypeNames,
    warnings: recording.leftOut.map(CaptureWarning.init) + damage + tracker.counts.unreadLinks.map { unread in
      let file = recording.place(of: unread.firstFrame)?.file ?? recording.fileNames.first ?? ""
      let were = unread.frames == 1 ? "frame of link type \(unread.type.name) was" : "frames of link type \(unread.type.name) were"
      return CaptureWarning(
        message: "\(unread.frames) \(were) not read; SMB may be in them: this report cannot tell", file: file, frame: nil, byte: nil)
    })
  return judgement.report(tracker, inquiries, facts, damage: damage, lost: lost) { frame in
    recording.place(of: frame).map { FramePlace(file: $0.file, frame: $0.frame) }
  }
}

extension Report {
  /// What is reported of input that cannot be read.
  init(_ error: CaptureError) {
    self =
      if case .notACapture = error.reason {
        .notACapture(toolVersion: Smbdx.version, files: [error.file], message: "\(error)")
      } else {
        .unreadable(toolVersion: Smbdx.version, file: error.file, message: "\(error)")
      }
  }
}

extension CaptureWarning {
  /// A file of a directory.
  init(_ leftOut: CaptureError) {
    self.init(message: "left out: \(leftOut.why)", file: leftOut.file, frame: nil, byte: nil)
  }

  init(_ damage: CaptureDamage) {
    self.init(
      message: "\(damage.message); everything before it was read", file: damage.file, frame: damage.frame,
      byte: damage.byte)
  }
}

/// Frames read so far, on standard error, while it is a terminal.
final class Progress {
  private static let interval = 500_000
  private let isShown: Bool

  init(isShown: Bool) { self.isShown = isShown }

  @inline(__always)
  func note(_ frame: Int) {
    if isShown, frame % Self.interval == 0 { Output.standardError.write("\r\(frame) frames") }
  }

  func end() {
    if isShown { Output.standardError.write("\r\u{1b}[K") }
  }
}
