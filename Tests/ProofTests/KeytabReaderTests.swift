import Cryptography
import Packets
import TestSupport
import Testing

@testable import Proof

/// Keytabs, sound and unsound.
@Suite struct KeytabReaderTests {
  private let ciphers: KerberosCiphers

  init() throws { ciphers = try KerberosCiphers() }

  private func read(_ bytes: [UInt8]) throws -> [Keytab.Entry] { try KeytabReader.read(ByteView(bytes.span), ciphers) }

  private static let service = ["cifs", "FS01.lab.example"]

  @Test func readsNamesVersionsAndKeys() throws {
    let entries = try read(
      KeytabBytes.file([
        KeytabBytes.record(Self.service, kvno: 3), KeytabBytes.record(["FS01$"], kvno: 3, longKvno: 259, etype: 17, key: .counting(16, from: 5)),
      ]))
    #expect(entries.map(\.service.components) == [["cifs", "fs01.lab.example"], ["fs01$"]])
    #expect(entries.map(\.service.realm) == ["lab.example", "lab.example"])
    #expect(entries.map(\.kvno) == [3, 259])
    #expect(entries.map(\.isKvnoShort) == [true, false])
    #expect(entries.map(\.etype) == [18, 17])
    #expect(entries.map(\.key.bytes) == [.counting(32), .counting(16, from: 5)])
  }

  /// Deleted entries, room behind a key as Heimdal uses it for flags, a long version of 0, types that nobody knows, and room at
  /// the end.
  @Test func passesOverWhatIsNoKey() throws {
    let entries = try read(
      KeytabBytes.file([
        KeytabBytes.hole(40), KeytabBytes.record(Self.service, kvno: 7, longKvno: 0), KeytabBytes.hole(1),
        KeytabBytes.record(Self.service, etype: 0x7fff, key: [1, 2, 3]),
        KeytabBytes.record(Self.service, kvno: 1, longKvno: 1, more: [0, 0, 0, 0]), [0, 0, 0, 0], [1, 2, 3],
      ]))
    #expect(entries.map(\.kvno) == [7, 1])
    #expect(entries.map(\.isKvnoShort) == [true, false])
  }

  @Test(arguments: [true, false])
  func readsTheFirstVersion(isLittleEndian: Bool) throws {
    let entries = try read(
      KeytabBytes.version1(["host", "fs01"], realm: "LAB", kvno: 4, key: .counting(16), isLittleEndian: isLittleEndian))
    #expect(entries.map(\.service) == [ServiceName(realm: "lab", components: ["host", "fs01"])])
    #expect(entries.map(\.kvno) == [4])
    #expect(entries.map(\.etype) == [23])
    #expect(entries.first?.key.bytes == .counting(16))
  }

  static let unsound: [(bytes: [UInt8], byte: Int, message: String)] = [
    ([], 0, "this is not a keytab"), (Array("[[user]]".utf8), 0, "this is not a keytab"), ([5, 3, 0], 0, "this is not a keytab"),
    ([5, 2], 2, "no key in it"), (KeytabBytes.file([KeytabBytes.hole(9)]), 15, "no key in it"),
    (KeytabBytes.file([[0, 0, 0, 99, 1]]), 6, "needs 99 bytes"), (KeytabBytes.file([[0x80, 0, 0, 0]]), 6, "needs 2147483648 bytes"),
    (KeytabBytes.file([[0, 0, 0, 4, 0, 1, 0xff, 0xff]]), 10, "needs 65535 bytes"),
    (KeytabBytes.file([[0, 0, 0, 2, 0x7f, 0xff]]), 6, "has at most 32 parts"),
    (KeytabBytes.file([KeytabBytes.record(service, key: .counting(31))]), 56, "of encryption type 18 has 32 bytes, and this one 31"),
  ]

  @Test(arguments: unsound)
  func saysWhatIsWrong(bytes: [UInt8], byte: Int, message: String) {
    do {
      _ = try read(bytes)
      Issue.record("it was taken")
    } catch let fault as KeytabReader.Fault {
      #expect(fault.byte == byte)
      #expect(fault.message.contains(message), "\(fault.message)")
    } catch {
      Issue.record("\(error)")
    }
  }

  /// No cut traps, and none makes up a key.
  @Test func survivesEachCut() throws {
    let whole = KeytabBytes.file([KeytabBytes.record(Self.service), KeytabBytes.record(["FS01$"], longKvno: 300)])
    let first = 2 + KeytabBytes.record(Self.service).count
    for count in 0..<whole.count where count != first {
      #expect(throws: KeytabReader.Fault.self, "\(count)") { try read(Array(whole.prefix(count))) }
    }
    #expect(try read(Array(whole.prefix(first))).count == 1)
  }

  @Test func survivesAnything() {
    let whole = KeytabBytes.file([KeytabBytes.record(Self.service), KeytabBytes.hole(20), KeytabBytes.record(["FS01$"], longKvno: 300)])
    var generator = SeededGenerator(seed: 23)
    var taken = 0
    for _ in 0..<2_000 {
      var changed = whole
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        changed[Int.random(in: 0..<changed.count, using: &generator)] = .random(in: 0 ... .max, using: &generator)
      }
      taken += (try? read(changed)) == nil ? 0 : 1
    }
    #expect((1..<2_000).contains(taken))
  }

  @Test func refusesTooManyKeys() {
    let record = KeytabBytes.record(["a"], etype: 23, key: .counting(16))
    let many = [[UInt8]](repeating: record, count: KeytabReader.Limit.entries + 1)
    #expect(throws: KeytabReader.Fault.self) { try read(KeytabBytes.file(many)) }
    #expect(throws: Never.self) { try read(KeytabBytes.file(many.dropLast())) }
    #expect(throws: KeytabReader.Fault.self) { try read([UInt8](repeating: 0, count: KeytabReader.Limit.size + 1)) }
  }

  // MARK: Names and versions

  @Test(arguments: [
    (["cifs", "fs01.lab.example"], "LAB.EXAMPLE", true), (["host", "fs01.lab.example"], "LAB.EXAMPLE", true),
    (["HOST", "FS01"], "lab.example", true), (["FS01$"], "LAB.EXAMPLE", true), (["cifs", "fs01.lab.example"], "OTHER", false),
    (["cifs", "fs01.other.example"], "LAB.EXAMPLE", false), (["host", "fs02"], "LAB.EXAMPLE", false),
    (["FS02$"], "LAB.EXAMPLE", false), (["fs01"], "LAB.EXAMPLE", false), (["nfs", "fs01.lab.example"], "LAB.EXAMPLE", false),
    (["http", "fs01.lab.example"], "LAB.EXAMPLE", false), ([], "LAB.EXAMPLE", false),
  ])
  func knowsWhoseKeyItIs(components: [String], realm: String, isMeant: Bool) {
    let ticket = ServiceName(realm: "LAB.EXAMPLE", components: ["cifs", "fs01.lab.example"])
    #expect(ServiceName(realm: realm, components: components).isMeant(by: ticket) == isMeant)
  }

  @Test(arguments: [
    (UInt32(5), false, UInt32(5), true), (5, false, 261, false), (5, true, 261, true), (5, true, 6, false),
    // Of a read-only domain controller.
    (5, false, 0x4711_0005, true), (5, false, 0x0005_0004, false),
  ])
  func comparesVersions(kvno: UInt32, isShort: Bool, ticket: UInt32, isSame: Bool) {
    let entry = Keytab.Entry(
      service: ServiceName(realm: "", components: []), kvno: kvno, isKvnoShort: isShort, etype: 18, key: Secret([]))
    #expect(entry.isOfVersion(ticket) == isSame)
  }
}
