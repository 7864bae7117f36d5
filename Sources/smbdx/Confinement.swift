import ArgumentParser
import Capture

/// A command that reads files of strangers.
protocol FileReadingCommand: ParsableCommand {
  /// - Parameter confinement: to be entered before the first byte is read.
  func run(_ confinement: Confinement) throws
}

extension FileReadingCommand {
  func run() throws { try run(.none) }
}

/// Whether this process may give up what reading files does not need. A process that does other things as well may not.
enum Confinement {
  case none, ofProcess

  /// Takes effect at once and for good. A file for the results that is there already stays in reach, and the directory
  /// of one that is not.
  ///
  /// - Parameter isRequired: end where the system cannot do it, instead of going on.
  func enter(reading paths: [String], writing output: String?, isRequired: Bool) throws {
    guard self == .ofProcess else { return }
    // A directory may hold links to files elsewhere.
    let files = paths + (try Recording.files(at: paths))
    let missing = Sandbox.reading(files.filter { $0 != "-" }, writing: output).enter()
    guard !isRequired || missing.isEmpty else {
      throw OutputError(description: missing.joined(separator: "; ") + " (--require-sandbox)")
    }
  }
}

extension InputOptions {
  /// Opens the captures, confined as far as possible.
  func open(_ confinement: Confinement, writing output: String?) throws -> Recording {
    // A filter may name hosts and services, which are looked up when it is compiled.
    let comesFirst = filter == nil
    if comesFirst { try confinement.enter(reading: paths, writing: output, isRequired: requireSandbox) }
    let recording = try Recording(paths: paths, filter: filter)
    if !comesFirst { try confinement.enter(reading: paths, writing: output, isRequired: requireSandbox) }
    return recording
  }
}
