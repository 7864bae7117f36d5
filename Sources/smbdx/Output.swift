import ArgumentParser
import System
import SystemPackage

/// Where results go: a file, standard output or standard error. Text is collected and written in large pieces.
final class Output {
  static var standardError: Output { Output(.standardError) }

  private static let pieceSize = 64 * 1024

  private let descriptor: FileDescriptor
  private var pending: [UInt8] = []

  private init(_ descriptor: FileDescriptor) { self.descriptor = descriptor }

  /// - Parameters:
  ///   - path: a file that is created or replaced; nil for standard output.
  ///   - inputs: files that must not be replaced, by whatever path.
  convenience init(path: String?, sparing inputs: [String] = []) throws {
    guard let path else {
      self.init(.standardOutput)
      return
    }
    if let identity = FileIdentity(path: path), inputs.contains(where: { FileIdentity(path: $0) == identity }) {
      throw OutputError(description: "\(path) is the capture itself; name another file for the results with -o")
    }
    do {
      self.init(
        try FileDescriptor.open(
          FilePath(path), .writeOnly, options: [.create, .truncate],
          permissions: [.ownerReadWrite, .groupRead, .otherRead]))
    } catch {
      throw OutputError(description: "cannot write \(path): \("\(error)".lowercased())")
    }
  }

  var isTerminal: Bool { Terminal.isTerminal(descriptor.rawValue) }
  var width: Int? { Terminal.width(descriptor.rawValue) }

  /// Writes at once on standard error, in pieces elsewhere.
  func write(_ text: String) { write(text.utf8) }

  func write(_ bytes: some Collection<UInt8>) {
    pending += bytes
    if pending.count >= Self.pieceSize || descriptor == .standardError { flush() }
  }

  /// Ends the program when nobody reads any more, or the disk is full.
  func flush() {
    do throws(Descriptors.WriteFailure) {
      try Descriptors.write(pending, to: descriptor.rawValue)
    } catch {
      guard descriptor != .standardError else { return pending.removeAll() }
      let error = Errno(rawValue: error.number)
      if error == .brokenPipe { Smbdx.exit(withError: ExitCode(0)) }
      Smbdx.complain("cannot write the results: \(error)")
      Smbdx.exit(withError: ExitCode(2))
    }
    pending.removeAll(keepingCapacity: true)
  }
}

/// Why results cannot go where they should, as a sentence.
struct OutputError: Error, CustomStringConvertible {
  var description: String
}
