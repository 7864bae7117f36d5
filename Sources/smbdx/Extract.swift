import ArgumentParser
import Capture
import Diagnosis
import Extracts
import Packets
import Reports
import Rules

struct Extract: FileReadingCommand {
  static let configuration = CommandConfiguration(
    commandName: "extract",
    abstract: "Writes the frames of a finding or a connection to a separate capture.",
    discussion: """
      For a finding the capture has all connections of its case from their handshakes on, and the client's requests \
      to KDCs and resolvers at that time. Frames that prove something have a comment; Wireshark shows it.

        smbdx extract fs01.pcapng --finding vni-aborted-by-server -o case.pcapng
      """)

  @OptionGroup var input: InputOptions
  @Option(help: ArgumentHelp("A finding, by its identifier in reports (1-vni-aborted-by-server), or a rule, for all its findings.", valueName: "id"))
  var finding: [String] = []
  @Option(help: ArgumentHelp("A connection, by its number in reports. Both options can be given several times.", valueName: "number"))
  var connection: [Int] = []
  @Flag(help: "The whole recording, with comments on the evidence of all findings.")
  var all = false
  @Option(name: .customShort("o"), help: ArgumentHelp("The pcapng file to write. The default is standard output, unless that is a terminal.", valueName: "file"), completion: .file())
  var output: String?
  @Flag(help: "Replace addresses, names and users, and hide secrets and file contents, so that you can share the capture. Findings stay the same; signatures become invalid.")
  var redact = false
  @OptionGroup var tracking: TrackingOptions
  @OptionGroup var settingsOption: SettingsOption

  func validate() throws {
    guard all == (finding.isEmpty && connection.isEmpty) else {
      throw ValidationError("Choose what to extract: --finding ID, --connection N, or --all.")
    }
    try input.validateOpeningRepeatedly()
  }

  func run(_ confinement: Confinement) throws {
    let settings = try settingsOption.read()
    let recording = try input.openRepeatedly(confinement, writing: output)
    try recording.demandOriginal(for: "extract needs")
    var options = Analysis.Options()
    options.tracking = tracking.values(settings)
    let report = analyze(recording, options)
    let selection = try selection(in: report, ports: settings.ports)
    let out = try Output(path: output, sparing: input.paths)
    guard !out.isTerminal else { throw ExtractError("a capture cannot go to a terminal; give a file with -o") }
    try extract(
      selection, from: { try Recording(paths: input.paths, filter: input.filter) },
      redacting: redact ? { Redaction($0, ports: settings.ports, where: $1) } : nil, analyzing: options, to: out.write)
    out.finish()
  }

  private func selection(in report: Report, ports: ServicePorts) throws -> FrameSelection {
    if all { return FrameSelection(allOf: report.diagnosis, ports: ports) }
    let records = try connection.map { number in
      guard let record = report.connections.first(where: { $0.id == number }) else {
        throw ExtractError.noConnection(number, in: report)
      }
      return record
    }
    return FrameSelection(try finding.flatMap { try findings($0, in: report) }, records, of: report.diagnosis, ports: ports)
  }

  private func findings(_ name: String, in report: Report) throws -> [Finding] {
    let found = report.findings.filter { $0.id == name || $0.rule.id == name }
    guard !found.isEmpty else { throw ExtractError.noFinding(name, in: report) }
    guard found.contains(where: { !$0.connections.isEmpty || !$0.evidence.isEmpty }) else {
      throw ExtractError("\(name) concerns the recording as a whole and has no frames")
    }
    return found
  }
}

/// Goes through a recording a few times and writes what is selected.
///
/// - Parameters:
///   - open: opens the recording anew.
///   - makeRedaction: learns to redact what is selected, when it should be.
///   - options: how the redacted frames are analyzed, for what their comments say.
///   - output: takes the bytes of the file.
func extract(
  _ selection: FrameSelection, from open: () throws -> Recording,
  redacting makeRedaction: ((Recording, (Frame, borrowing ByteView) -> Bool) -> Redaction)? = nil,
  analyzing options: Analysis.Options = Analysis.Options(),
  to output: @escaping ([UInt8]) -> Void
) throws {
  var selection = selection
  try open().forEachFrame { frame, _, bytes in selection.learn(frame, bytes) }
  selection.finishLearning()
  let chosen = selection
  guard let makeRedaction else {
    return try write(chosen, of: open(), to: output, namesInterfaces: true) { frame, bytes, body in
      body(chosen.comments(on: frame.number) + [frame.hostDrop?.comment].compactMap(\.self), bytes)
    }
  }
  let redaction = try makeRedaction(open(), chosen.contains)
  // What evidence shows is said in the words of the redacted frames.
  let comments = try RedactedComments(chosen, of: open(), redaction, options)
  redaction.rewind()
  var number = 0
  try write(chosen, of: open(), to: output) { frame, bytes, body in
    number += 1
    redaction.redact(frame, bytes) { body(comments.comments(on: number) + [frame.hostDrop?.comment].compactMap(\.self), $0) }
  }
  for remark in redaction.remarks { Smbdx.complain(remark) }
}

/// Writes frames as `change` hands them on, and when the recording ended.
///
/// - Parameter namesInterfaces: with the names that adapters have on the host, which are its own.
private func write(
  _ selection: FrameSelection, of recording: Recording, to output: @escaping ([UInt8]) -> Void, namesInterfaces: Bool = false,
  _ change: (Frame, borrowing ByteView, ([String], borrowing ByteView) -> Void) -> Void
) throws {
  var writer = PcapngWriter(application: "smbdx \(Smbdx.version)", output)
  var failure: PcapngWriter.Failure?
  var end: (time: Timestamp, isWritten: Bool)?
  recording.forEachFrame { frame, file, bytes in
    guard failure == nil else { return }
    let isChosen = selection.contains(frame, bytes)
    end = (frame.time, isChosen)
    guard isChosen else { return }
    change(frame, bytes) { comments, bytes in
      do throws(PcapngWriter.Failure) {
        // Wireshark shows comments as they are, in lists of one line each.
        let interface = namesInterfaces ? recording.interfaceName(frame.interface, file: file) : nil
        try writer.write(frame, bytes, interface: interface, comments: comments.map(Escaping.visible))
      } catch {
        failure = error
      }
    }
  }
  if let failure { throw failure }
  if let end, !end.isWritten {
    let mark = EndMark.bytes
    try writer.write(EndMark.frame(at: end.time), ByteView(mark.span), comments: [EndMark.comment])
  }
  writer.flush()
}

extension HostDrop {
  /// As Wireshark shows it beside the frame.
  fileprivate var comment: String { "dropped by the host that recorded it: \(reasonName) (\(reason)) at \(locationName)" }
}

/// The findings of the redacted frames, whose evidence has the replaced names.
private struct RedactedComments {
  private let selection: FrameSelection

  init(_ chosen: FrameSelection, of recording: Recording, _ redaction: Redaction, _ options: Analysis.Options) {
    redaction.rewind()
    var number = 0
    let report = analyze(recording, options, showsProgress: false) { frame, bytes, body in
      guard chosen.contains(frame, bytes) else { return }
      number += 1
      var renumbered = frame
      renumbered.number = number
      redaction.redact(frame, bytes) { body(renumbered, $0) }
    }
    selection = FrameSelection(report.findings.filter { chosen.rules.contains($0.rule.id) }, of: report.diagnosis)
  }

  func comments(on frame: Int) -> [String] { selection.comments(on: frame) }
}

/// Why nothing is extracted, as a sentence.
struct ExtractError: Error, CustomStringConvertible {
  /// Names that a message lists.
  private static let listed = 20

  var description: String

  init(_ description: String) { self.description = description }

  static func noFinding(_ name: String, in report: Report) -> Self {
    let file = report.files.joined(separator: ", ")
    guard !report.findings.isEmpty else { return Self("there are no findings in \(file)") }
    return Self("there is no finding “\(name)” in \(file); it has \(list(report.findings.map(\.id)))")
  }

  static func noConnection(_ number: Int, in report: Report) -> Self {
    let file = report.files.joined(separator: ", ")
    guard !report.connections.isEmpty else { return Self("there is no SMB connection in \(file)") }
    let numbers = report.connections.map { "\($0.id) (\($0.client) → \($0.server))" }
    return Self("there is no connection \(number) in \(file); it has \(list(numbers))")
  }

  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(listed).joined(separator: ", ")
    return names.count > listed ? "\(shown) and \(names.count - listed) more" : shown
  }
}
