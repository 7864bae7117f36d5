import Cryptography
import FoundationEssentials
import Packets
import Proof
import System

/// Opens keytabs, and with the first of them the library that decrypts with their keys.
struct KeytabFiles {
  /// Why one cannot be used, without its name: what a file of keys says is not repeated.
  struct Fault: Error {
    var message: String
    var isOfLibrary = false
  }

  /// Of the file of keys; nil when there is none.
  var keyFile: String?
  private var ciphers: KerberosCiphers?
  private var files: [Keytab] = []

  init(keyFile: String? = nil) { self.keyFile = keyFile }

  /// nil without a keytab.
  var ring: KeytabRing? { ciphers.map { KeytabRing($0, files: files) } }

  /// - Parameter line: of the file of keys that names it; nil for one that the command line names.
  mutating func open(_ path: String, line: Int? = nil) throws(Fault) {
    let ciphers = try library()
    let full = line == nil ? path : besideKeyFile(path)
    warnIfOthersRead(full)
    let size = FileStatus(path: full)?.size
    guard let size, size <= KeytabReader.Limit.size, var data = FileManager.default.contents(atPath: full) else {
      throw Fault(message: size == nil ? "cannot be read" : "cannot be read, or is too long for one")
    }
    defer { data.resetBytes(in: 0..<data.count) }
    do {
      let entries = try KeytabReader.read(ByteView(data.span), ciphers)
      files.append(Keytab(place: line.map { "\(keyFile ?? "keys"), line \($0)" } ?? path, entries: entries))
    } catch {
      throw Fault(message: "is malformed at byte \(error.byte): \(error.message)")
    }
  }

  private mutating func library() throws(Fault) -> KerberosCiphers {
    if let ciphers { return ciphers }
    do {
      let opened = try KerberosCiphers()
      ciphers = opened
      return opened
    } catch {
      throw Fault(message: error.description, isOfLibrary: true)
    }
  }

  /// A path that is not absolute begins where the file of keys is.
  private func besideKeyFile(_ path: String) -> String {
    guard !path.hasPrefix("/"), let keyFile, let slash = keyFile.lastIndex(of: "/") else { return path }
    return keyFile[...slash] + path
  }
}

/// A file of keys is for its owner alone.
func warnIfOthersRead(_ path: String) {
  guard FileStatus(path: path)?.isOpenToOthers == true else { return }
  Smbdx.complain("other users can read the keys in \(path); keep them out with “chmod 600 \(path)”")
}
