import ArgumentParser
import Capture

@main
struct Smbdx: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "smbdx",
    abstract: "Reads packet captures and says why SMB connections failed.",
    discussion: """
      Give it a capture of an attempt that failed, recorded from before the connection was opened:

        smbdx fs01.pcapng

      Exit status: 0 when nothing at or above the --fail-on severity was found, 1 when something was, 2 for wrong \
      usage and when nothing could be read.
      """,
    version: version,
    subcommands: [Analyze.self, Messages.self, Explain.self, Rules.self],
    defaultSubcommand: Analyze.self)

  static let version = "0.1.0"

  /// Like `main()` of the library, but with the exit status that users of tcpdump and grep expect for wrong usage: 2.
  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let error as CaptureError {
      complain("\(error)")
      exit(withError: ExitCode(2))
    } catch {
      guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
      Output.standardError.write(fullMessage(for: error) + "\n")
      exit(withError: ExitCode(2))
    }
  }

  static func complain(_ message: String) { Output.standardError.write("smbdx: \(message)\n") }
}
