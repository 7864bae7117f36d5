import ArgumentParser
import Capture
import System

/// A command that reads foreign files.
protocol FileReadingCommand: ParsableCommand {
  /// - Parameter confinement: to be entered before the first byte is read.
  func run(_ confinement: Confinement) throws
}

extension FileReadingCommand {
  func run() throws { try run(.none) }
}

/// Whether this process may be confined. A process that does other things besides reading files may not.
enum Confinement {
  case none, ofProcess

  /// Takes effect at once and for good, for threads that are started later.
  ///
  /// - Parameters:
  ///   - paths: files, and directories with all that is in them.
  ///   - outputs: files to be written. One that is there stays in reach, and the directory of one that is not.
  func enter(reading paths: [String], writing outputs: [String], _ option: SandboxOption) throws {
    guard self == .ofProcess else { return }
    try option.accept(Sandbox.reading(paths.filter { $0 != "-" }, writing: outputs).enter())
  }
}

extension InputOptions {
  /// Opens the captures, confined as far as possible.
  func open(_ confinement: Confinement, writing output: String?) throws -> Recording {
    // A filter may name hosts and services, which are looked up when it is compiled.
    guard filter == nil else {
      let recording = try Recording(paths: paths, filter: filter)
      try enter(confinement, writing: output)
      return recording
    }
    try enter(confinement, writing: output)
    return try Recording(paths: paths)
  }

  /// Before captures are opened one by one; not with a filter, which is compiled for each of them.
  func confine(_ confinement: Confinement, writing output: String?) throws {
    if filter == nil { try enter(confinement, writing: output) }
  }

  /// Opens captures that will be opened again: with a filter not confined, for it is compiled each time.
  func openRepeatedly(_ confinement: Confinement, writing output: String?) throws -> Recording {
    try open(filter == nil ? confinement : .none, writing: output)
  }

  func validateOpeningRepeatedly() throws {
    guard filter == nil || !sandbox.requireSandbox else {
      throw ValidationError("-f may contain host names, and these are looked up each time the capture is read: remove --require-sandbox.")
    }
    guard !paths.contains("-") else {
      throw ValidationError("smbdx reads the capture more than once: save it as a file first.")
    }
  }

  private func enter(_ confinement: Confinement, writing output: String?) throws {
    guard confinement == .ofProcess else { return }
    // A directory may hold links to files elsewhere.
    try confinement.enter(
      reading: paths + Recording.files(at: paths), writing: [output].compactMap(\.self), sandbox)
  }
}
