/// Keytabs as MIT Kerberos, Heimdal and Samba write them.
package enum KeytabBytes {
  package static func file(_ records: [[UInt8]]) -> [UInt8] { [5, 2] + records.flatMap(\.self) }

  /// - Parameter longKvno: nil where the entry ends with the key, as those of old programs.
  package static func record(
    _ principal: [String], realm: String = "LAB.EXAMPLE", kvno: UInt8 = 2, longKvno: UInt32? = nil, etype: UInt16 = 18,
    key: [UInt8] = .counting(32), more: [UInt8] = []
  ) -> [UInt8] {
    var entry = ByteWriter().u16be(UInt16(principal.count))
    for name in [realm] + principal { entry = entry.u16be(UInt16(name.utf8.count)).ascii(name) }
    entry = entry.u32be(1).u32be(1_764_417_256).u8(kvno).u16be(etype).u16be(UInt16(key.count)).raw(key)
    if let longKvno { entry = entry.u32be(longKvno) }
    let bytes = entry.raw(more).bytes
    return ByteWriter().u32be(UInt32(bytes.count)).raw(bytes).bytes
  }

  /// What a deleted entry leaves.
  package static func hole(_ count: Int) -> [UInt8] {
    ByteWriter().u32be(UInt32(bitPattern: Int32(-count))).raw([UInt8](repeating: 0xaa, count: count)).bytes
  }

  /// The first version: numbers in the order of the machine, the realm counted, no name-type.
  package static func version1(_ principal: [String], realm: String, kvno: UInt8, key: [UInt8], isLittleEndian: Bool) -> [UInt8] {
    func u16(_ number: Int) -> [UInt8] { [UInt8].littleEndian(isLittleEndian ? UInt16(number) : UInt16(number).byteSwapped) }
    func u32(_ number: Int) -> [UInt8] { [UInt8].littleEndian(isLittleEndian ? UInt32(number) : UInt32(number).byteSwapped) }
    let names = ([realm] + principal).flatMap { u16($0.utf8.count) + Array($0.utf8) }
    let entry = u16(principal.count + 1) + names + u32(1_764_417_256) + [kvno] + u16(23) + u16(key.count) + key
    return [5, 1] + u32(entry.count) + entry
  }
}
