import ArgumentParser
import Capture
import Diagnosis
import Reports
import Rules
import System
import Transcripts

extension Analyze {
  func validatePerFile() throws {
    guard !redact else { throw ValidationError("--redact replaces names differently in each recording: remove --per-file.") }
    guard !input.paths.contains("-") else { throw ValidationError("--per-file needs files, not standard input.") }
  }

  /// Analyses each file by itself. An unreadable file is reported and does not stop the others.
  func runPerFile(_ confinement: Confinement, _ settings: Settings, _ options: Analysis.Options) throws {
    try input.confine(confinement, writing: shown.output)
    var options = options
    options.site = settings.site(today: today)
    let out = try Output(path: shown.output, sparing: input.paths)
    var reports = FileReports(shown.formatOfFiles(out, settings), toolVersion: Smbdx.version)
    let files = try Recording.files(at: input.paths)
    var isReached = false
    var isChosen = false
    var lacksNamedFile = false
    var unfit: ChoiceError?
    Interruption.startHandling()
    for file in files where !Interruption.isRequested {
      let recording: Recording
      do throws(CaptureError) {
        recording = try Recording(paths: [file], filter: input.filter)
      } catch {
        reports.add(file: file, unreadable: "\(error)")
        lacksNamedFile = lacksNamedFile || input.paths.contains(file)
        continue
      }
      try recording.demandOriginal(options.tracking)
      let report = analyze(recording, options, onKeyUse: { keysOption.warnAboutUnused(options.tracking.keys, $0) })
      isReached = isReached || shown.threshold(settings).isReached(by: report.summary.worstSeverity)
      do throws(ChoiceError) {
        reports.add(try report.showing(choice.value), file: file)
        isChosen = true
      } catch {
        unfit = unfit ?? error
      }
    }
    Interruption.stopHandling()
    out.isUnreadFailure = isReached
    // The choice fits no file, so it is a mistake of the user.
    if !isChosen, let unfit { throw unfit }
    reports.write { out.write($0) }
    out.finish()
    if reports.isEmpty { throw ExitCode(2) }
    if isReached { throw ExitCode(1) }
    // If smbdx found the file in a folder itself, a file that is not a capture is no error.
    if lacksNamedFile { throw ExitCode(2) }
  }
}

extension ReportOptions {
  fileprivate func formatOfFiles(_ out: Output, _ settings: Settings) -> FileReports.Format {
    switch format {
    case .text: .text(text(out))
    case .json: .json
    case .ndjson: .ndjson
    case .html: .html
    case .markdown: .markdown
    case .sarif: .sarif
    case .junit: .junit(failingFrom: Severity(rawValue: threshold(settings).rawValue))
    case .github: .github
    }
  }
}
