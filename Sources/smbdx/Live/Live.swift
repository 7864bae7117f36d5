import ArgumentParser
import Capture
import FoundationEssentials
import Reports
import Rules
import Transcripts

struct Live: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "live",
    abstract: "Watches interfaces and says why SMB connections fail, as they fail.",
    discussion: """
      Needs the right to capture (root, or the capability cap_net_raw), and gives it up before it reads the first packet.

        sudo smbdx live -i any

      Ends with Ctrl-C and the report of all that was seen. SIGUSR1 prints the status. Exit status: 0 when nothing at or \
      above the --fail-on severity was found, 1 when something was, 2 for wrong usage and when the capture failed.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, ndjson, json
  }

  @OptionGroup var source: SourceOptions
  @OptionGroup var bounds: BoundOptions
  @OptionGroup var record: RecordOptions
  @Option(
    help: """
      A directory for evidence: for each finding from warning on, as it is told, a pcapng file with the frames of its \
      connection, and a comment at those that prove it.
      """, completion: .directory)
  var keepEvidence: String?
  @OptionGroup var protection: ProtectionOptions
  @Option(help: "text and ndjson show findings as they are decided; json writes one report at the end.")
  var format: Format = .text
  @Option(name: .customShort("o"), help: "A file for the results, instead of standard output.", completion: .file())
  var output: String?
  @Option(help: "The severity from which findings make the exit status 1: error, when nothing else is set.")
  var failOn: Threshold?
  @OptionGroup var ruleOptions: RuleOptions
  @OptionGroup var tracking: TrackingOptions
  @OptionGroup var settingsOption: SettingsOption
  @OptionGroup var colorOption: ColorOption
  @Flag(name: .shortAndLong, help: "Show findings and nothing else: no status line, no report at the end.")
  var quiet = false
  @Flag(name: .shortAndLong, help: "Show every finding in full, also those that only inform.")
  var verbose = false

  func validate() throws {
    guard source.listInterfaces || !source.interfaces.isEmpty else {
      throw ValidationError("Name an interface with -i (“any” for all of them); -D lists those there are.")
    }
  }

  func run() throws {
    guard !source.listInterfaces else { return try listInterfaces() }
    let settings = try settingsOption.read()
    // Signals wait from here on, so that none comes before it can be answered.
    guard let signals = SignalReader() else { throw OutputError(description: "cannot take signals") }
    let capture = try LiveSource(interfaces: source.interfaces, source.values(settings))
    let out = try Output(path: output)
    if let options = record.values {
      try capture.write(to: options, snapshotLength: source.snapshotLength)
    }
    let directory = try keepEvidence.map { try EvidenceDirectory(path: $0) }
    try protection.enter(
      writer: capture.writer, evidence: directory,
      writable: (record.values.map { $0.isRotating ? [$0.directory] : [] } ?? []) + [keepEvidence].compactMap(\.self))
    let evidence = directory.map { EvidenceKeeper($0, snapshotLength: source.snapshotLength) }
    let status = StatusLine(isShown: !quiet)
    if !quiet { Smbdx.complain("watching \(capture.names.joined(separator: ", ")); Ctrl-C ends with a report") }
    let writer = writer(to: out)
    let session = LiveSession(
      capture, signals,
      AnalysisOptions(
        rules: ruleOptions.rules(settings), tracking: tracking.values(settings), site: settings.site(today: today)),
      bounds: bounds, status: status, evidence: evidence,
      tell: writer.map { writer in
        { updates in
          writer.write(updates)
          out.flush()
        }
      })
    let (report, failure) = session.run()
    write(report, to: out)
    out.flush()
    let failures = [failure.map { "\($0)" }, capture.writer?.failure.map { "\($0)" }].compactMap(\.self)
    for sentence in failures { Smbdx.complain(sentence) }
    if !failures.isEmpty || evidence?.failure != nil { throw ExitCode(2) }
    if (failOn ?? settings.failOn).isReached(by: report.summary.worstSeverity) { throw ExitCode(1) }
  }

  private func textOptions(_ out: Output) -> TextOptions {
    TextOptions(
      width: out.width ?? 100,
      isColored: colorOption.isColored(out, environment: ProcessInfo.processInfo.environment),
      detail: quiet ? .quiet : verbose ? .verbose : .normal)
  }

  /// nil when everything comes at the end.
  private func writer(to out: Output) -> LiveWriter? {
    switch format {
    case .text: LiveWriter(.text(textOptions(out)), toolVersion: Smbdx.version) { out.write($0) }
    case .ndjson: LiveWriter(.ndjson, toolVersion: Smbdx.version) { out.write($0) }
    case .json: nil
    }
  }

  private func write(_ report: Report, to out: Output) {
    switch format {
    case .json: report.writeJSON { out.write($0) }
    case .text where !quiet: report.writeText(textOptions(out)) { out.write($0) }
    case .text: break
    case .ndjson: LiveWriter(.ndjson, toolVersion: Smbdx.version) { out.write($0) }.writeEnd(report)
    }
  }

  private func listInterfaces() throws {
    let out = try Output(path: output)
    let interfaces = try NetworkInterface.all()
    for interface in interfaces { out.write(interface.line + "\n") }
    if interfaces.isEmpty { Smbdx.complain("no interface can be seen; use sudo") }
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
