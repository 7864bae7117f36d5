import Capture
import Diagnosis
import Packets
import Reports
import Rules
import SystemPackage

/// The frames that prove one finding, in a pcapng file.
final class EvidenceFile {
  private let name: String
  private let finding: Finding
  /// The same ports may have had another connection before.
  private let firstFrame: Int
  /// Frames that have to be in it, and are not yet.
  private var missing: Set<Int>
  private let outlet: Outlet
  private var writer: PcapngWriter

  /// Where the writer's pieces go.
  private final class Outlet {
    let file: FileDescriptor
    var failure: (any Error)?

    init(_ file: FileDescriptor) { self.file = file }

    func write(_ piece: [UInt8]) {
      guard failure == nil else { return }
      do { _ = try file.writeAll(piece) } catch { failure = error }
    }
  }

  init(
    _ update: FindingChange, named name: String, in directory: EvidenceDirectory, snapshotLength: Int
  ) throws(EvidenceDirectory.Failure) {
    self.name = directory.path + "/" + name
    finding = update.finding
    missing = Set(finding.evidence.map(\.frame))
    if let connection = update.connection { missing.insert(connection.firstFrame) }
    firstFrame = missing.min() ?? 0
    let outlet = Outlet(FileDescriptor(rawValue: try directory.create(name)))
    self.outlet = outlet
    writer = PcapngWriter(application: "smbdx \(Smbdx.version)", snapshotLength: snapshotLength, outlet.write)
  }

  /// Takes the frames in the order of the capture.
  func take(_ frame: Frame, _ bytes: borrowing ByteView) {
    guard frame.number >= firstFrame else { return }
    // A frame that no file can hold is one that is missing.
    guard (try? writer.write(frame, bytes, comments: finding.comments(on: frame.number))) != nil else { return }
    missing.remove(frame.number)
  }

  var isComplete: Bool { missing.isEmpty }

  /// Writes the rest and closes it.
  func finish() throws(EvidenceDirectory.Failure) {
    writer.flush()
    do { try outlet.file.close() } catch { outlet.failure = outlet.failure ?? error }
    guard let failure = outlet.failure else { return }
    throw EvidenceDirectory.Failure(description: "cannot write \(name): \("\(failure)".lowercased())")
  }
}

extension Finding {
  /// What the frame proves: `error[vni-aborted-by-server]: FIN, 3 ms later`; with the first one what is found.
  func comments(on frame: Int) -> [String] {
    let notes = evidence.filter { $0.frame == frame }.map(\.note)
    return ((evidence.first?.frame == frame ? [summary] : []) + notes).filter { !$0.isEmpty }
      .map { "\(severity.rawValue)[\(rule.id)]: \($0)" }
  }
}
