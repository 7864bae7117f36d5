import Packets
import TestSupport
import Testing

@testable import Protocols

/// MS-DFSC 2.2.2 to 2.2.4.
@Suite struct DFSReferralTests {
  static let path = #"\dom.example\files"#
  static let target = #"\fs02\data"#

  static func response(_ entries: [UInt8]..., count: UInt16? = nil) -> [UInt8] {
    ByteWriter().u16le(36).u16le(count ?? UInt16(entries.count)).u32le(2).raw(entries.flatMap(\.self)).bytes
  }

  /// Fields up to the name, which stands behind the entry.
  static func entry(_ version: UInt16, _ fields: [UInt8], flags: UInt16 = 0, name: String = target) -> [UInt8] {
    let text = [UInt8](utf16: name) + [0, 0]
    return ByteWriter().u16le(version).u16le(UInt16(8 + fields.count + text.count)).u16le(0).u16le(flags).raw(fields).raw(text)
      .bytes
  }

  static let version1 = response(entry(1, []))
  static let version2 = response(entry(2, ByteWriter().u32le(0).u32le(300).u16le(0).u16le(0).u16le(22).bytes))
  static let version3 = response(entry(3, ByteWriter().u32le(300).u16le(0).u16le(0).u16le(34).zeros(16).bytes))
  static let names = response(entry(4, ByteWriter().u32le(300).u16le(18).u16le(0).u16le(0).bytes, flags: 2))

  static func targets(_ output: [UInt8]) -> [String] { DFSReferral.targets(ByteView(output.span)) }

  @Test(arguments: [version1, version2, version3, names])
  func readsATarget(output: [UInt8]) { #expect(Self.targets(output) == [Self.target]) }

  @Test func readsSeveralTargets() {
    let entry = Self.entry(1, [])
    #expect(Self.targets(Self.response(entry, entry, entry)).count == 3)
  }

  /// However many are announced, and whatever is there of them.
  @Test func isBounded() {
    let entry = Self.entry(1, [])
    let many = ByteWriter().u16le(0).u16le(.max).u32le(0).raw((0..<100).flatMap { _ in entry }).bytes
    #expect(Self.targets(many).count == DFSReferral.targetLimit)
    let empty = ByteWriter().u16le(0).u16le(.max).u32le(0).zeros(4096).bytes
    #expect(Self.targets(empty).isEmpty)
  }

  @Test(arguments: version3.indices)
  func readsNoMoreThanIsThere(count: Int) {
    #expect(Self.targets(Array(Self.version3.prefix(count))).isEmpty)
  }

  @Test func readsBothRequests() throws {
    let name = [UInt8](utf16: Self.path)
    let plain = ByteWriter().u16le(4).raw(name).u16le(0).bytes
    let extended = ByteWriter().u16le(4).u16le(0).u32le(UInt32(2 + name.count)).u16le(UInt16(name.count)).raw(name).bytes
    #expect(try DFSReferral.requestPath(ByteView(plain.span)) == Self.path)
    #expect(try DFSReferral.extendedRequestPath(ByteView(extended.span)) == Self.path)
    let cuts = (plain: Array(plain.dropLast(2)), extended: Array(extended.dropLast(2)))
    #expect(throws: DecodeError.self) { try DFSReferral.requestPath(ByteView(cuts.plain.span)) }
    #expect(throws: DecodeError.self) { try DFSReferral.extendedRequestPath(ByteView(cuts.extended.span)) }
  }
}
