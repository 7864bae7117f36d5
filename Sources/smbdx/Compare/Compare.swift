import ArgumentParser
import Capture
import Compare
import Diagnosis
import Packets
import Reports
import System

struct Compare: FileReadingCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compares recordings of one incident made at both hosts, and says what the path between them did.",
    discussion: """
      Record the same attempt on the client and on the server at the same time, with whole packets:

        smbdx compare client.pcapng server.pcapng

      Connections are found again by their content, also behind NAT and behind devices that end TCP; clocks need not agree. \
      A third recording, of a device on the way, stands between the two.

      Exit status: 0 when the path does nothing that it must not do, 1 when it does, 2 for wrong usage, when nothing could be \
      read, and when the recordings have nothing in common.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  @Argument(help: "Two or three captures, from the client to the server.", completion: .file())
  var files: [String]
  @Option(help: "How to write the comparison.")
  var format: Format = .text
  @Option(name: .customShort("o"), help: ArgumentHelp("A file for the comparison, instead of standard output.", valueName: "file"), completion: .file())
  var output: String?
  @OptionGroup var sandbox: SandboxOption
  @OptionGroup var tracking: TrackingOptions
  @OptionGroup var settingsOption: SettingsOption
  @OptionGroup var colorOption: ColorOption
  @Flag(name: .shortAndLong, help: "Say what the path did, and nothing else.")
  var quiet = false
  @Flag(name: .shortAndLong, help: "Show every connection and every message.")
  var verbose = false

  func validate() throws {
    guard (2...3).contains(files.count) else {
      throw ValidationError("Name two captures, the client's and the server's, or three with one of a device between them.")
    }
    for (place, file) in files.enumerated() {
      let identity = FileIdentity(path: file)
      let isTwice = files[..<place].contains { $0 == file || identity != nil && FileIdentity(path: $0) == identity }
      if isTwice { throw ValidationError("\(file) is named twice: name one recording made near the client and one made near the server.") }
    }
  }

  func run(_ confinement: Confinement) throws {
    let settings = try settingsOption.read()
    try confinement.enter(reading: files, writing: [output].compactMap(\.self), sandbox)
    let recordings = try files.map { try Recording(paths: [$0]) }
    let out = try Output(path: output, sparing: files)
    Interruption.expect()
    let points = recordings.map { point($0, settings) }
    Interruption.letGo()
    let report = IncidentReport(toolVersion: Smbdx.version, comparison: IncidentComparison(points))
    out.isUnreadFailure = report.status == 1
    switch format {
    case .text: report.writeText(colorOption.text(out, detail: quiet ? .quiet : verbose ? .verbose : .normal)) { out.write($0) }
    case .json: report.writeJSON { out.write($0) }
    }
    out.finish()
    if report.status != 0 { throw ExitCode(report.status) }
  }

  private func point(_ recording: Recording, _ settings: Settings) -> CapturePoint {
    var options = Analysis.Options()
    options.tracking = tracking.values(settings)
    var reader = PointReader(name: recording.fileNames.first ?? "", options)
    recording.forEachFrame { frame, _, bytes in reader.accept(frame, bytes) }
    return reader.finish(CaptureSource(recording))
  }
}
