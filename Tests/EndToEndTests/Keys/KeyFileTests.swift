import Cryptography
import Foundation
import Packets
import Proof
import Protocols
import Reports
import TestSupport
import Testing

@testable import smbdx

/// `--keys FILE`: what it may say, and that no key ever comes out again.
@Suite final class KeyFileTests {
  private let directory: URL

  init() throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "smbdx-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  private static let hash = "11223344556677889900aabbccddeeff"

  private static func read(_ text: String) throws -> KeyRing { try KeyFileReader.read(Array(text.utf8), try Libcrypto()) }

  @Test func readsEverything() throws {
    let ring = try Self.read(
      """
      # of the lab
      [[user]]
      name = "alice"
      domain = "LAB"
      password = "Correct-Horse-7"

      [[user]]
      name = "bob"
      nt-hash = "\(Self.hash.uppercased())"

      [[session]]
      id = "0x0000100000000005"
      key = "\(Self.hash)"

      [[session]]
      id = 77
      key = "\(Self.hash)\(Self.hash)"
      """)
    #expect(ring.users.map(\.name) == ["alice", "bob"])
    #expect(ring.users.map(\.domain) == ["LAB", nil])
    #expect(ring.users.map(\.line) == [2, 7])
    #expect(ring.users[0].hash.bytes == ring.library.ntHash(ofPassword: "Correct-Horse-7"))
    #expect(ring.users[1].hash.bytes == [0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff])
    #expect(ring.sessions.map(\.id) == [0x1000_0000_0005, 77])
    #expect(ring.sessions.map(\.key.count) == [16, 32])
    #expect(ring.sessions.map(\.line) == [11, 15])
  }

  /// Line and reason, and nothing of what the line says.
  @Test(arguments: [
    ("", 1, "there are no keys"),
    ("[[user]]\nname = \"alice\"\n", 1, "either password or nt-hash"),
    ("[[user]]\nname = \"alice\"\npassword = \"s3cret\"\nnt-hash = \"\(hash)\"\n", 1, "either password or nt-hash"),
    ("[[user]]\npassword = \"s3cret\"\n", 1, "has no name"),
    ("[[user]]\nname = \"alice\"\npassword = 12345678\n", 3, "a text in quotes"),
    ("[[user]]\nname = \"alice\"\npasword = \"s3cret\"\n", 3, "has name, domain, password, nt-hash, and nothing else"),
    ("[[user]]\nname = \"alice\"\npassword = s3cret\n", 3, "this is no TOML"),
    ("[[user]]\nname = \"alice\"\nnt-hash = \"s3cret\"\n", 3, "32 hexadecimal digits"),
    ("[[user]]\nname = \"alice\"\nnt-hash = \"\(hash)00\"\n", 3, "32 hexadecimal digits"),
    ("[user]\nname = \"alice\"\n", 1, "write [[user]]"),
    ("[[session]]\nid = 5\n", 1, "has no key"),
    ("[[session]]\nid = 5\nkey = \"s3cret\"\n", 3, "32 to 64 hexadecimal digits"),
    ("[[session]]\nid = \"five\"\nkey = \"\(hash)\"\n", 2, "id is the SessionId"),
    ("[[session]]\nid = -5\nkey = \"\(hash)\"\n", 2, "id is the SessionId"),
    ("[[keytab]]\npath = \"s3cret\"\n", 1, "the keytab cannot be read"),
    ("[[keytab]]\nfile = \"s3cret\"\n", 2, "has path, and nothing else"),
    ("[[keytab]]\n", 1, "has no path"),
    ("[[keytabs]]\npath = \"s3cret\"\n", 1, "only [[user]], [[keytab]] and [[session]]"),
    ("password = \"s3cret\"\n", 1, "only [[user]], [[keytab]] and [[session]]"),
    ("[[user]]\nname = \"alice\"\n" + String(repeating: "a.", count: 100) + "b = 1\n", 3, "more dots"),
    ("user = [5]\n", 1, "write [[user]]"),
  ])
  func saysWhatIsWrong(text: String, line: Int, message: String) {
    do {
      _ = try Self.read(text)
      Issue.record("it was taken")
    } catch let fault as KeyFileReader.Fault {
      #expect(fault.line == line)
      #expect(fault.message.contains(message), "\(fault.message)")
      #expect(!fault.message.contains("s3cret") && !fault.message.contains(Self.hash) && !fault.message.contains("12345678"))
    } catch {
      Issue.record("\(error)")
    }
  }

  @Test func refusesTooManyKeys() {
    let text = (0..<2_000).map { "[[session]]\nid = \($0)\n" }.joined()
    #expect(throws: KeyFileReader.Fault.self) { try Self.read(text) }
    #expect(throws: KeyFileReader.Fault.self) { try Self.read(String(repeating: "#", count: 100_000)) }
  }

  // MARK: The command

  private func write(_ text: String, mode: Int = 0o600) throws -> String {
    let path = directory.appending(path: "keys.toml").path
    try Data(text.utf8).write(to: URL(filePath: path))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    return path
  }

  private static let keys = "[[user]]\nname = \"alice\"\npassword = \"\(KeyedRecording.password)\"\n"

  private func run(_ arguments: [String]) throws -> (text: String, status: Int32) {
    let output = directory.appending(path: "report").path
    var status: Int32 = 0
    do { try Smbdx.run(arguments + ["-o", output]) } catch { status = Smbdx.status(of: error) }
    return ((try? String(contentsOfFile: output, encoding: .utf8)) ?? "", status)
  }

  private var capture: String { KeyedRecording.folder.appending(path: "sealed-aes-256-gcm.pcapng").path }

  @Test(arguments: ["text", "json", "ndjson", "sarif", "junit", "github", "markdown", "html"])
  func printsNoKey(format: String) throws {
    let (text, status) = try run(["--no-config", "--keys", try write(Self.keys), "--format", format, capture])
    #expect(status == 0)
    let key = try KeyedRecording("sealed-aes-256-gcm").sessionKey()
    let secrets = [Array(KeyedRecording.password.utf8), try Libcrypto().ntHash(ofPassword: KeyedRecording.password), key]
    for secret in secrets {
      let digits = secret.map { hexadecimal($0).dropFirst(2) }.joined()
      #expect(!text.lowercased().contains(digits))
    }
    #expect(!text.contains(KeyedRecording.password))
  }

  @Test func showsWhatKeysSay() throws {
    let path = try write(Self.keys)
    let (text, _) = try run(["--no-config", "--keys", path, capture])
    #expect(text.contains("keys: alice, 1 of 1 signature right, 23 messages decrypted"))
    let (json, _) = try run(["--no-config", "--keys", path, "--format", "json", capture])
    #expect(json.contains("\"decrypted\": 23") && json.contains("\"password\": \"fits\""))
    let (messages, _) = try run(["messages", "--no-config", "--keys", path, capture])
    #expect(messages.contains("signature good"))
    #expect(messages.split(separator: "\n").contains { $0.contains("TREE_CONNECT") && $0.contains("data") && $0.hasSuffix("decrypted") })
    let (lines, _) = try run(["messages", "--no-config", "--keys", path, "--format", "ndjson", capture])
    #expect(lines.contains("\"signature\":\"good\"") && lines.contains("\"decrypted\":true"))
    #expect(!lines.contains("\"command\":null"))
  }

  /// Signed, and no key is the session's.
  @Test func saysWhichSignaturesAreUnknown() throws {
    let path = try write("[[user]]\nname = \"bob\"\npassword = \"other\"\n")
    for name in ["signed-aes-cmac", "smb1-signed"] {
      let capture = KeyedRecording.folder.appending(path: "\(name).pcapng").path
      let (text, _) = try run(["messages", "--no-config", "--keys", path, capture])
      #expect(text.contains("signature unknown") && !text.contains("signature good") && !text.contains("signature bad"))
      #expect(try run(["messages", "--no-config", "--format", "ndjson", "--keys", path, capture]).text.contains("\"signature\":\"unknown\""))
      let plain = try run(["messages", "--no-config", capture]).text
      #expect(plain.contains("signed") && !plain.contains("signature unknown"))
    }
  }

  /// What a middlebox did is not told without keys, and told with them by each command that reads recordings.
  @Test func isTakenByOtherCommands() throws {
    let keys = try write(Self.keys)
    let tampered = KeyedRecording.folder.appending(path: "tampered-request-guid.pcapng")
    let copy = directory.appending(path: "case.pcapng")
    try FileManager.default.copyItem(at: tampered, to: copy)
    try Data(#"{"must": [{"rule": "preauth-hash-differs"}]}"#.utf8).write(to: directory.appending(path: "case.expected.json"))
    #expect(try run(["check", "--no-config", copy.path]).status == 1)
    #expect(try run(["check", "--no-config", "--keys", keys, copy.path]).status == 0)
    let other = KeyedRecording.folder.appending(path: "signed-aes-cmac.pcapng").path
    let attempts = ["compare", "--no-config", "--good", other, "--bad", copy.path]
    #expect(!(try run(attempts).text.contains("preauth-hash-differs")))
    let (text, status) = try run(attempts + ["--keys", keys])
    #expect(text.contains("preauth-hash-differs") && status == 1, "\(text)")
    #expect(try run(attempts + ["--keys", keys, "--redact"]).status == 2)
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: LiveLab.smbdx), "the program is not built"))
  func isTakenByLive() throws {
    let capture = KeyedRecording.folder.appending(path: "tampered-request-guid.pcapng")
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: LiveLab.smbdx)
    process.arguments = ["live", "-i", "-", "--no-config", "--quiet", "--format", "ndjson", "--keys", try write(Self.keys)]
    process.standardInput = try FileHandle(forReadingFrom: capture)
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(text.contains("\"code\":\"preauth-hash-differs\""))
    #expect(text.contains("ClientGuid"))
    #expect(!text.contains(KeyedRecording.password))
    #expect(process.terminationStatus == 1)
    // Bytes that are not captured cannot be signed.
    #expect(try run(["live", "-i", "-", "-s", "200", "--keys", try write(Self.keys)]).status == 2)
  }

  @Test func refusesSlimCaptures() throws {
    let slim = directory.appending(path: "slim.pcapng").path
    try? Smbdx.run(["slim", capture, "-o", slim])
    #expect(try run(["--no-config", slim]).status == 0)
    let keys = try write(Self.keys)
    #expect(try run(["--no-config", "--keys", keys, slim]).status == 2)
    #expect(try run(["messages", "--no-config", "--keys", keys, slim]).status == 2)
    #expect(try run(["check", "--no-config", "--keys", keys, slim]).status == 2)
  }

  @Test func refusesWhatCannotBe() throws {
    let path = try write(Self.keys)
    #expect(try run(["--no-config", "--keys", path, "--redact", capture]).status == 2)
    #expect(try run(["--no-config", "--keys", directory.appending(path: "missing.toml").path, capture]).status == 2)
    #expect(try run(["--no-config", "--keys", try write("[[user]]\n"), capture]).status == 2)
    // What is decrypted never becomes a file.
    #expect(try run(["extract", "--keys", path, capture, "--all"]).status == 2)
  }
}
