import ArgumentParser
import Cryptography
import FoundationEssentials
import Proof
import Rules
import System

/// Keys with which signatures are checked and encrypted messages read.
struct KeysOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Check signatures and read encrypted messages, with the keys in this TOML file: [[user]] with name and password or nt-hash, [[session]] with id and key. Protect the file: chmod 600.",
      valueName: "file"), completion: .file())
  var keys: String?

  @Option(
    name: .customLong("keytab"),
    help: ArgumentHelp(
      "The same for sessions with Kerberos, with the server's keys in this keytab. You can repeat this option and combine it with --keys.",
      valueName: "file"), completion: .file())
  var keytabs: [String] = []

  static let onlyOriginals = "Keys fit only the original messages: remove --redact, or --keys and --keytab."

  /// Whether there are keys at all.
  var areGiven: Bool { keys != nil || !keytabs.isEmpty }

  /// To be asked before the program is confined.
  ///
  /// - Returns: nil without the options.
  /// - Throws: ``SettingsError`` with what is wrong, and in which line or at which byte.
  func read() throws -> KeyRing? {
    guard areGiven else { return nil }
    let library: Libcrypto
    do {
      library = try Libcrypto()
    } catch {
      throw SettingsError(description: error.description)
    }
    library.keepOutOfDumps()
    let files = try openKeytabs()
    guard let path = keys else { return KeyRing(library, users: [], sessions: [], keytabs: files.ring) }
    guard let text = FileManager.default.contents(atPath: path) else {
      throw SettingsError(description: "\(path) cannot be read")
    }
    warnIfOthersRead(path)
    do {
      return try KeyFileReader.read(Array(text), library, files)
    } catch {
      throw SettingsError(description: "\(path), line \(error.line): \(error.message)")
    }
  }

  private func openKeytabs() throws -> KeytabFiles {
    var files = KeytabFiles(keyFile: keys)
    for path in keytabs {
      do {
        try files.open(path)
      } catch {
        throw SettingsError(description: error.isOfLibrary ? error.message : "\(path) \(error.message)")
      }
    }
    return files
  }

  /// Warns about keys that fit nothing, when all recordings are read.
  func warnAboutUnused(_ ring: KeyRing?, _ use: KeyUse?) {
    guard areGiven, let ring, let use else { return }
    for remark in ring.remarks(use, file: keys ?? "") { Smbdx.complain(remark) }
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
    return users + sessions + keytabRemarks(use)
  }

  private func keytabRemarks(_ use: KeyUse) -> [String] {
    let files = keytabs?.files ?? []
    return files.indices.filter { !use.fittingKeytabs.contains($0) }.map { place in
      guard let (service, difference) = use.otherKeys[place] else {
        return "\(files[place].place): unused: none of its keys opens a ticket in this recording"
      }
      return "\(files[place].place): the keytab does not open the ticket for \(service): \(difference.words)"
    }
  }
}
