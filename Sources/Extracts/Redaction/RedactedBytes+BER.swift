/// Security tokens and Kerberos messages: BER (X.690 8.1), whose lengths stay. Numbers, times and object identifiers are
/// kept, texts are renamed, everything else is hidden.
extension RedactedBytes {
  private enum Limit {
    /// Elements in each other; what lies deeper is hidden.
    static let depth = 40
    /// A longer INTEGER or BIT STRING is part of a key.
    static let number = 8
  }

  /// What surrounds an OCTET STRING: fields of the SEQUENCE it belongs to, which are context tags.
  private struct Surroundings {
    var tags: [Int] = []
    var firstNumber: Int?
    var tag = -1

    /// RFC 4120 5.2.9: `EncryptedData ::= SEQUENCE { etype [0] Int32, kvno [1] UInt32 OPTIONAL, cipher [2] OCTET STRING }`
    var isCipher: Bool { tag == 2 && tags.first == 0 && firstNumber != nil }
    /// 5.2.5: `HostAddress ::= SEQUENCE { addr-type [0] Int32, address [1] OCTET STRING }`
    func isAddress(_ type: Int) -> Bool { tag == 1 && tags == [0, 1] && firstNumber == type }
    /// 5.2.7: `PA-DATA ::= SEQUENCE { padata-type [1] Int32, padata-value [2] OCTET STRING }`
    var isPAData: Bool { tag == 2 && tags == [1, 2] }
  }

  private struct Element {
    var tag: Int
    var start: Int
    var content: Range<Int>
    var isConstructed: Bool { tag & 0x20 != 0 }
    /// The number of a context tag.
    var contextNumber: Int? { tag & 0xc0 == 0x80 ? tag & 0x1f : nil }
  }

  /// A security buffer: SPNEGO, Kerberos or NTLM. What is none of them is hidden.
  mutating func redactSecurityToken(_ range: Range<Int>) {
    if begins(range, with: Self.ntlmSignature) {
      redactNTLM(range)
    } else if let first = element(in: range), first.isConstructed {
      redactBER(range)
    } else {
      hide(range)
    }
  }

  /// Elements one after the other.
  mutating func redactBER(_ range: Range<Int>) { redactElements(range, Surroundings(), depth: 0) }

  private mutating func redactElements(_ range: Range<Int>, _ outer: Surroundings, depth: Int) {
    guard depth < Limit.depth else { return hide(range) }
    var rest = range
    var siblings = Surroundings()
    siblings.tags = elements(in: range).map { $0.contextNumber ?? -1 }
    siblings.firstNumber = elements(in: range).first.flatMap(explicitNumber)
    while !rest.isEmpty {
      guard let next = element(in: rest) else { return hide(rest) }
      keep(next.start..<next.content.lowerBound)
      var own = next.contextNumber == nil ? outer : siblings
      if let number = next.contextNumber { own.tag = number }
      if next.tag == 0x60 {
        redactGSS(next.content, depth: depth)
      } else if next.isConstructed {
        redactElements(next.content, own, depth: depth + 1)
      } else {
        redactPrimitive(next, outer, depth: depth)
      }
      rest = next.content.upperBound..<range.upperBound
    }
  }

  /// RFC 2743 3.1: a mechanism and its token; that of Kerberos begins with two bytes that say what it is.
  private mutating func redactGSS(_ range: Range<Int>, depth: Int) {
    guard let mechanism = element(in: range), mechanism.tag == 0x06 else { return hide(range) }
    keep(mechanism.start..<mechanism.content.upperBound)
    let inner = mechanism.content.upperBound..<range.upperBound
    guard let first = u8(inner.lowerBound), !inner.isEmpty else { return }
    let isKerberos = first < 0x10 && inner.count > 2
    if isKerberos { keep(inner.prefix(2).indices) }
    let token = inner.dropFirst(isKerberos ? 2 : 0).indices
    if let element = element(in: token), element.isConstructed {
      redactElements(token, Surroundings(), depth: depth + 1)
    } else {
      redactSecurityToken(token)
    }
  }

  private mutating func redactPrimitive(_ element: Element, _ surroundings: Surroundings, depth: Int) {
    let content = element.content
    switch element.tag {
    // BOOLEAN, NULL, OBJECT IDENTIFIER, ENUMERATED, times.
    case 1, 5, 6, 10, 23, 24: keep(content)
    case 2, 3:
      if content.count <= Limit.number { return keep(content) }
      // The sign, or the bits that are not used.
      hide(content.dropFirst().indices)
      keep(content.prefix(1).indices)
    case 4: redactOctets(content, surroundings, depth: depth)
    case 12, 18, 19, 20, 22, 26, 27: renameUnlessFixed(content)
    default: hide(content)
    }
  }

  private mutating func redactOctets(_ content: Range<Int>, _ surroundings: Surroundings, depth: Int) {
    if surroundings.isCipher { return hide(content) }
    if surroundings.isAddress(2), content.count == 4 { return replaceAddress(at: content.lowerBound) }
    if surroundings.isAddress(24), content.count == 16 { return replaceAddress6(at: content.lowerBound) }
    if surroundings.isAddress(20) { return rename(content, .bytes) }
    if begins(content, with: Self.ntlmSignature) { return redactNTLM(content) }
    if let inner = element(in: content), inner.isConstructed, inner.content.upperBound == content.upperBound {
      return redactElements(content, Surroundings(), depth: depth + 1)
    }
    // MS-KILE 2.2.1: KERB_EXT_ERROR, a status.
    if surroundings.isPAData, content.count == 12, u32le(content.lowerBound + 4) == 0 { return keep(content) }
    hide(content)
  }

  /// MS-SPNG 3.2.5.2: what servers write in place of a name.
  private mutating func renameUnlessFixed(_ content: Range<Int>) {
    if original[content].elementsEqual("not_defined_in_RFC4178@please_ignore".utf8) { return keep(content) }
    rename(content, .bytes)
  }

  // MARK: Elements

  private func elements(in range: Range<Int>) -> [Element] {
    var found: [Element] = []
    var rest = range
    while found.count < 8, let next = element(in: rest) {
      found.append(next)
      rest = next.content.upperBound..<range.upperBound
    }
    return found
  }

  private func explicitNumber(_ element: Element) -> Int? {
    guard let inner = self.element(in: element.content), inner.tag == 2, (1...4).contains(inner.content.count) else { return nil }
    return original[inner.content].reduce(0) { $0 << 8 | Int($1) }
  }

  /// The element that a range begins with; of one that is cut, what is there.
  private func element(in range: Range<Int>) -> Element? {
    guard range.count >= 2, let tag = u8(range.lowerBound), tag & 0x1f != 0x1f, let short = u8(range.lowerBound + 1)
    else { return nil }
    let width = short & 0x80 == 0 ? 0 : short & 0x7f
    guard short != 0x80, width <= 4, range.count >= 2 + width else { return nil }
    let length = width == 0 ? short : (0..<width).reduce(0) { $0 << 8 | Int(original[range.lowerBound + 2 + $1]) }
    let start = range.lowerBound + 2 + width
    return Element(tag: tag, start: range.lowerBound, content: start..<min(start + length, range.upperBound))
  }
}
