import ArgumentParser
import Capture
import Diagnosis
import Packets
import Proof
import Reports
import Rules
import System
import Transcripts

struct Analyze: FileReadingCommand {
  static let configuration = CommandConfiguration(
    commandName: "analyze",
    abstract: "Explains what went wrong on each SMB connection of a capture (the default command).")

  @OptionGroup var input: InputOptions
  @OptionGroup var shown: ReportOptions
  @OptionGroup var choice: ChoiceOptions
  @OptionGroup var keysOption: KeysOption
  @Flag(help: "Replace addresses, names, users, shares and file names. Equal values get equal replacements.")
  var redact = false
  @Option(
    help: ArgumentHelp("Judge only one of several shares of the clients, and write what smbdx merge joins to one report.", valueName: "number/count"))
  var shard: Shard?
  @Flag(help: "Treat each file as a separate recording, and write all reports under one overview.")
  var perFile = false

  func validate() throws {
    if perFile { try validatePerFile() }
    if shard != nil { try validateShard() }
    guard redact else { return }
    try input.validateOpeningRepeatedly()
    if keysOption.areGiven { throw ValidationError(KeysOption.onlyOriginals) }
    if choice.namesHosts { throw ValidationError("--redact changes addresses and names of hosts: remove --client and --server.") }
  }

  func run(_ confinement: Confinement) throws {
    let settings = try shown.settingsOption.read()
    var options = shown.analysis(settings)
    options.tracking.keys = try keysOption.read()
    if let shard { return try run(shard, confinement, settings, options) }
    guard !perFile else { return try runPerFile(confinement, settings, options) }
    let recording: Recording
    do {
      recording =
        try redact
        ? input.openRepeatedly(confinement, writing: shown.output) : input.open(confinement, writing: shown.output)
    } catch let error as CaptureError {
      if shown.format == .json { try writeJSON(error) }
      throw error
    }
    try recording.demandOriginal(options.tracking, redacting: redact)
    // Checked before the work, which may take minutes.
    let out = try Output(path: shown.output, sparing: input.paths)
    Interruption.startHandling()
    let report = try report(of: recording, settings, options)
    Interruption.stopHandling()
    out.isUnreadFailure = shown.threshold(settings).isReached(by: report.summary.worstSeverity)
    shown.write(try report.showing(choice.value), to: out, settings)
    out.finish()
    guard report.capture.frames > 0 || report.capture.isComplete else { throw ExitCode(2) }
    if shown.threshold(settings).isReached(by: report.summary.worstSeverity) { throw ExitCode(1) }
  }

  private func report(of recording: Recording, _ settings: Settings, _ options: Analysis.Options) throws -> Report {
    var options = options
    guard redact else {
      options.site = settings.site(today: today)
      return analyze(recording, options, arguments: input.paths, onKeyUse: { keysOption.warnAboutUnused(options.tracking.keys, $0) })
    }
    let redaction = Redaction(try Recording(paths: input.paths, filter: input.filter))
    // Host names and reasons in the settings are private, so a redacted report does not contain them.
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
    out.finish()
  }
}

/// Reads a recording to its end, and says what is found in it.
///
/// - Parameters:
///   - arguments: what the user gave to read, where that is not the files.
///   - showsProgress: counts frames on standard error, while it is a terminal.
///   - change: hands on other frames than those of the recording, or leaves some out.
///   - onKeyUse: takes what became of the keys.
func analyze(
  _ recording: Recording, _ options: Analysis.Options = Analysis.Options(), arguments: [String]? = nil, showsProgress: Bool = true,
  change: ((Frame, borrowing ByteView, (Frame, borrowing ByteView) -> Void) -> Void)? = nil,
  onKeyUse: ((KeyUse) -> Void)? = nil
) -> Report {
  var options = options
  options.isFiltered = recording.isFiltered
  var analysis = Analysis(options)
  let progress = Progress(isShown: showsProgress && Output.standardError.isTerminal && !Screen().isDumb, byteCount: recording.byteCount)
  if let change {
    recording.forEachFrame { frame, _, bytes in change(frame, bytes) { analysis.accept($0, $1) } }
  } else {
    recording.forEachFrame { frame, _, bytes in
      analysis.accept(frame, bytes)
      progress.record(frame.number, bytes.count)
    }
  }
  progress.end()
  let diagnosis = analysis.finish(CaptureSource(recording)) { frame in
    recording.place(of: frame).map { FramePlace(file: $0.file, frame: $0.frame) }
  }
  if let use = analysis.keyUse { onKeyUse?(use) }
  return Report(
    toolVersion: Smbdx.version, files: recording.fileNames, paths: recording.filePaths, arguments: arguments,
    rulesLeftOut: Rule.all.count - options.rules.count, diagnosis: diagnosis)
}

extension CaptureSource {
  init(_ recording: Recording) {
    self.init()
    files = recording.fileNames
    frames = recording.frameCount
    linkTypes = recording.linkTypeNames
    isOfWindows = recording.isOfWindows
    linkTypeName = \.name
    warnings = recording.leftOut.map { CaptureWarning(message: "skipped: \($0.why)", file: $0.file, frame: nil, byte: nil) }
    warnings += recording.emptyFiles.map { CaptureWarning(message: "the file is empty", file: $0, frame: nil, byte: nil) }
    warnings += recording.remarks.map { CaptureWarning(message: $0.sentence, file: $0.file, frame: nil, byte: nil) }
    // Ctrl-C is no damage of the file: the user need not copy it again.
    if recording.isInterrupted {
      warnings.append(CaptureWarning(interrupted: recording))
      isComplete = false
    }
    let ends = recording.isInterrupted ? [] : recording.damage
    func warning(_ end: CaptureDamage) -> CaptureWarning {
      CaptureWarning(message: "\(end.message); smbdx read everything before it", file: end.file, frame: end.frame, byte: end.byte)
    }
    damage = ends.filter(\.isOfFile).map(warning)
    // No one has to copy these files again, either.
    warnings += ends.filter { !$0.isOfFile }.map(warning)
    if damage.count < ends.count { isComplete = false }
    leftOutFrames = recording.leftOutFrames
    lostPackets = zip(recording.fileNames, recording.lostFrames).map(RecordingFacts.LostPackets.init)
  }
}

extension CaptureWarning {
  /// Ctrl-C ended the reading.
  fileprivate init(interrupted recording: Recording) {
    self.init(
      message: "Ctrl-C stopped the reading after \(grouped(recording.frameCount)) frames; this report covers only these frames",
      file: recording.fileNames.joined(separator: ", "), frame: recording.frameCount, byte: nil)
  }
}

extension Report {
  /// What is reported of input that cannot be read.
  init(_ error: CaptureError) {
    var diagnosis = Diagnosis(capture: CaptureFacts())
    if case .notACapture = error.reason {
      diagnosis = Diagnosis(notACapture: "\(error)")
    } else {
      diagnosis.recordUnreadable(CaptureWarning(message: "\(error)", file: error.file, frame: nil, byte: nil))
    }
    self.init(toolVersion: Smbdx.version, files: [error.file], diagnosis: diagnosis)
  }
}
