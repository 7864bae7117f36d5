package import Cryptography
package import Packets

/// Reads a keytab: version 0x0502 as all write it, and 0x0501 of the first days of MIT Kerberos 5.
///
/// ```
/// file   := 0x05 0x02 record…
/// record := length (4, signed; negative: so many bytes of a deleted entry; 0: the end) entry
/// entry  := count of components (2) realm component… name-type (4) time (4) kvno (1) keytype (2) key [kvno (4)]
/// ```
/// Names and keys are counted (2). Version 1 counts the realm as a component, has no name-type, and the byte order of the machine.
package struct KeytabReader {
  package struct Fault: Error, Sendable {
    package var byte: Int
    package var message: String
  }

  package enum Limit {
    /// Bytes of a file: the keys of a domain with thousands of accounts.
    package static let size = 4 << 20
    /// To look through them for each logon takes a millisecond.
    package static let entries = 16_384
    /// Names have two or three.
    static let components = 32
  }

  private var isLittleEndian = false
  private var isVersion1 = false

  /// - Parameter ciphers: knows how long keys are.
  package static func read(_ file: borrowing ByteView, _ ciphers: KerberosCiphers) throws(Fault) -> [Keytab.Entry] {
    guard file.count <= Limit.size else { throw Fault(byte: Limit.size, message: "a keytab has at most \(Limit.size) bytes") }
    do {
      return try Self(file).entries(file, ciphers)
    } catch let fault as Fault {
      throw fault
    } catch let error as DecodeError {
      throw Fault(byte: error.offset, message: "the entry \(error.reason)")
    } catch {
      throw Fault(byte: 0, message: "it cannot be read")
    }
  }

  private init(_ file: borrowing ByteView) throws(Fault) {
    guard let first = try? file.u8(at: 0), let second = try? file.u8(at: 1), first == 5, (1...2).contains(second) else {
      throw Fault(byte: 0, message: "this is not a keytab: a keytab begins with the bytes 0x05 0x02")
    }
    isVersion1 = second == 1
    // Where the length of the first entry makes sense.
    isLittleEndian = isVersion1 && (try? file.u32le(at: 2)).map { Int($0) <= file.count } ?? false
  }

  private func entries(_ file: borrowing ByteView, _ ciphers: KerberosCiphers) throws -> [Keytab.Entry] {
    var entries: [Keytab.Entry] = []
    var offset = 2
    while offset < file.count {
      let length = Int(Int32(truncatingIfNeeded: try u32(file, offset)))
      // Room that was made in advance.
      guard length != 0 else { break }
      let record = try file.view(at: offset + 4, count: abs(length))
      if length > 0 {
        guard entries.count < Limit.entries else { throw Fault(byte: offset, message: "there are more than \(Limit.entries) keys") }
        if let entry = try entry(record, ciphers) { entries.append(entry) }
      }
      offset += 4 + abs(length)
    }
    guard !entries.isEmpty else { throw Fault(byte: offset, message: "there is no key in it that can be used") }
    return entries
  }

  /// nil for a key that nothing can be done with.
  private func entry(_ record: borrowing ByteView, _ ciphers: KerberosCiphers) throws -> Keytab.Entry? {
    let count = Int(try u16(record, 0)) - (isVersion1 ? 1 : 0)
    guard (0...Limit.components).contains(count) else {
      throw Fault(byte: record.base, message: "a name has at most \(Limit.components) parts, and this one \(count)")
    }
    var offset = 2
    let realm = try counted(record, &offset).text()
    var components: [String] = []
    for _ in 0..<count { components.append(try counted(record, &offset).text()) }
    offset += isVersion1 ? 4 : 8
    var kvno = UInt32(try record.u8(at: offset))
    let etype = Int32(Int16(truncatingIfNeeded: Int(try u16(record, offset + 1))))
    offset += 3
    let place = record.base + offset
    let key = try counted(record, &offset)
    // 0 where a program only made room for it.
    let long = record.count >= offset + 4 ? try u32(record, offset) : 0
    if long != 0 { kvno = long }
    guard let size = ciphers.keyCount(ofType: etype) else { return nil }
    guard key.count == size else {
      throw Fault(byte: place, message: "a key of encryption type \(etype) has \(size) bytes, and this one \(key.count)")
    }
    return Keytab.Entry(
      service: ServiceName(realm: realm, components: components), kvno: kvno, isKvnoShort: long == 0, etype: etype, key: Secret(key.copy()))
  }

  // MARK: Numbers

  private func u16(_ view: borrowing ByteView, _ offset: Int) throws(DecodeError) -> UInt16 {
    isLittleEndian ? try view.u16le(at: offset) : try view.u16be(at: offset)
  }

  private func u32(_ view: borrowing ByteView, _ offset: Int) throws(DecodeError) -> UInt32 {
    isLittleEndian ? try view.u32le(at: offset) : try view.u32be(at: offset)
  }

  @_lifetime(copy view)
  private func counted(_ view: borrowing ByteView, _ offset: inout Int) throws(DecodeError) -> ByteView {
    let count = Int(try u16(view, offset))
    let start = offset + 2
    offset = start + count
    return try view.view(at: start, count: count)
  }
}
