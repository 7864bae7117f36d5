import ArgumentParser
import Cryptography
import FoundationEssentials
import Proof
import System

/// Keys with which signatures are checked and encrypted messages read.
struct KeysOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Check signatures and read what is encrypted, with the keys in this TOML file: [[user]] with name and password or nt-hash, [[session]] with id and key. Keep it from others: chmod 600.",
      valueName: "file"), completion: .file())
  var keys: String?

  /// To be asked before the program is confined.
  ///
  /// - Returns: nil without the option.
  /// - Throws: ``SettingsError`` with what is wrong, and in which line.
  func read() throws -> KeyRing? {
    guard let path = keys else { return nil }
    let library: Libcrypto
    do {
      library = try Libcrypto()
    } catch {
      throw SettingsError(description: error.description)
    }
    library.keepOutOfDumps()
    guard let text = FileManager.default.contents(atPath: path) else {
      throw SettingsError(description: "\(path) cannot be read")
    }
    if Self.isOpenToOthers(path) { Smbdx.complain("other users can read the keys in \(path); keep them out with “chmod 600 \(path)”") }
    do {
      return try KeyFileReader.read(Array(text), library)
    } catch {
      throw SettingsError(description: "\(path), line \(error.line): \(error.message)")
    }
  }

  /// Says which keys fit nothing, when a recording is over.
  func tell(_ ring: KeyRing?, _ use: KeyUse?) {
    guard let keys, let ring, let use else { return }
    for remark in ring.remarks(use, file: keys) { Smbdx.complain(remark) }
  }

  private static func isOpenToOthers(_ path: String) -> Bool {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    guard attributes?[.type] as? FileAttributeType == .typeRegular, let mode = attributes?[.posixPermissions] as? Int else { return false }
    return mode & 0o077 != 0
  }
}

extension KeyRing {
  /// Keys that fit nothing, as sentences; none of them says a key.
  func remarks(_ use: KeyUse, file: String) -> [String] {
    let users = self.users.indices.filter { !use.fittingUsers.contains($0) }.map { place in
      let user = self.users[place]
      let isOther = use.otherPassword.contains(place)
      return "\(file), line \(user.line): "
        + (isOther
          ? "the responses of \(user.name) in this recording were made with another password"
          : "unused: no NTLM logon of \(user.name) is in this recording")
    }
    let sessions = self.sessions.indices.filter { !use.fittingSessions.contains($0) }.map { place in
      "\(file), line \(self.sessions[place].line): unused: the key fits no message of this recording"
    }
    return users + sessions
  }
}
