import ArgumentParser
import Capture
import Diagnosis
import FoundationEssentials
import Reports
import Rules
import System
import Transcripts

struct Live: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "live",
    abstract: "Watches interfaces and explains why SMB connections fail, while they fail.",
    discussion: """
      smbdx live needs the right to capture (root, or the capability cap_net_raw), and drops it before it reads the first packet.

        sudo smbdx live -i any

      With --format text and ndjson, findings appear as soon as they are decided. The other formats give one report \
      at the end. Ctrl-C ends the capture and prints the final report. SIGUSR1 prints the status. Exit status: 0 if \
      there is no finding at or above the --fail-on severity, 1 if there is one, 2 for wrong usage or if the capture \
      failed.
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup var bounds: BoundOptions
  @OptionGroup var record: RecordOptions
  @Option(
    help: ArgumentHelp("""
      A directory for evidence. Each finding of level warning or above gets a pcapng file with the frames of its \
      connection and comments on the frames that prove it.
      """, valueName: "directory"), completion: .directory)
  var keepEvidence: String?
  @OptionGroup var protection: ProtectionOptions
  @OptionGroup var shown: ReportOptions

  func validate() throws {
    guard source.listInterfaces || !source.interfaces.isEmpty else {
      throw ValidationError("Give an interface with -i (“any” for all). -D lists the interfaces.")
    }
  }

  func run() throws {
    guard !source.listInterfaces else { return try listInterfaces() }
    let settings = try shown.settingsOption.read()
    // Signals wait from here on, so that none comes before it can be answered.
    guard let signals = SignalReader() else { throw OutputError(description: "cannot receive signals") }
    if let file = record.file, let results = shown.output, FileIdentity.isSame(file, results) {
      throw OutputError(description: "the file \(file) cannot have both the frames and the results; give another file with -o")
    }
    let capture = try LiveSource(interfaces: source.interfaces, source.values(settings))
    let out = try Output(path: shown.output, isWatched: true)
    if let options = record.values {
      try capture.write(to: options, snapshotLength: source.snapshotLength)
    }
    let directory = try keepEvidence.map { try EvidenceDirectory(path: $0) }
    try protection.enter(
      writer: capture.writer, evidence: directory,
      writable: (record.values.map { $0.isRotating ? [$0.directory] : [] } ?? []) + [keepEvidence].compactMap(\.self))
    let evidence = directory.map { EvidenceKeeper($0, snapshotLength: source.snapshotLength) }
    let status = StatusLine(isShown: !shown.quiet)
    if !shown.quiet { Smbdx.complain("watching \(capture.names.joined(separator: ", ")); press Ctrl-C to end and get the report") }
    if !shown.quiet, let sentence = source.filter.flatMap({ FilterReach($0).reasonsNotChecked(settings.ports) }) {
      Smbdx.complain(sentence)
    }
    let writer = writer(to: out)
    let threshold = shown.threshold(settings)
    var analysis = shown.analysis(settings)
    analysis.site = settings.site(today: today)
    let session = LiveSession(
      capture, signals, analysis, bounds: bounds, status: status, evidence: evidence,
      tell: writer.map { writer in
        { updates in
          let worst = updates.map(\.finding.severity).max()
          out.isUnreadFailure = out.isUnreadFailure || threshold.isReached(by: worst)
          writer.write(updates)
          out.flush()
        }
      })
    let (report, failure) = session.run()
    out.isUnreadFailure = threshold.isReached(by: report.summary.worstSeverity)
    write(report, to: out, writer, settings)
    out.finish()
    let failures = [failure.map { "\($0)" }, capture.writer?.failure.map { "\($0)" }].compactMap(\.self)
    for sentence in failures { Smbdx.complain(sentence) }
    if !failures.isEmpty || evidence?.failure != nil { throw ExitCode(2) }
    if shown.threshold(settings).isReached(by: report.summary.worstSeverity) { throw ExitCode(1) }
  }

  /// nil when everything comes at the end.
  private func writer(to out: Output) -> LiveWriter? {
    switch shown.format {
    case .text: LiveWriter(.text(shown.text(out)), toolVersion: Smbdx.version) { out.write($0) }
    case .ndjson: LiveWriter(.ndjson, toolVersion: Smbdx.version) { out.write($0) }
    default: nil
    }
  }

  private func write(_ report: Report, to out: Output, _ writer: LiveWriter?, _ settings: Settings) {
    switch shown.format {
    case .text where shown.quiet: writer?.write(report.diagnosis.changesOfRecording)
    case .ndjson:
      writer?.write(report.diagnosis.changesOfRecording)
      writer?.writeEnd(report)
    default: shown.write(report, to: out, settings)
    }
  }

  private func listInterfaces() throws {
    let out = try Output(path: shown.output, isWatched: true)
    let interfaces = try NetworkInterface.all()
    for interface in interfaces { out.write(interface.line + "\n") }
    if interfaces.isEmpty { Smbdx.complain("no interface is visible; use sudo") }
    out.flush()
  }
}

extension NetworkInterface {
  /// `eth0  up, running  192.0.2.1, 2001:db8::1`
  fileprivate var line: String {
    let state = [isUp ? "up" : "down", isRunning ? "running" : nil, isLoopback ? "loopback" : nil].compactMap(\.self)
    return [name, state.joined(separator: ", "), addresses.joined(separator: ", "), description.map { "(\($0))" }]
      .compactMap(\.self).filter { !$0.isEmpty }.joined(separator: "  ")
  }
}
