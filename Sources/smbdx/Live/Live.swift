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
      at the end. Ctrl-C ends the capture and prints the final report. SIGUSR1 prints the status. Without a terminal, SIGHUP \
      reopens the files of -o and -w, as logrotate needs it. “-i -” reads a capture that another program records:

        ssh nas tcpdump -i any -s 0 -U -w - port 445 | smbdx live -i -

      Exit status: 0 if \
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
  @Option(
    help: ArgumentHelp("""
      A file with figures of the capture in the text format of Prometheus, for the textfile collector of node_exporter: \
      frames, losses, connections and findings. A new file replaces it every five seconds.
      """, valueName: "file"), completion: .file())
  var metrics: String?
  @OptionGroup var protection: ProtectionOptions
  @OptionGroup var keysOption: KeysOption
  @OptionGroup var shown: ReportOptions

  func validate() throws {
    guard source.listInterfaces || !source.interfaces.isEmpty else {
      throw ValidationError("Give an interface with -i (“any” for all, “-” for standard input). -D lists the interfaces.")
    }
    if keysOption.areGiven, !source.capturesWhole { throw ValidationError("Keys need whole frames: remove -s, or --keys and --keytab.") }
    if metrics == "-" || metrics == "" { throw ValidationError("--metrics needs a file.") }
  }

  /// Where SIGHUP does not mean that the terminal is gone, it asks for new files.
  private var reopens: Bool { (shown.output != nil || record.file != nil) && !Terminal.isTerminal(2) }

  func run() throws {
    guard !source.listInterfaces else { return try listInterfaces() }
    let settings = try shown.settingsOption.read()
    let keys = try keysOption.read()
    // Signals wait from here on, so that none comes before it can be answered.
    guard let signals = SignalReader(hangupReopens: reopens) else { throw OutputError(description: "cannot receive signals") }
    try keepFilesApart()
    let frames: LiveSession.Source = source.isPipe ? .pipe(PipeSource()) : .interfaces(try LiveSource(interfaces: source.interfaces, source.values(settings)))
    let out = try Output(path: shown.output, isWatched: true)
    if let options = record.values { try frames.write(to: options, snapshotLength: source.snapshotLength) }
    let directory = try keepEvidence.map { try EvidenceDirectory(path: $0) }
    var options = shown.analysis(settings)
    options.tracking.keys = keys
    let figures = metrics.map {
      MetricsFile(path: $0, Metrics(toolVersion: Smbdx.version, start: SystemClock.realTime(), rules: options.rules))
    }
    let possessions: [(any Possession)?] = [frames.all.writer, directory, out]
    try protection.enter(giving: possessions.compactMap(\.self), confinement) {
      try directory?.expectWritable()
      try figures?.expectWritable()
    }
    let evidence = directory.map { EvidenceKeeper($0, snapshotLength: source.snapshotLength) }
    let status = StatusLine(isShown: !shown.quiet)
    if !shown.quiet { announce(frames, settings) }
    let writer = writer(to: out)
    let threshold = shown.threshold(settings)
    options.site = settings.site(today: today)
    let session = LiveSession(
      frames, signals, options, bounds: bounds, status: status, evidence: evidence, metrics: figures, reopen: out.reopen,
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
    keysOption.warnAboutUnused(keys, session.keyUse)
    write(report, to: out, writer, settings)
    out.finish()
    let failures = [failure, frames.all.writer?.failure.map { "\($0)" }].compactMap(\.self)
    for sentence in failures { Smbdx.complain(sentence) }
    if !failures.isEmpty || evidence?.failure != nil || figures?.failure != nil { throw ExitCode(2) }
    if threshold.isReached(by: report.summary.worstSeverity) { throw ExitCode(1) }
  }

  private func announce(_ frames: LiveSession.Source, _ settings: Settings) {
    Smbdx.complain("watching \(frames.all.names.joined(separator: ", ")); press Ctrl-C to end and get the report")
    if let sentence = source.filter.flatMap({ FilterReach($0).reasonsNotChecked(settings.ports) }) { Smbdx.complain(sentence) }
  }

  private func keepFilesApart() throws {
    let files = [(record.file, "the frames"), (shown.output, "the results"), (metrics, "the metrics")].compactMap { path, what in path.map { ($0, what) } }
    for (index, one) in files.enumerated() {
      for other in files[(index + 1)...] where FileIdentity.isSame(one.0, other.0) {
        throw OutputError(description: "the file \(one.0) cannot have both \(one.1) and \(other.1); give another file")
      }
    }
  }

  /// Files can be made only where that is needed.
  private var confinement: Sandbox {
    var directories = [keepEvidence, metrics.map(PathName.directory)].compactMap(\.self)
    if let options = record.values, options.isRotating || reopens { directories.append(options.directory) }
    if reopens, let output = shown.output { directories.append(PathName.directory(of: output)) }
    var sandbox = Sandbox(writable: directories)
    sandbox.replacesFiles = metrics != nil
    return sandbox
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
