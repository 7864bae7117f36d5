import ArgumentParser
import Capture
import Reports
import Transcripts

struct Messages: FileReadingCommand {
  static let configuration = CommandConfiguration(
    commandName: "messages",
    abstract: "Lists every decoded message that establishes or ends connections, sessions and shares.")

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, ndjson
  }

  @OptionGroup var input: InputOptions
  @OptionGroup var tracking: TrackingOptions
  @OptionGroup var settingsOption: SettingsOption
  @OptionGroup var keysOption: KeysOption
  @OptionGroup var colorOption: ColorOption
  @Option(help: "The format: one line of text or one JSON object for each message.")
  var format: Format = .text
  @Option(name: .customShort("o"), help: ArgumentHelp("Write the list to this file instead of standard output.", valueName: "file"), completion: .file())
  var output: String?

  func run(_ confinement: Confinement) throws {
    let settings = try settingsOption.read()
    var options = tracking.values(settings)
    options.keys = try keysOption.read()
    let recording = try input.open(confinement, writing: output)
    try recording.demandOriginal(options)
    let out = try Output(path: output, sparing: input.paths)
    let isColored = colorOption.isColored(out)
    let writer = MessageWriter(format == .ndjson ? .ndjson : .text(isColored: isColored), hasKeys: options.keys != nil) { out.write($0) }
    var tracker = Tracker(options: options, messages: writer) { _ in }
    recording.forEachFrame { frame, _, bytes in tracker.accept(frame, bytes) }
    _ = tracker.finish()
    out.finish()
    keysOption.warnAboutUnused(options.keys, tracker.keyUse)
    for error in recording.leftOut { Smbdx.complain("\(error.file) was skipped: \(error.why)") }
    for damage in recording.damage {
      Smbdx.complain("\(damage.file), frame \(damage.frame): \(damage.message); smbdx read everything before it")
    }
    guard recording.frameCount > 0 || recording.damage.isEmpty else { throw ExitCode(2) }
  }
}
