import ArgumentParser
import Capture
import SystemPackage

/// Where results go: a file, standard output or standard error. Text is collected and written in large pieces.
final class Output {
  static var standardError: Output { Output(.standardError) }

  private static let pieceSize = 64 * 1024

  private let descriptor: FileDescriptor
  private var pending: [UInt8] = []

  private init(_ descriptor: FileDescriptor) { self.descriptor = descriptor }

  /// - Parameter path: a file that is created or replaced; nil for standard output.
  convenience init(path: String?) throws {
    guard let path else {
      self.init(.standardOutput)
      return
    }
    do {
      self.init(
        try FileDescriptor.open(
          FilePath(path), .writeOnly, options: [.create, .truncate],
          permissions: [.ownerReadWrite, .groupRead, .otherRead]))
    } catch {
      throw ValidationError("cannot write \(path): \(error)")
    }
  }

  var isTerminal: Bool { Terminal.isTerminal(descriptor.rawValue) }
  var width: Int? { Terminal.width(descriptor.rawValue) }

  /// Writes at once on standard error, in pieces elsewhere.
  func write(_ text: String) {
    pending += text.utf8
    if pending.count >= Self.pieceSize || descriptor == .standardError { flush() }
  }

  /// Ends the program when nobody reads any more, or the disk is full.
  func flush() {
    do {
      try descriptor.writeAll(pending)
    } catch Errno.brokenPipe {
      Smbdx.exit(withError: ExitCode(0))
    } catch {
      guard descriptor != .standardError else { return }
      Smbdx.complain("cannot write the results: \(error)")
      Smbdx.exit(withError: ExitCode(2))
    }
    pending.removeAll(keepingCapacity: true)
  }
}
