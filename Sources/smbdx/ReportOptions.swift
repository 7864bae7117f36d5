import ArgumentParser
import Diagnosis
import Reports
import Rules
import Transcripts

/// How a report is made and shown.
struct ReportOptions: ParsableArguments {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, ndjson, sarif, junit, github, markdown, html
  }

  @Option(help: "The format of the report.")
  var format: Format = .text
  @Option(name: .customShort("o"), help: ArgumentHelp("Write the report to this file instead of standard output.", valueName: "file"), completion: .file())
  var output: String?
  @Option(help: ArgumentHelp("Exit with status 1 for findings of this severity or above. The default is error.", valueName: "severity"))
  var failOn: Threshold?
  @OptionGroup var ruleOptions: RuleOptions
  @OptionGroup var tracking: TrackingOptions
  @OptionGroup var settingsOption: SettingsOption
  @OptionGroup var colorOption: ColorOption
  @Flag(name: .shortAndLong, help: "Show only findings.")
  var quiet = false
  @Flag(name: .shortAndLong, help: "Show every finding in full, and the rules that could not be checked.")
  var verbose = false

  /// Without the site: see ``Settings/site(today:)``.
  func analysis(_ settings: Settings) -> Analysis.Options {
    var options = Analysis.Options()
    options.rules = ruleOptions.rules(settings)
    options.tracking = tracking.values(settings)
    return options
  }

  func threshold(_ settings: Settings) -> Threshold { failOn ?? settings.failOn }

  func text(_ out: Output) -> TextOptions {
    colorOption.text(out, detail: quiet ? .quiet : verbose ? .verbose : .normal)
  }

  func write(_ report: Report, to out: Output, _ settings: Settings) {
    format.write(report, to: out, text(out), failingFrom: threshold(settings))
  }
}

extension ReportOptions.Format {
  func write(_ report: Report, to out: Output, _ text: TextOptions, failingFrom threshold: Threshold) {
    switch self {
    case .text: report.writeText(text) { out.write($0) }
    case .json: report.writeJSON { out.write($0) }
    case .ndjson: report.writeNDJSON { out.write($0) }
    case .sarif: report.writeSARIF { out.write($0) }
    case .junit: report.writeJUnit(failingFrom: Severity(rawValue: threshold.rawValue)) { out.write($0) }
    case .github: report.writeGitHub { out.write($0) }
    case .markdown: report.writeMarkdown { out.write($0) }
    case .html: report.writeHTML { out.write($0) }
    }
  }
}
