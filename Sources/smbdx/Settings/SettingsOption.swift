import ArgumentParser
import FoundationEssentials
import Packets
import Rules
import System
import SystemPackage

/// Where settings come from.
struct SettingsOption: ParsableArguments {
  private static let fileName = ".smbdx.toml"

  @Option(help: ArgumentHelp("Read settings from this file instead of the nearest .smbdx.toml in this directory or above.", valueName: "file"), completion: .file())
  var config: String?

  @Flag(help: "Read no settings file.")
  var noConfig = false

  func validate() throws {
    if config != nil, noConfig { throw ValidationError("--config and --no-config contradict each other.") }
  }

  /// The file that is in force; nil when there is none.
  var path: String? {
    if noConfig { return nil }
    return config ?? nearest.flatMap { Self.isTrusted($0) ? $0 : nil }
  }

  private var nearest: String? { Self.nextFile(from: FilePath(FileManager.default.currentDirectoryPath)) }

  /// Who writes the settings decides what is not reported. With sudo(8) the user who calls it may.
  private static func isTrusted(_ path: String) -> Bool {
    let caller = ProcessNumber.user == 0 ? ProcessInfo.processInfo.environment["SUDO_UID"].flatMap(UInt32.init) : nil
    return FileStatus(path: path)?.isOnly(of: [ProcessNumber.user] + [caller].compactMap(\.self)) ?? false
  }

  /// - Throws: ``SettingsError`` with what is wrong, and in which line.
  func read() throws -> Settings {
    guard let path else {
      if !noConfig, let nearest {
        Smbdx.complain("the settings in \(nearest) are not used: the file belongs to another user, or others can write it; if it is right, name it with --config")
      }
      return Settings()
    }
    guard let text = FileManager.default.contents(atPath: path) else {
      throw SettingsError(description: "cannot read \(path); use --no-config to continue without it")
    }
    do {
      return try SettingsReader.read(Array(text))
    } catch {
      throw SettingsError(description: "\(path), line \(error.line): \(error.message)")
    }
  }

  static func nextFile(from directory: FilePath) -> String? {
    var directory = directory
    while true {
      let file = directory.appending(fileName).string
      if FileIdentity(path: file) != nil { return file }
      guard directory.removeLastComponent() else { return nil }
    }
  }
}

/// Why settings are not taken, as a sentence.
struct SettingsError: Error, CustomStringConvertible {
  var description: String
}

/// The day, as 2026-11-24.
var today: String { String(SystemClock.realTime().rfc3339.prefix(10)) }
