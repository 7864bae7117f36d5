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
    help: ArgumentHelp("An interface; “any” means all. You can repeat this option. “-” reads a pcap or pcapng from standard input while another program records it.", valueName: "interface"),
    completion: .custom { _, _, _ in ["any"] + ((try? NetworkInterface.all()) ?? []).map(\.name) })
  var interfaces: [String] = []

  @Flag(name: [.customShort("D"), .long], help: "List the interfaces with their state and addresses, and exit.")
  var listInterfaces = false

  @Option(
    name: .customShort("f"),
    help: ArgumentHelp("A capture filter, as in pcap-filter(7), instead of the built-in one. The built-in filter accepts SMB, Kerberos, DNS, NetBIOS names, ICMP errors and IP fragments, also in VLANs.", valueName: "filter"))
  var filter: String?

  @Flag(help: "Look for SMB on every TCP port.")
  var anyPort = false

  @Flag(help: "Also capture frames that are not for this host, for example on a mirror port.")
  var promiscuous = false

  @Option(
    name: [.customShort("s"), .long],
    help: ArgumentHelp("How many bytes to capture of each frame. With less than whole frames the diagnosis lacks data.", valueName: "bytes"))
  var snapshotLength = LiveOptions().snapshotLength

  @Option(name: [.customShort("B"), .long], help: ArgumentHelp("The kernel's buffer for each interface, in KiB.", valueName: "KiB"))
  var bufferSize = LiveOptions().bufferSize / 1024

  @Flag(help: "Deliver each frame at once instead of up to a tenth of a second later. This loses more frames under load.")
  var immediateMode = false

  func validate() throws {
    guard Self.kibibytes.contains(bufferSize) else {
      throw ValidationError("-B must be a number of KiB from 1 to \(Self.kibibytes.upperBound).")
    }
    guard (64...LiveOptions().snapshotLength).contains(snapshotLength) else {
      throw ValidationError("-s must be a number of bytes from 64 to \(LiveOptions().snapshotLength).")
    }
    guard Set(interfaces).count == interfaces.count else {
      throw ValidationError("Give each interface only once: otherwise all its frames would appear twice.")
    }
    if isPipe { try validatePipe() }
    guard interfaces.count < 2 || !interfaces.contains("any") else {
      throw ValidationError("“any” means every interface: remove the others, or their frames would appear twice.")
    }
  }

  /// Whether all bytes of each frame are captured.
  var capturesWhole: Bool { snapshotLength == LiveOptions().snapshotLength }

  /// Another program records.
  var isPipe: Bool { interfaces.contains("-") }

  private func validatePipe() throws {
    guard interfaces.count == 1 else { throw ValidationError("“-i -” reads standard input: remove the other interfaces.") }
    let usual = LiveOptions()
    let others = [
      ("-f", filter != nil), ("--any-port", anyPort), ("--promiscuous", promiscuous), ("--immediate-mode", immediateMode),
      ("-s", snapshotLength != usual.snapshotLength), ("-B", bufferSize != usual.bufferSize / 1024),
    ]
    guard let given = others.first(where: \.1)?.0 else { return }
    throw ValidationError("\(given) is for the program that records: give it there, and remove it here.")
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
  @Option(name: [.customShort("c"), .long], help: ArgumentHelp("End after this number of frames.", valueName: "frames"))
  var count: Int?

  @Option(help: ArgumentHelp("End after this time: seconds, or a number with s, m, h or d.", valueName: "time"))
  var duration: TimeSpan?

  func validate() throws {
    if let count, count < 1 { throw ValidationError("-c must be at least 1.") }
  }
}

/// The rights of this program while it captures.
struct ProtectionOptions: ParsableArguments {
  @Option(name: .customShort("Z"), help: ArgumentHelp("The user that root switches to after the interfaces are open. The default is the user of sudo, otherwise the user “nobody”.", valueName: "user"))
  var user: String?

  @OptionGroup var sandbox: SandboxOption

  /// Called after everything is open and before the first frame is read.
  ///
  /// - Parameters:
  ///   - possessions: become the property of the user that root becomes.
  ///   - confinement: what is still needed.
  ///   - check: looks whether that user may do what has to be done.
  func enter(giving possessions: [any Possession], _ confinement: Sandbox, check: () throws -> Void) throws {
    do {
      try Privileges.drop(
        to: user, sudoUser: ProcessInfo.processInfo.environment["SUDO_USER"], giving: possessions)
      try check()
    } catch {
      throw OutputError(description: "\(error)")
    }
    let missing = confinement.enter()
    try sandbox.accept(missing)
    for sentence in missing { Smbdx.complain(sentence) }
  }
}

/// Where the frames go that were analysed.
struct RecordOptions: ParsableArguments {
  @Option(
    name: .customShort("w"), help: ArgumentHelp("Also write the analysed frames to a pcap file, with the same frame numbers.", valueName: "file"),
    completion: .file())
  var file: String?

  @Option(name: .customShort("C"), help: ArgumentHelp("Start a new file after this many million bytes, as in tcpdump.", valueName: "megabytes"))
  var millionsOfBytes: Int?

  @Option(name: .customShort("G"), help: ArgumentHelp("Start a new file after this many seconds. The file name is a strftime(3) format, as in tcpdump.", valueName: "seconds"))
  var seconds: Int?

  @Option(name: .customShort("W"), help: ArgumentHelp("The number of files. After that, -C overwrites the first file, and -G ends the capture.", valueName: "count"))
  var files: Int?

  func validate() throws {
    for (name, value) in [("-C", millionsOfBytes), ("-G", seconds), ("-W", files)] {
      guard let value else { continue }
      guard (1...(1 << 30)).contains(value) else { throw ValidationError("\(name) must be a number from 1 to \(1 << 30).") }
      guard file != nil else { throw ValidationError("\(name) needs a file name with -w.") }
    }
    if files != nil, millionsOfBytes == nil, seconds == nil { throw ValidationError("-W needs -C or -G.") }
    if file == "-" { throw ValidationError("-w needs a file: standard output is for the results.") }
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
