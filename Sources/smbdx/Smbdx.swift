import ArgumentParser
import Capture
import Reports
import System

@main
struct Smbdx: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "smbdx",
    abstract: "Reads packet captures and explains why SMB connections failed.",
    usage: """
      smbdx [<options>] <file> ...
      smbdx <subcommand>
      """,
    discussion: """
      Give it a capture of a failed attempt. Start recording before the connection is opened:

        smbdx fs01.pcapng

      Or watch an interface:

        sudo smbdx live -i any

      Exit status: 0 if there is no finding at or above the --fail-on severity, 1 if there is one, 2 for wrong usage \
      or if nothing could be read. The exit status covers the whole recording, even if --client, --server, \
      --connection, --rule, --since or --until show only a part of it.

      smbdx help report explains the symbols and words of a report.
      """,
    version: version,
    // Each command states its name, because deriving it from the type at every start takes longer than reading a small capture.
    subcommands: [Analyze.self, Live.self, Check.self, Messages.self, Extract.self, Slim.self, Compare.self, Merge.self, Explain.self, Rules.self, Config.self],
    defaultSubcommand: Analyze.self)

  static let version = "0.1.0"

  static func main() {
    Descriptors.openStandardOnes()
    Signals.ignoreBrokenPipe()
    do {
      try run(CommandLine.arguments.dropFirst().map(\.self), .ofProcess)
    } catch {
      if isSentence(error) {
        complain("\(error)")
      } else if exitCode(for: error) == .validationFailure {
        let lines = fullMessage(for: error).split(separator: "\n", omittingEmptySubsequences: false)
        Output.standardError.write(lines.map { Escaping.visible(String($0)) }.joined(separator: "\n") + "\n")
      } else {
        exit(withError: error)
      }
      exit(withError: ExitCode(status(of: error)))
    }
  }

  static func run(_ arguments: [String], _ confinement: Confinement = .none) throws {
    if arguments == ["help", "report"] { return try writeLegend() }
    if [["--help"], ["-h"], ["help"]].contains(arguments) { return try writeHelp() }
    var command = try command(of: arguments)
    if let reader = command as? any FileReadingCommand { return try reader.run(confinement) }
    try command.run()
  }

  private static func writeLegend() throws {
    let out = try Output(path: nil)
    Legend().writeText(ColorOption(when: .auto).text(out)) { out.write($0) }
    out.flush()
  }

  private static func writeHelp() throws {
    let out = try Output(path: nil)
    out.write(help() + "\n")
    out.flush()
  }

  /// That of the program, with the options of the command that needs no name.
  static func help() -> String {
    let (own, options) = (helpMessage(), helpMessage(for: Analyze.self))
    guard let cut = own.firstRange(of: "OPTIONS:\n"), let commands = own.firstRange(of: "SUBCOMMANDS:\n"),
      let first = options.firstRange(of: "ARGUMENTS:\n")
    else { return own }
    let rest = options[first.lowerBound...]
    return own[..<cut.lowerBound] + rest + (rest.hasSuffix("\n\n") ? "" : rest.hasSuffix("\n") ? "\n" : "\n\n") + own[commands.lowerBound...]
  }

  /// What is not the name of a command is for the default one, which is asked by itself first: setting up the others takes a
  /// tenth of the time that a small capture takes. All of them answer where it cannot, such as to --help and to mistakes.
  private static func command(of arguments: [String]) throws -> any ParsableCommand {
    let names = configuration.subcommands.map { $0._commandName } + ["help"]
    guard let first = arguments.first, !names.contains(first) else { return try parseAsRoot(arguments) }
    let similar = first.hasPrefix("-") || FileIdentity(path: first) != nil ? "" : suggestion(for: first, among: names)
    guard similar.isEmpty else { throw ValidationError("There is no file or command “\(first)”.\(similar)") }
    if let analyze = try? Analyze.parseAsRoot(arguments) as? Analyze { return analyze }
    return try parseAsRoot(arguments)
  }

  /// The exit status that users of tcpdump and grep expect for wrong usage, where the library has one of its own: 2.
  static func status(of error: any Error) -> Int32 {
    if isSentence(error) { return 2 }
    let code = exitCode(for: error)
    return code == .validationFailure ? 2 : code.rawValue
  }

  /// It says what happened and what to do, and needs no word about usage.
  private static func isSentence(_ error: any Error) -> Bool {
    error is CaptureError || error is LiveError || error is CaptureWriter.Failure || error is EvidenceDirectory.Failure
      || error is OutputError || error is SettingsError || error is ExtractError || error is ChoiceError || error is ShardError || error is PcapngWriter.Failure
  }

  /// - Parameter message: a sentence; names of files in it may be anything.
  static func complain(_ message: String) { Output.standardError.write("smbdx: \(Escaping.visible(message))\n") }
}
