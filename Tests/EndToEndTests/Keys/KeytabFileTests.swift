import Cryptography
import Foundation
import Packets
import Proof
import Protocols
import TestSupport
import Testing

@testable import smbdx

/// `--keytab FILE`, and `[[keytab]]` in a file of keys.
@Suite final class KeytabFileTests {
  private let directory: URL

  init() throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "smbdx-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory.appending(path: "keys"), withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  private func run(_ arguments: [String]) throws -> (text: String, status: Int32) {
    let output = directory.appending(path: "report").path
    try? FileManager.default.removeItem(atPath: output)
    var status: Int32 = 0
    do { try Smbdx.run(arguments + ["-o", output]) } catch { status = Smbdx.status(of: error) }
    return ((try? String(contentsOfFile: output, encoding: .utf8)) ?? "", status)
  }

  private static func path(_ name: String) -> String { KeyedRecording.folder.appending(path: name).path }

  private func write(_ bytes: [UInt8], to name: String) throws -> String {
    let url = directory.appending(path: name)
    try Data(bytes).write(to: url)
    return url.path
  }

  private let capture = path("kerberos-sealed-aes-256-gcm.pcapng")
  private let keytab = path("kerberos-sealed-aes-256-gcm.keytab")

  @Test func takesAKeytab() throws {
    let (text, status) = try run(["--no-config", "--keytab", keytab, capture])
    #expect(status == 0)
    #expect(text.unwrapped.contains("keys: alice@LAB.EXAMPLE, a ticket with the PAC of alice, 1 of 1 signature right, 32 messages decrypted"))
    let (json, _) = try run(["--no-config", "--keytab", keytab, "--format", "json", capture])
    #expect(json.contains("\"ticket\": \"opened\"") && json.contains("\"decrypted\": 32"))
    let (messages, _) = try run(["messages", "--no-config", "--keytab", keytab, capture])
    #expect(messages.contains("signature good"))
    #expect(messages.split(separator: "\n").contains { $0.contains("TREE_CONNECT") && $0.contains("data") && $0.hasSuffix("decrypted") })
    // Several, one of which is of another server.
    let other = try write(KeytabBytes.file([KeytabBytes.record(["FS99$"])]), to: "other.keytab")
    let (both, _) = try run(["--no-config", "--keytab", other, "--keytab", keytab, capture])
    #expect(both.unwrapped.contains("32 messages decrypted"))
  }

  /// From the folder of the file of keys, wherever the program runs.
  @Test(arguments: [true, false])
  func takesItFromAFileOfKeys(isRelative: Bool) throws {
    try FileManager.default.copyItem(atPath: keytab, toPath: directory.appending(path: "keys/dc01.keytab").path)
    let name = isRelative ? "dc01.keytab" : directory.appending(path: "keys/dc01.keytab").path
    let keys = try write(Array("[[user]]\nname = \"bob\"\npassword = \"x\"\n\n[[keytab]]\npath = \"\(name)\"\n".utf8), to: "keys/keys.toml")
    let (text, status) = try run(["--no-config", "--keys", keys, capture])
    #expect(status == 0)
    #expect(text.unwrapped.contains("keys: alice@LAB.EXAMPLE, a ticket with the PAC of alice, 1 of 1 signature right, 32 messages decrypted"))
  }

  @Test(arguments: ["text", "json", "ndjson", "sarif", "junit", "github", "markdown", "html"])
  func printsNoKey(format: String) throws {
    let (text, status) = try run(["--no-config", "--keytab", keytab, "--format", format, capture])
    #expect(status == 0)
    for entry in try KeyedRecording.keytab("kerberos-sealed-aes-256-gcm").entries {
      let digits = entry.key.bytes.map { hexadecimal($0).dropFirst(2) }.joined()
      #expect(digits.count >= 32 && !text.lowercased().contains(digits))
    }
  }

  @Test func refusesWhatCannotBe() throws {
    #expect(try run(["--no-config", "--keytab", keytab, "--redact", capture]).status == 2)
    #expect(try run(["--no-config", "--keytab", directory.appending(path: "missing").path, capture]).status == 2)
    #expect(try run(["--no-config", "--keytab", try write([5, 2, 0, 0, 0, 9, 1], to: "cut"), capture]).status == 2)
    #expect(try run(["--no-config", "--keytab", try write([UInt8](repeating: 0, count: KeytabReader.Limit.size + 1), to: "long"), capture]).status == 2)
    #expect(try run(["extract", "--keytab", keytab, capture, "--all"]).status == 2)
  }

  /// The byte, or the line and the byte; and never the path that a line says.
  @Test func saysWhereItIsWrong() throws {
    let cut = try write([5, 2, 0, 0, 0, 9, 1], to: "keys/cut.keytab")
    var files = KeytabFiles()
    #expect(throws: KeytabFiles.Fault.self) { try files.open(cut) }
    do { try files.open(cut) } catch { #expect(error.message == "is malformed at byte 6: the entry needs 9 bytes, 1 left") }
    let text = Array("[[keytab]]\npath = \"cut.keytab\"\n".utf8)
    do {
      _ = try KeyFileReader.read(text, try Libcrypto(), KeytabFiles(keyFile: directory.appending(path: "keys/keys.toml").path))
      Issue.record("it was taken")
    } catch let fault as KeyFileReader.Fault {
      #expect(fault.line == 1)
      #expect(fault.message == "the keytab is malformed at byte 6: the entry needs 9 bytes, 1 left")
    }
  }

  /// No ring of keytabs, and so no library, without one.
  @Test func opensNothingWithoutAKeytab() throws {
    let ring = try KeyFileReader.read(Array("[[user]]\nname = \"bob\"\npassword = \"x\"\n".utf8), try Libcrypto())
    #expect(ring.keytabs == nil)
  }
}

extension String {
  /// Without the ends of lines that the width of the text makes.
  fileprivate var unwrapped: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
