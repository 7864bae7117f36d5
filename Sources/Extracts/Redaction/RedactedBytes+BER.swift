import Protocols

/// Security tokens and Kerberos messages, by their shapes; lengths stay. Nothing is entered because it looks like BER: a
/// value is what its place says, or it is hidden.
extension RedactedBytes {
  private enum Limit {
    /// Nested elements; deeper ones are hidden.
    static let depth = 40
    /// A longer INTEGER or BIT STRING is part of a key.
    static let number = 5
    /// Of an object identifier.
    static let identifier = 16
  }

  private struct Element {
    var tag: Int
    var start: Int
    var content: Range<Int>
    var isConstructed: Bool { tag & 0x20 != 0 }
    var header: Range<Int> { start..<content.lowerBound }
    var all: Range<Int> { start..<content.upperBound }
    /// The number of an explicit context tag.
    var contextNumber: Int? { tag & 0xe0 == 0xa0 ? tag & 0x1f : nil }
  }

  // MARK: Tokens

  /// A security buffer: SPNEGO, Kerberos or NTLM. What is none of them is hidden.
  mutating func redactSecurityToken(_ range: Range<Int>) { redactToken(range, depth: 0) }

  /// A message of Kerberos. Zeros are left of what is none.
  mutating func redactKerberos(_ range: Range<Int>) {
    guard let first = element(in: range), first.tag & 0xe0 == 0x60 else { return }
    redact(range, as: KerberosShape.message, depth: 0)
  }

  private mutating func redactToken(_ range: Range<Int>, depth: Int) {
    if begins(range, with: Self.ntlmSignature) { return redactNTLM(range) }
    guard let first = element(in: range) else { return hide(range) }
    switch first.tag {
    case 0x60: redactGSS(first, depth: depth)
    case 0xa0: redact(range, as: SPNEGOShape.initToken, depth: depth)
    case 0xa1: redact(range, as: SPNEGOShape.response, depth: depth)
    case 0x6e, 0x6f, 0x7e: redact(range, as: KerberosShape.message, depth: depth)
    default: hide(range)
    }
  }

  /// RFC 2743 3.1: a mechanism and its token.
  private mutating func redactGSS(_ token: Element, depth: Int) {
    guard depth < Limit.depth, let mechanism = element(in: token.content), mechanism.tag == 0x06,
      mechanism.content.count <= Limit.identifier
    else { return hide(token.all) }
    keep(token.header)
    keep(mechanism.all)
    let inner = mechanism.content.upperBound..<token.content.upperBound
    guard let first = u8(inner.lowerBound), !inner.isEmpty else { return }
    // RFC 4121 4.1: that of Kerberos begins with two bytes that say what it is.
    guard first < 0x10, inner.count > 2 else { return redactToken(inner, depth: depth + 1) }
    keep(inner.prefix(2).indices)
    let message = inner.dropFirst(2).indices
    switch u16be(inner.lowerBound) {
    case 0x0100, 0x0200, 0x0300: redact(message, as: KerberosShape.message, depth: depth + 1)
    case 0x0400: redact(message, as: KerberosShape.ticketRequest, depth: depth + 1)
    case 0x0401: redact(message, as: KerberosShape.ticketReply, depth: depth + 1)
    case 0x0501: redactIAKERB(message, depth: depth + 1)
    default: hide(message)
    }
  }

  /// draft-ietf-kitten-iakerb 3: a header, whose realm is a name, and what passes between client and KDC.
  private mutating func redactIAKERB(_ range: Range<Int>, depth: Int) {
    guard let header = element(in: range) else { return hide(range) }
    redact(range, as: .sequence([1: .name, 2: .secret]), depth: depth)
    let message = header.content.upperBound..<range.upperBound
    if !message.isEmpty { redact(message, as: KerberosShape.message, depth: depth) }
  }

  // MARK: Shapes

  /// The element that a range begins with. The bytes after it stay zero.
  private mutating func redact(_ range: Range<Int>, as shape: BERShape, depth: Int) {
    guard !range.isEmpty else { return }
    guard depth < Limit.depth, let element = element(in: range) else { return hide(range) }
    switch shape {
    case .number:
      guard [1, 2, 3, 5, 10].contains(element.tag), element.content.count <= Limit.number else { return hideContent(element) }
      keep(element.all)
    case .time:
      guard [23, 24].contains(element.tag), original[element.content].allSatisfy({ (0x2b...0x5a).contains($0) }) else {
        return hideContent(element)
      }
      keep(element.all)
    case .objectIdentifier:
      guard element.tag == 6, element.content.count <= Limit.identifier else { return hideContent(element) }
      keep(element.all)
    case .name:
      guard [4, 12, 18, 19, 20, 22, 26, 27].contains(element.tag) else { return hideContent(element) }
      keep(element.header)
      renameUnlessFixed(element.content)
    case .secret: hideContent(element)
    case .skeleton: redactSkeleton(range, depth: depth)
    case .octets(let inner):
      guard element.tag == 4 else { return hideContent(element) }
      keep(element.header)
      if case .token = inner {
        redactToken(element.content, depth: depth + 1)
      } else {
        redact(element.content, as: inner, depth: depth + 1)
      }
    case .token: redactToken(range, depth: depth)
    case .sequence(let fields): redactFields(element, depth: depth) { tag, _ in fields[tag] }
    case .list(let shape):
      guard element.tag == 0x30 else { return hideContent(element) }
      keep(element.header)
      redactElements(element.content) { $0.redact($1, as: shape, depth: depth + 1) }
    case .tagged(let tag, let inner):
      guard element.tag == Int(tag) else { return hideContent(element) }
      keep(element.header)
      redact(element.content, as: inner, depth: depth + 1)
    case .choice(let shapes):
      guard let tag = UInt8(exactly: element.tag), let chosen = shapes[tag] else { return hideContent(element) }
      redact(range, as: chosen, depth: depth)
    case .paData: redactPAData(element, depth: depth)
    case .hostAddress: redactHostAddress(element, depth: depth)
    }
  }

  private mutating func hideContent(_ element: Element) {
    keep(element.header)
    hide(element.content)
  }

  private mutating func redactElements(_ range: Range<Int>, _ body: (inout Self, Range<Int>) -> Void) {
    var rest = range
    while let next = element(in: rest), !next.all.isEmpty {
      body(&self, next.all)
      rest = next.content.upperBound..<range.upperBound
    }
  }

  /// - Parameter shape: of the field with a tag, in the sequence's content; nil when no specification has it.
  private mutating func redactFields(_ sequence: Element, depth: Int, shape: (_ tag: Int, _ number: Int?) -> BERShape?) {
    guard sequence.tag == 0x30 else { return hideContent(sequence) }
    keep(sequence.header)
    let number = element(in: sequence.content).flatMap(explicitNumber)
    redactElements(sequence.content) { bytes, range in
      guard let field = bytes.element(in: range), let tag = field.contextNumber else { return }
      bytes.keep(field.header)
      if let shape = shape(tag, number) { bytes.redact(field.content, as: shape, depth: depth + 1) }
    }
  }

  private mutating func redactPAData(_ element: Element, depth: Int) {
    // A list of them: METHOD-DATA, where one might be.
    if let inner = self.element(in: element.content), inner.tag == 0x30 {
      return redact(element.all, as: .list(of: .paData), depth: depth + 1)
    }
    redactFields(element, depth: depth) { tag, type in
      switch (tag, type) {
      case (1, _): .number
      // KERB_EXT_ERROR: a number of Windows, see ``KerberosErrorData``.
      case (2, 3?): .secret
      case (2, let type?): KerberosShape.padata(type)
      default: nil
      }
    }
    keepExtendedError(element)
  }

  /// MS-KILE 2.2.1: status 4, reserved 4, flags 4.
  private mutating func keepExtendedError(_ element: Element) {
    guard let type = self.element(in: element.content), type.tag == 0xa1, explicitNumber(type) == 3,
      let field = self.element(in: type.content.upperBound..<element.content.upperBound), field.tag == 0xa2,
      let value = self.element(in: field.content), value.tag == 4, value.content.count == 12,
      u32le(value.content.lowerBound + 4) == 0
    else { return }
    reveal(value.content)
  }

  private mutating func redactHostAddress(_ element: Element, depth: Int) {
    redactFields(element, depth: depth) { tag, _ in tag == 0 ? .number : nil }
    guard let type = self.element(in: element.content), let number = explicitNumber(type),
      let field = self.element(in: type.content.upperBound..<element.content.upperBound), field.tag == 0xa1,
      let address = self.element(in: field.content), address.tag == 4
    else { return }
    keep(address.header)
    switch (number, address.content.count) {
    case (2, 4): replaceAddress(at: address.content.lowerBound)
    case (24, 16): replaceAddress6(at: address.content.lowerBound)
    // A NetBIOS name.
    case (20, _): rename(address.content, .bytes)
    default: hide(address.content)
    }
  }

  private mutating func redactSkeleton(_ range: Range<Int>, depth: Int) {
    guard depth < Limit.depth else { return hide(range) }
    redactElements(range) { bytes, range in
      guard let element = bytes.element(in: range) else { return }
      switch element.tag {
      case 1, 5: bytes.keep(element.all)
      case 6 where element.content.count <= Limit.identifier: bytes.keep(element.all)
      default:
        guard element.isConstructed else { return bytes.hideContent(element) }
        bytes.keep(element.header)
        bytes.redactSkeleton(element.content, depth: depth + 1)
      }
    }
  }

  /// MS-SPNG 3.2.5.2: what servers write in place of a name.
  private mutating func renameUnlessFixed(_ content: Range<Int>) {
    if original[content].elementsEqual("not_defined_in_RFC4178@please_ignore".utf8) { return keep(content) }
    rename(content, .bytes)
  }

  // MARK: Elements

  private func explicitNumber(_ element: Element) -> Int? {
    guard let inner = self.element(in: element.content), inner.tag == 2, (1...4).contains(inner.content.count) else { return nil }
    let number = original[inner.content].reduce(0) { $0 << 8 | Int($1) }
    return number
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
