import ArgumentParser
import Capture
import Diagnosis
import Reports
import Rules
import System

struct Merge: FileReadingCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Joins the shards of smbdx analyze --shard to one report.",
    discussion: """
      Judge a recording in several processes, on one computer or on many, and join what they write:

        smbdx analyze --shard 1/2 captures/ -o 1.shard
        smbdx analyze --shard 2/2 captures/ -o 2.shard
        smbdx merge 1.shard 2.shard

      The report is the same, byte for byte, as that of one process, in every format. All shards need the same \
      captures, options, settings and version of smbdx, and none may be missing.

      Exit status: as of smbdx analyze.
      """)

  @Argument(help: "All shards of a recording, in any order.", completion: .file())
  var shards: [String]
  @Option(help: "The format of the report.")
  var format: ReportOptions.Format = .text
  @Option(name: .customShort("o"), help: ArgumentHelp("Write the report to this file instead of standard output.", valueName: "file"), completion: .file())
  var output: String?
  @Option(help: ArgumentHelp("Exit with status 1 for findings of this severity or above. The default is that of the shards.", valueName: "severity"))
  var failOn: Threshold?
  @OptionGroup var choice: ChoiceOptions
  @OptionGroup var sandbox: SandboxOption
  @OptionGroup var colorOption: ColorOption
  @Flag(name: .shortAndLong, help: "Show only findings.")
  var quiet = false
  @Flag(name: .shortAndLong, help: "Show every finding in full, and the rules that could not be checked.")
  var verbose = false

  func run(_ confinement: Confinement) throws {
    try confinement.enter(reading: shards, writing: [output].compactMap(\.self), sandbox)
    let readers = try shards.map { path in
      let file = LineFile(path: path)
      return try ShardReader(path) {
        do throws(LineFile.Failure) { return try file.next() } catch { throw ShardError(error, path) }
      }
    }
    let merge = try ShardMerge(readers, toolVersion: Smbdx.version)
    let out = try Output(path: output, sparing: shards)
    let report = try merge.report()
    let threshold = failOn ?? Threshold(rawValue: merge.failOn) ?? .error
    let isReached = threshold.isReached(by: report.summary.worstSeverity)
    out.isUnreadFailure = isReached
    let detail: TextOptions.Detail = quiet ? .quiet : verbose ? .verbose : .normal
    format.write(try report.showing(choice.value), to: out, colorOption.text(out, detail: detail), failingFrom: threshold)
    out.finish()
    guard report.capture.frames > 0 || report.capture.isComplete else { throw ExitCode(2) }
    if isReached { throw ExitCode(1) }
  }
}

extension ShardError {
  fileprivate init(_ failure: LineFile.Failure, _ path: String) {
    switch failure {
    case .unreadable(let why): self.init("cannot read \(path): \(why)")
    case .endsInLine: self.init("\(path) ends too early; write it again")
    case .lineTooLong: self.init("\(path) is damaged: a line is too long")
    }
  }
}
