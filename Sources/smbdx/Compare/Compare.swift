import ArgumentParser
import Capture
import Compare
import Diagnosis
import Packets
import Proof
import Reports
import System
import Transcripts

struct Compare: FileReadingCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compares the client's capture with the server's, or a working attempt with a failed one.",
    usage: """
      smbdx compare [<options>] <client> [<device>] <server>
      smbdx compare [<options>] --good <file> --bad <file>
      """,
    discussion: """
      Record the same attempt on the client and on the server at the same time, with whole packets:

        smbdx compare client.pcapng server.pcapng

      smbdx compare shows what the path between them changed, dropped, created or delayed, and in which frames. It \
      recognises connections by their content, also behind NAT and behind devices that terminate TCP. The clocks may \
      differ. Put a third capture, from a device on the path, between the two.

      Or record a working attempt and a failed one:

        smbdx compare --good monday.pcapng --bad tuesday.pcapng

      smbdx compare then shows at which step they diverge and what differs, most suspicious first.

      Exit status: 0 if no important difference was found, 1 if one was found, 2 for wrong usage, if nothing could \
      be read, or if the captures have nothing in common.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, html, markdown
  }

  @Argument(help: "Two or three captures of one incident, from the client to the server.", completion: .file())
  var files: [String] = []
  @Option(help: ArgumentHelp("A capture of a working attempt.", valueName: "file"), completion: .file())
  var good: String?
  @Option(help: ArgumentHelp("A capture of a failed attempt.", valueName: "file"), completion: .file())
  var bad: String?
  @Option(help: "The format of the comparison.")
  var format: Format = .text
  @Option(name: .customShort("o"), help: ArgumentHelp("Write the comparison to this file instead of standard output.", valueName: "file"), completion: .file())
  var output: String?
  @Flag(help: "Replace addresses, names, users, shares and file names. Equal values get equal replacements in all captures.")
  var redact = false
  @OptionGroup var sandbox: SandboxOption
  @OptionGroup var tracking: TrackingOptions
  @OptionGroup var settingsOption: SettingsOption
  @OptionGroup var keysOption: KeysOption
  @OptionGroup var colorOption: ColorOption
  @Flag(name: .shortAndLong, help: "Show only what the path did.")
  var quiet = false
  @Flag(name: .shortAndLong, help: "Show every connection and every message.")
  var verbose = false

  func validate() throws {
    if good != nil || bad != nil {
      guard good != nil, bad != nil, files.isEmpty else {
        throw ValidationError("Give one capture with --good and one with --bad, and no others.")
      }
    } else if !(2...3).contains(files.count) {
      throw ValidationError("Give two captures, the client's and the server's, or three with that of a device between them.")
    }
    if redact, keysOption.areGiven { throw ValidationError(KeysOption.onlyOriginals) }
    if redact, paths.contains("-") { throw ValidationError("--redact reads captures more than once: save them as files first.") }
    for (place, file) in paths.enumerated() {
      let identity = FileIdentity(path: file)
      let isTwice = paths[..<place].contains { $0 == file || identity != nil && FileIdentity(path: $0) == identity }
      if isTwice { throw ValidationError("\(file) is given twice: there is nothing to compare.") }
    }
  }

  private var paths: [String] { files + [good, bad].compactMap(\.self) }

  func run(_ confinement: Confinement) throws {
    let settings = try settingsOption.read()
    let keys = try keysOption.read()
    try confinement.enter(reading: paths, writing: [output].compactMap(\.self), sandbox)
    let recordings = try paths.map(Self.recording)
    for recording in recordings { try recording.demandOriginal(for: "compare needs") }
    let out = try Output(path: output, sparing: paths)
    var options = Analysis.Options()
    options.tracking = tracking.values(settings)
    options.tracking.keys = keys
    Interruption.startHandling()
    let read = try redact ? redacted(recordings) : recordings.map(Self.plain)
    let inputs = zip(recordings, zip(names(recordings), read)).map { Input(recording: $0, name: $1.0, forEachFrame: $1.1) }
    let report: any ComparisonReport = good == nil ? comparePoints(inputs, options) : compareAttempts(inputs, options)
    write(report, out)
    out.finish()
    if report.status != 0 { throw ExitCode(report.status) }
  }

  private func write(_ report: any ComparisonReport, _ out: Output) {
    out.isUnreadFailure = report.status == 1
    switch format {
    case .text: report.writeText(text(out)) { out.write($0) }
    case .json: report.writeJSON { out.write($0) }
    case .html: report.writeHTML { out.write($0) }
    case .markdown: report.writeMarkdown { out.write($0) }
    }
  }

  /// Two files with the same name may be in two folders, so an error says the whole path.
  private static func recording(_ path: String) throws(CaptureError) -> Recording {
    do {
      return try Recording(paths: [path])
    } catch {
      var error = error
      error.file = path
      throw error
    }
  }

  private func text(_ out: Output) -> TextOptions {
    colorOption.text(out, detail: quiet ? .quiet : verbose ? .verbose : .normal)
  }

  private typealias FrameBody = (Frame, borrowing ByteView) -> Void

  /// A capture, and how its frames are shown.
  private struct Input {
    let recording: Recording
    let name: String
    let forEachFrame: (FrameBody) -> Void
  }

  private static func plain(_ recording: Recording) -> (FrameBody) -> Void {
    { body in recording.forEachFrame { frame, _, bytes in body(frame, bytes) } }
  }

  /// The frames of all captures, redacted alike.
  private func redacted(_ recordings: [Recording]) throws -> [(FrameBody) -> Void] {
    var redactions: [Redaction] = []
    for path in paths { redactions.append(Redaction(try Recording(paths: [path]), sharing: redactions.last)) }
    return zip(recordings, redactions).map { recording, redaction in
      { body in
        redaction.rewind()
        recording.forEachFrame { frame, _, bytes in redaction.redact(frame, bytes) { body(frame, $0) } }
      }
    }
  }

  private func comparePoints(_ inputs: [Input], _ options: Analysis.Options) -> IncidentReport {
    var uses: [KeyUse?] = []
    var points: [CapturePoint] = []
    for input in inputs {
      var reader = PointReader(name: input.name, options, beside: points.first, isRedacted: redact)
      input.forEachFrame { reader.accept($0, $1) }
      points.append(reader.finish(CaptureSource(input.recording)))
      uses.append(reader.keyUse)
    }
    Interruption.stopHandling()
    keysOption.warnAboutUnused(options.tracking.keys, KeyUse(uses.compactMap(\.self)))
    return IncidentReport(toolVersion: Smbdx.version, comparison: IncidentComparison(points))
  }

  private func compareAttempts(_ inputs: [Input], _ options: Analysis.Options) -> AttemptReport {
    var uses: [KeyUse?] = []
    let read = inputs.map { input in
      var reader = AttemptReader(name: input.name, options)
      input.forEachFrame { reader.accept($0, $1) }
      let result = reader.finish(CaptureSource(input.recording))
      uses.append(reader.keyUse)
      return result
    }
    Interruption.stopHandling()
    keysOption.warnAboutUnused(options.tracking.keys, KeyUse(uses.compactMap(\.self)))
    return AttemptReport(toolVersion: Smbdx.version, comparison: AttemptComparison(good: read[0], bad: read[1]))
  }

  /// Base names; with their folder where two are the same, and as the user wrote them where that does not help; none of the
  /// user's with --redact.
  private func names(_ recordings: [Recording]) -> [String] {
    if redact { return recordings.indices.map { "capture \($0 + 1)" } }
    let names = recordings.map { $0.fileNames.first ?? "" }
    let longer = paths.map { $0.split(separator: "/").suffix(2).joined(separator: "/") }
    for names in [names, longer] where Set(names).count == names.count { return names }
    return paths
  }
}
