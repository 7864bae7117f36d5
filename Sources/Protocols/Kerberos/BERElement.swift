import Packets

/// Identifier and length octets of one BER element: X.690 8.1.2 and 8.1.3, with a one-byte tag and the definite form.
///
/// swift-asn1 refuses bytes behind an element and content that is not ASN.1, so this much is read before it.
struct BERElement {
  let identifier: UInt8
  let headerCount: Int
  let contentCount: Int

  /// The whole element, in bytes.
  var count: Int { headerCount + contentCount }

  init(_ view: borrowing ByteView) throws(DecodeError) {
    try self.init(beginning: view)
    _ = try view.view(at: headerCount, count: contentCount)
  }

  /// An element whose content may not be there.
  private init(beginning view: borrowing ByteView) throws(DecodeError) {
    identifier = try view.u8(at: 0)
    let first = try view.u8(at: 1)
    if first < 0x80 {
      headerCount = 2
      contentCount = Int(first)
    } else {
      // 1 to 4 bytes of length; 0x80 (indefinite) is not used by Kerberos and SPNEGO (DER).
      guard (0x81...0x84).contains(first) else {
        throw DecodeError(offset: view.base + 1, reason: .unexpected(field: "BER length", value: UInt64(first)))
      }
      headerCount = 2 + Int(first & 0x7F)
      var length = 0
      for offset in 2..<headerCount { length = length << 8 | Int(try view.u8(at: offset)) }
      contentCount = length
    }
  }

  init(_ view: borrowing ByteView, expecting identifier: UInt8) throws(DecodeError) {
    try self.init(view)
    guard self.identifier == identifier else {
      throw DecodeError(
        offset: view.base, reason: .unexpected(field: "BER identifier", value: UInt64(self.identifier)))
    }
  }

  private var isConstructed: Bool { identifier & 0x20 != 0 }

  /// No Kerberos message nests deeper before its names.
  private static let maximumDepth = 16

  /// A well-formed element of all the parts that are whole, of bytes that end too soon: constructed elements get the length of
  /// what is left of them, and the part in which the bytes end is left out.
  ///
  /// - Returns: nil when nothing is whole.
  static func beginning(of view: borrowing ByteView, depth: Int = 0) -> [UInt8]? {
    guard let element = try? BERElement(beginning: view) else { return nil }
    if view.count >= element.count { return view.prefix(element.count).copy() }
    guard element.isConstructed, depth < maximumDepth else { return nil }
    var content: [UInt8] = []
    var offset = element.headerCount
    while let rest = try? view.view(from: offset), let part = try? BERElement(beginning: rest), rest.count >= part.count {
      rest.prefix(part.count).append(to: &content)
      offset += part.count
    }
    if let rest = try? view.view(from: offset), let part = beginning(of: rest, depth: depth + 1) { content += part }
    guard !content.isEmpty else { return nil }
    // In the long form of the element itself.
    let length = (0..<4).map { UInt8(truncatingIfNeeded: content.count >> (8 * (3 - $0))) }
    return [element.identifier, 0x84] + length + content
  }

  @_lifetime(copy view)
  func content(in view: borrowing ByteView) throws(DecodeError) -> ByteView {
    try view.view(at: headerCount, count: contentCount)
  }
}
