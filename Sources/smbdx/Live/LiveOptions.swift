import ArgumentParser
import Capture
import FoundationEssentials
import Packets
import System

/// What is captured.
struct SourceOptions: ParsableArguments {
  private static let kibibytes = 1...(1 << 20)

  @Option(
    name: .customShort("i"),
    help: ArgumentHelp("An interface; “any” means all of them. Can be given several times.", valueName: "interface"),
    completion: .custom { _, _, _ in ["any"] + ((try? NetworkInterface.all()) ?? []).map(\.name) })
  var interfaces: [String] = []

  @Flag(name: [.customShort("D"), .long], help: "List the interfaces with their state and addresses, and end.")
  var listInterfaces = false

  @Option(
    name: .customShort("f"),
    help: ArgumentHelp("A capture filter, as in pcap-filter(7), in place of the built-in one, which lets SMB, Kerberos, DNS, NetBIOS names, ICMP errors and IP fragments pass, in VLANs too.", valueName: "filter"))
  var filter: String?

  @Flag(help: "Look for SMB on every TCP port.")
  var anyPort = false

  @Flag(help: "Also take frames that are not for this host, as a mirror port brings them.")
  var promiscuous = false

  @Option(
    name: [.customShort("s"), .long],
    help: ArgumentHelp("Bytes captured of each frame. Less than whole frames loses what the diagnosis needs.", valueName: "bytes"))
  var snapshotLength = LiveOptions().snapshotLength

  @Option(name: [.customShort("B"), .long], help: ArgumentHelp("The kernel's buffer for each interface, in KiB.", valueName: "KiB"))
  var bufferSize = LiveOptions().bufferSize / 1024

  @Flag(help: "Take each frame at once, not up to a tenth of a second later. Loses more frames when many come.")
  var immediateMode = false

  func validate() throws {
    guard Self.kibibytes.contains(bufferSize) else {
      throw ValidationError("-B is a number of KiB from 1 to \(Self.kibibytes.upperBound).")
    }
    guard (64...LiveOptions().snapshotLength).contains(snapshotLength) else {
      throw ValidationError("-s is a number of bytes from 64 to \(LiveOptions().snapshotLength).")
    }
    guard Set(interfaces).count == interfaces.count else {
      throw ValidationError("Name each interface once: all of its frames would be there twice.")
    }
    guard interfaces.count < 2 || !interfaces.contains("any") else {
      throw ValidationError("“any” is every interface: leave the others out, or their frames would be there twice.")
    }
  }

  func values(_ settings: Settings) -> LiveOptions {
    var values = LiveOptions()
    values.filter = filter
    values.anyPort = anyPort
    values.ports = settings.ports
    values.isPromiscuous = promiscuous
    values.snapshotLength = snapshotLength
    values.bufferSize = bufferSize * 1024
    values.isImmediate = immediateMode
    return values
  }
}

/// When a capture ends.
struct BoundOptions: ParsableArguments {
  @Option(name: [.customShort("c"), .long], help: ArgumentHelp("End after so many frames.", valueName: "frames"))
  var count: Int?

  @Option(help: ArgumentHelp("End after this time: seconds, or a number with s, m, h or d.", valueName: "time"))
  var duration: TimeSpan?

  func validate() throws {
    if let count, count < 1 { throw ValidationError("-c is a number of frames from 1 on.") }
  }
}

/// What this program may still do once it captures.
struct ProtectionOptions: ParsableArguments {
  @Option(name: .customShort("Z"), help: ArgumentHelp("The user that root becomes once the interfaces are open: that of sudo, or else nobody.", valueName: "user"))
  var user: String?

  @OptionGroup var sandbox: SandboxOption

  /// After everything is open, and before the first frame is read.
  ///
  /// - Parameter writable: directories in which files will be made.
  func enter(writer: CaptureWriter?, evidence: EvidenceDirectory?, writable: [String]) throws {
    do {
      try Privileges.drop(
        to: user, sudoUser: ProcessInfo.processInfo.environment["SUDO_USER"],
        giving: [writer as (any Possession)?, evidence].compactMap(\.self))
      try evidence?.expectWritable()
    } catch {
      throw OutputError(description: "\(error)")
    }
    let missing = Sandbox(writable: writable).enter()
    try sandbox.accept(missing)
    for sentence in missing { Smbdx.complain(sentence) }
  }
}

/// Where the frames go that were analysed.
struct RecordOptions: ParsableArguments {
  @Option(
    name: .customShort("w"), help: ArgumentHelp("Write the frames that are analysed to a pcap file too, with the same numbers.", valueName: "file"),
    completion: .file())
  var file: String?

  @Option(name: .customShort("C"), help: ArgumentHelp("A new file after so many million bytes, as with tcpdump.", valueName: "megabytes"))
  var millionsOfBytes: Int?

  @Option(name: .customShort("G"), help: ArgumentHelp("A new file after so many seconds; its name is a format of strftime(3), as with tcpdump.", valueName: "seconds"))
  var seconds: Int?

  @Option(name: .customShort("W"), help: ArgumentHelp("How many files: with -C the first is overwritten then, with -G the capture ends.", valueName: "count"))
  var files: Int?

  func validate() throws {
    for (name, value) in [("-C", millionsOfBytes), ("-G", seconds), ("-W", files)] {
      guard let value else { continue }
      guard (1...(1 << 30)).contains(value) else { throw ValidationError("\(name) is a number from 1 to \(1 << 30).") }
      guard file != nil else { throw ValidationError("\(name) says how files are written; name them with -w.") }
    }
    if files != nil, millionsOfBytes == nil, seconds == nil { throw ValidationError("-W goes with -C or -G.") }
    if file == "-" { throw ValidationError("-w needs a file; standard output is for the results.") }
  }

  var values: CaptureWriter.Options? {
    guard let file else { return nil }
    var values = CaptureWriter.Options(path: file)
    values.millionsOfBytes = millionsOfBytes
    values.seconds = seconds
    values.files = files
    return values
  }
}
