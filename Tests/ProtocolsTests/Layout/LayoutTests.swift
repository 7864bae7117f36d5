import Packets
import Protocols
import TestSupport
import Testing

/// Decoders and the tables of `Layout` describe the same fields: what no table describes, no decoder reads.
///
/// One field is an exception: the decoder asks whether ServerStartTime is zero, and redaction always writes zeros there, because
/// the time identifies a machine.
@Suite struct LayoutTests {
  /// Changes each byte of a fixed part that no field describes, and demands that nothing else is read.
  private func expectUnread<Result: Equatable>(
    _ bytes: [UInt8], at start: Int, count: Int, _ structure: WireStructure, read: ([UInt8]) throws -> Result
  ) throws {
    let whole = try read(bytes)
    for offset in 0..<count where !structure.fields.contains(where: { $0.range.contains(offset) }) {
      let changed = bytes.setting(bytes[start + offset] ^ 0xff, at: start + offset)
      #expect(try read(changed) == whole, "byte \(offset) is read, and no field describes it")
    }
  }

  @Test(arguments: SMB2BodyTests.cases)
  func readsDescribedFieldsOfSMB2(example: SMB2BodyTests.Case) throws {
    let bytes = example.message.bytes
    let header = try SMB2Header(ByteView(bytes.span))
    // 2.2: StructureSize counts the first byte of a variable part, too.
    let size = Int(bytes[64])
    let structure = try #require(SMB2Layout.body(of: header.command, isResponse: header.isResponse, structureSize: size))
    let known = header.command == .negotiate && header.isResponse ? [WireStructure.Field.secret("ServerStartTime", 48, 8)] : []
    try expectUnread(bytes, at: 64, count: size & ~1, WireStructure(structure.fields + known)) { try SMB2BodyTests.body($0) }
  }

  static let smb1: [SMB1Bytes] = [
    .response(1, .negotiated(isExtended: false)), .request(1, .logon(token: .counting(20))),
    .request(1, .logon("alice", domain: "LAB")), .request(1, .logon("alice", domain: "LAB", unicode: nil)).old,
    .response(1, .loggedOn(isGuest: true)), .response(1, .loggedOn(token: .counting(20))),
    .request(1, .share(#"\\fs01\data"#)), .response(1, .connected()),
  ]

  @Test(arguments: smb1.indices)
  func readsDescribedFieldsOfSMB1(place: Int) throws {
    let bytes = Self.smb1[place].bytes
    let header = try SMB1Header(ByteView(bytes.span))
    let wordCount = Int(bytes[32])
    let structure = SMB1Layout.words(of: header.command, isResponse: header.isResponse, wordCount: wordCount)
    try expectUnread(bytes, at: 33, count: wordCount * 2, structure) { changed in
      guard header.command == .negotiate else { return "\(SMB1Body(ByteView(changed.span), header: header))" }
      return "\(try SMB1NegotiateResponse(ByteView(changed.span)))"
    }
  }

  @Test(arguments: smb1.indices)
  func readsDescribedFieldsOfTheSMB1Header(place: Int) throws {
    try expectUnread(Self.smb1[place].bytes, at: 0, count: SMB1Header.length, SMB1Layout.header) {
      try SMB1Header(ByteView($0.span))
    }
  }
}
