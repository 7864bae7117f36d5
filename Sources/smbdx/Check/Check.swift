import ArgumentParser
import Capture
import Diagnosis
import Dispatch
import FoundationEssentials
import Proof
import Reports
import Rules
import Synchronization
import Transcripts

struct Check: FileReadingCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Compares captures with their expected results.",
    discussion: """
      The expectation of fs01.pcapng is the file fs01.pcapng.expected.json or fs01.expected.json beside it, or \
      expected.json in its directory (captures may share it). It is a report, as written by --update or analyze \
      --format json, or a contract:

        {"must": [{"rule": "auth-logon-failure", "connection": 1,
                   "severity": "error", "frames": [9]}],
         "mustNot": ["vni-*"], "outcome": "failed", "allow": ["ntlm-mic-missing"]}

      With "allow", every finding of level warning or above that is neither in "must" nor in "allow" is a difference.

      A baseline lists known findings: {"schema": "smbdx-baseline/1", "accept": [{"capture": "fs01.pcapng", \
      "rule": "ntlmv1-used", "reason": "the old scanner", "expires": "2027-01-31"}]}.

      Exit status: 0 if every capture matches its expectation, 1 if one does not, 2 for wrong usage or if a capture \
      or an expectation is unreadable.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, junit, github, sarif
  }

  @Argument(help: "Captures, or directories to search for captures.", completion: .file())
  var paths: [String]
  @Flag(help: "Write missing expectations and update reports that differ, after showing the differences.")
  var update = false
  @Flag(help: "Exit with status 1 if a capture has no expectation.")
  var strict = false
  @Option(help: ArgumentHelp("A file with accepted findings.", valueName: "file"), completion: .file())
  var baseline: String?
  @Option(help: "The format of the result: text for people, JUnit XML, GitHub annotations, or SARIF with the baseline as suppressions.")
  var format: Format = .text
  @Option(name: .customShort("o"), help: ArgumentHelp("Write the result to this file instead of standard output.", valueName: "file"), completion: .file())
  var output: String?
  @Option(name: .shortAndLong, help: ArgumentHelp("How many captures to read at the same time. The default is the number of processors.", valueName: "count"))
  var jobs: Int?
  @OptionGroup var sandbox: SandboxOption
  @OptionGroup var ruleOptions: RuleOptions
  @OptionGroup var tracking: TrackingOptions
  @OptionGroup var settingsOption: SettingsOption
  @OptionGroup var keysOption: KeysOption
  @OptionGroup var colorOption: ColorOption
  @Flag(name: .shortAndLong, help: "Also list captures that match their expectation.")
  var verbose = false

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1.") }
  }

  func run(_ confinement: Confinement) throws {
    let settings = try settingsOption.read()
    let keys = try keysOption.read()
    let search = try CaptureSearch(under: paths)
    let hits = search.hits
    for error in search.leftOut { Smbdx.complain("\(error.file) was skipped: \(error.why)") }
    let baseline = try readBaseline()
    try confinement.enter(
      reading: hits.map(\.capture) + hits.map(\.expectation),
      writing: (update ? hits.map(\.ownExpectation) : []) + [output].compactMap(\.self), sandbox)
    let checked = check(hits, baseline, settings, keys)
    let out = try Output(path: output, sparing: hits.map(\.capture))
    out.isUnreadFailure = status(checked) != 0
    let report = CheckReport(captures: checked, baseline: baseline, toolVersion: Smbdx.version)
    switch format {
    case .text: report.writeText(isVerbose: verbose, isColored: colorOption.isColored(out)) { out.write($0) }
    case .junit: report.writeJUnit { out.write($0) }
    case .github: report.writeGitHub { out.write($0) }
    case .sarif: report.writeSARIF { out.write($0) }
    }
    out.finish()
    throw ExitCode(status(checked))
  }

  /// Read side by side; the results are in the order of the captures.
  private func check(_ hits: [CaptureSearch.Hit], _ baseline: Baseline?, _ settings: Settings, _ keys: KeyRing?) -> [CheckedCapture] {
    let results = Mutex([CheckedCapture?](repeating: nil, count: hits.count))
    let uses = Mutex<[KeyUse]>([])
    let next = Atomic(0)
    let progress = CheckProgress(count: hits.count)
    var options = Analysis.Options()
    options.rules = ruleOptions.rules(settings)
    options.tracking = tracking.values(settings)
    options.tracking.keys = keys
    options.site = settings.site(today: today)
    let chosen = options
    let workers = min(jobs ?? ProcessInfo.processInfo.activeProcessorCount, max(hits.count, 1))
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < hits.count else { return }
        let one = hits[index].checked(chosen, baseline: baseline, updates: update) { use in uses.withLock { $0.append(use) } }
        results.withLock { $0[index] = one }
        progress.record()
      }
    }
    progress.end()
    keysOption.warnAboutUnused(keys, KeyUse(uses.withLock(\.self)))
    return results.withLock { $0.compactMap(\.self) }
  }

  private func readBaseline() throws -> Baseline? {
    guard let baseline else { return nil }
    guard let data = FileManager.default.contents(atPath: baseline) else {
      throw OutputError(description: "\(baseline) cannot be read")
    }
    do {
      return try Baseline(json: Array(data), today: today)
    } catch {
      throw OutputError(description: "\(baseline): \(error)")
    }
  }

  private func status(_ checked: [CheckedCapture]) -> Int32 {
    var status: Int32 = checked.isEmpty ? 2 : 0
    for one in checked {
      switch one.outcome {
      case .unreadable: return 2
      case .different where !one.isUpdated: status = 1
      case .withoutExpectation where strict && !one.isUpdated: status = 1
      default: break
      }
    }
    return status
  }
}

/// Captures read so far, on standard error, while it is a terminal.
private final class CheckProgress: Sendable {
  private let done = Atomic(0)
  private let count: Int
  private let isShown = Output.standardError.isTerminal

  init(count: Int) { self.count = count }

  func record() {
    let number = done.wrappingAdd(1, ordering: .relaxed).newValue
    if isShown { Output.standardError.write("\r\(number) of \(count) captures") }
  }

  func end() {
    if isShown { Output.standardError.write("\r\u{1b}[K") }
  }
}

extension CaptureSearch.Hit {
  /// nil for a file of a directory that is no capture, and that has no expectation.
  fileprivate func checked(
    _ options: Analysis.Options, baseline: Baseline?, updates: Bool, tell: @escaping (KeyUse) -> Void
  ) -> CheckedCapture? {
    var one = CheckedCapture(path: capture, expectation: expectation, outcome: .withoutExpectation)
    do {
      let expected = hasExpectation ? try readExpectation() : nil
      let report: Report
      do throws(CaptureError) {
        let recording = try Recording(paths: [capture])
        if let option = options.tracking.demandingOriginal, recording.slimFile != nil {
          one.outcome = .unreadable("it is a slim capture; \(option) the original")
          return one
        }
        report = analyze(recording, options, showsProgress: false, onKeyUse: tell)
      } catch {
        guard isMissed(error) else { return nil }
        // Such a file meets only an expectation that expects it to be no capture.
        guard case .notACapture = error.reason, let expected, expected.isOfNoCapture else {
          one.outcome = .unreadable("\(error)")
          return one
        }
        report = Report(error)
      }
      guard let expected else {
        if report.isOfNothing { one.outcome = .unreadable(report.damage) } else if updates { try write(report, for: &one) }
        return one
      }
      if report.isOfNothing, case .contract = expected {
        one.outcome = .unreadable(report.damage)
        return one
      }
      one = CheckedCapture(
        path: capture, expectation: expectation, differences: expected.differences(to: report), baseline: baseline)
      // A contract is the user's, so --update does not rewrite it.
      if updates, case .different = one.outcome, case .report = expected { try write(report, for: &one) }
    } catch {
      one.outcome = .unreadable("\(expectation): \(error)")
    }
    return one
  }

  /// Whether an unreadable file is reported. A directory may contain other files than captures.
  private func isMissed(_ error: CaptureError) -> Bool {
    if case .unreadable = error.reason { return true }
    return isNamed || hasExpectation
  }

  private func readExpectation() throws -> Expectation {
    guard let data = FileManager.default.contents(atPath: expectation) else {
      throw OutputError(description: "it cannot be read")
    }
    return try Expectation(json: Array(data))
  }

  private func write(_ report: Report, for one: inout CheckedCapture) throws {
    let out = try Output(path: ownExpectation)
    report.writeJSON { out.write($0) }
    out.finish()
    one.isUpdated = true
    one.expectation = ownExpectation
  }
}

extension Report {
  /// Not even the first frame could be read: nothing can be demanded of it.
  fileprivate var isOfNothing: Bool { capture.frames == 0 && !capture.isComplete }

  fileprivate var damage: String { capture.warnings.first?.message ?? "it is unreadable" }
}
