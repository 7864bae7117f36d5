import Diagnosis
import Packets
import Reports
import Rules
import System
import SystemPackage

/// The file of --metrics. A new file replaces it each time, so that nobody reads half a file.
final class MetricsFile {
  /// Collectors ask every 15 seconds or less often.
  private static let interval = TimeSpan.seconds(5)

  private let path: String
  private let temporary: String
  private var next = TimeSpan.zero
  private(set) var failure: String?
  var metrics: Metrics

  init(path: String, _ metrics: Metrics) {
    self.path = path
    self.metrics = metrics
    temporary = "\(PathName.directory(of: path))/.\(PathName.last(of: path)).smbdx-\(ProcessNumber.own)"
  }

  /// For the user whom root has become.
  func expectWritable() throws {
    write()
    guard let failure else { return }
    throw OutputError(
      description: "\(failure); give a directory where user number \(ProcessNumber.user) may write, or another user with -Z")
  }

  /// Writes the file if it is due. After the first failure, which is reported, it is not written again.
  func write(at clock: TimeSpan, _ fill: (inout Metrics) -> Void) {
    guard clock >= next, failure == nil else { return }
    next = clock + Self.interval
    finish(fill)
  }

  func finish(_ fill: (inout Metrics) -> Void) {
    guard failure == nil else { return }
    fill(&metrics)
    write()
    if let failure { Smbdx.complain("\(failure); smbdx stops writing metrics") }
  }

  private func write() {
    do {
      // Another run of this number may have been killed.
      Replacement.remove(temporary)
      let file = try FileDescriptor.open(
        FilePath(temporary), .writeOnly, options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
        permissions: Replacement.usualPermissions)
      try file.closeAfter { _ = try file.writeAll(metrics.text.utf8) }
      if let why = Replacement.move(temporary, to: path) { failure = "cannot write \(path): \(why)" }
    } catch {
      failure = "cannot write \(path): \("\(error)".lowercased())"
    }
    if failure != nil { Replacement.remove(temporary) }
  }
}
