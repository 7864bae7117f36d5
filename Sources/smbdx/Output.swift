import ArgumentParser
import System
import SystemPackage

/// Where results go: a file, standard output or standard error. Text is collected and written in large pieces.
final class Output {
  static var standardError: Output { Output(.standardError) }

  private static let pieceSize = 64 * 1024

  private var descriptor: FileDescriptor
  /// Of a file that is written where it is.
  private let path: String?
  /// It was not there before.
  private let isNew: Bool
  /// What takes the place of an older file once it is whole.
  private var replacement: Replacement?
  private var pending: [UInt8] = []
  /// The result means exit status 1, even if its reader is gone.
  var isUnreadFailure = false

  private init(_ descriptor: FileDescriptor, _ replacement: Replacement? = nil, path: String? = nil, isNew: Bool = false) {
    self.descriptor = descriptor
    self.replacement = replacement
    self.path = path
    self.isNew = isNew
  }

  deinit { replacement?.giveUp() }

  /// - Parameters:
  ///   - path: a file that is created or replaced; nil for standard output.
  ///   - inputs: files that must not be replaced, by whatever path.
  ///   - isWatched: others read it while it grows, so it is written where it is; otherwise what was there stays until
  ///     ``finish()``.
  convenience init(path: String?, sparing inputs: [String] = [], isWatched: Bool = false) throws {
    guard let path else {
      self.init(.standardOutput)
      return
    }
    if let identity = FileIdentity(path: path), inputs.contains(where: { FileIdentity(path: $0) == identity }) {
      throw OutputError(description: "\(path) is the capture itself; give another file for the results with -o")
    }
    // Where no other file can be made beside it, it is written where it is.
    if !isWatched, let replacement = Replacement(of: path),
      let descriptor = try? FileDescriptor.open(
        FilePath(replacement.temporary), .writeOnly, options: [.create, .exclusiveCreate],
        permissions: replacement.permissions)
    {
      self.init(descriptor, replacement)
      return
    }
    do throws(OutputFile.Failure) {
      // Only what is made here may be given away.
      let (descriptor, isNew) = try OutputFile.open(path, mode: UInt32(Replacement.usualPermissions.rawValue))
      self.init(FileDescriptor(rawValue: descriptor), path: path, isNew: isNew)
    } catch {
      throw OutputError(description: "cannot write \(path): \(error)")
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

  /// Ends the program when the reader is gone, or the disk is full.
  func flush() {
    do throws(Descriptors.WriteFailure) {
      try Descriptors.write(pending, to: descriptor.rawValue)
    } catch {
      guard descriptor != .standardError else { return pending.removeAll() }
      let error = Errno(rawValue: error.number)
      if error == .brokenPipe { Smbdx.exit(withError: ExitCode(isUnreadFailure ? 1 : 0)) }
      fail("\(error)")
    }
    pending.removeAll(keepingCapacity: true)
  }
}

extension Output: Possession {
  /// A file that was made here is written on by that user. What was there before keeps its owner.
  func give(to user: User) {
    if isNew { user.own(descriptor.rawValue) }
  }

  /// Goes on in a new file of the same name, when the present one was moved away.
  func reopen() {
    guard let path else { return }
    flush()
    do {
      // Where it was not moved away, it goes on at its end.
      let new = try FileDescriptor.open(
        FilePath(path), .writeOnly, options: [.create, .append, .noFollow, .closeOnExec], permissions: Replacement.usualPermissions)
      try descriptor.close()
      descriptor = new
    } catch {
      Smbdx.complain("cannot reopen \(path): \("\(error)".lowercased()); smbdx goes on writing to the old file")
    }
  }
}

extension Output {
  /// All is written. A file takes the place of what was there before.
  func finish() {
    flush()
    guard let replacement else { return }
    guard let failure = replacement.take() else { return self.replacement = nil }
    fail(failure)
  }

  private func fail(_ why: String) -> Never {
    replacement?.giveUp()
    Smbdx.complain("cannot write the results: \(why)")
    Smbdx.exit(withError: ExitCode(2))
  }
}

extension Replacement {
  static let usualPermissions: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead]

  /// Those of the older file.
  fileprivate var permissions: FilePermissions { mode.map { FilePermissions(rawValue: CModeT($0)) } ?? Self.usualPermissions }
}

/// Why results cannot go where they should, as a sentence.
struct OutputError: Error, CustomStringConvertible {
  var description: String
}
