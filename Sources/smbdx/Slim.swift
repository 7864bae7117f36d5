import ArgumentParser
import Capture
import Packets
import Reports
import System
import Transcripts

struct Slim: FileReadingCommand {
  static let configuration = CommandConfiguration(
    commandName: "slim",
    abstract: "Writes a capture that is a fraction of the size and gives the same report.",
    discussion: """
      File contents and frames that smbdx does not need are left out. Lengths, times, frame numbers and the names of the \
      files stay those of the original, so that smbdx reports the same about the slim capture. Other programs can read it, too.

        smbdx slim ring/ -o case.pcapng.zst

      Keys, --checksums, --redact, extract and compare need the original.
      """)

  @Argument(
    help: "Capture files (also compressed), Windows .etl traces, text of packets in hex, or directories. Several files form one recording, ordered by time. “-” is standard input.",
    completion: .file())
  var files: [String]
  @Option(name: .customShort("o"), help: ArgumentHelp("The pcapng file to write, compressed with zstd if its name ends with .zst. The default is standard output, unless that is a terminal.", valueName: "file"), completion: .file())
  var output: String?
  @OptionGroup var settingsOption: SettingsOption
  @OptionGroup var sandbox: SandboxOption

  func run(_ confinement: Confinement) throws {
    var options = Tracker.Options()
    options.ports = try settingsOption.read().ports
    let paths = try files + Recording.files(at: files)
    try confinement.enter(reading: paths, writing: [output].compactMap(\.self), sandbox)
    let recording = try Recording(paths: files, isTolerant: true)
    let out = try Output(path: output, sparing: paths)
    guard !out.isTerminal else { throw ExtractError("a capture cannot go to a terminal; give a file with -o") }
    let progress = Progress(isShown: Output.standardError.isTerminal && !Screen().isDumb, byteCount: recording.byteCount)
    Interruption.startHandling()
    let packer = output?.hasSuffix(".zst") ?? false ? ZstdEncoder(out.write) : nil
    let result = try slim(recording, options, to: packer?.pack ?? out.write) { progress.record($0, $1) }
    packer?.finish()
    progress.end()
    Interruption.stopHandling()
    guard packer?.hasFailed != true else { throw OutputError(description: "no memory is left to compress the results") }
    guard !recording.isInterrupted else { throw ExtractError("Ctrl-C stopped the reading; nothing was written") }
    out.finish()
    for error in recording.leftOut { Smbdx.complain("\(error.file) was skipped: \(error.why)") }
    for damage in recording.damage {
      Smbdx.complain("\(damage.file), frame \(damage.frame): \(damage.message); smbdx read everything before it")
    }
    Smbdx.complain(result.sentence)
    // If smbdx found the file in a folder itself, a file that is not a capture is no error.
    let named = Set(files.map { PathName.last(of: $0) })
    guard recording.leftOut.allSatisfy({ !named.contains($0.file) }) else { throw ExitCode(2) }
  }
}
