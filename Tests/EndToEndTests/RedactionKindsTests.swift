import Packets
import TestSupport
import Testing

@testable import Extracts

/// Structures that lie, and headers that hold addresses: one test for each kind.
@Suite struct RedactionKindsTests {
  private static func redact(_ bytes: [UInt8], _ body: (inout RedactedBytes) -> Void) -> [UInt8] {
    var redacted = RedactedBytes(bytes, Pseudonyms(generator: SeededGenerator(seed: 1)))
    body(&redacted)
    return redacted.result
  }

  /// Bytes of a range that are as before, zeros left out.
  private static func kept(_ before: [UInt8], _ after: [UInt8], _ range: Range<Int>) -> [UInt8] {
    zip(before, after).enumerated().filter { range.contains($0.offset) && $0.element.0 == $0.element.1 && $0.element.0 != 0 }.map(\.element.0)
  }

  private static func tlv(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] { [tag, UInt8(content.count)] + content }

  /// A proof of sixteen random bytes may begin like an element of sixteen bytes.
  @Test func aProofThatLooksLikeBERIsHidden() {
    let proof: [UInt8] = [0x30, 0x0e, 0x06, 0x04] + (1...12).map { $0 * 7 }
    let token = Self.tlv(0xa1, Self.tlv(0x30, Self.tlv(0xa0, [0x0a, 1, 0]) + Self.tlv(0xa3, Self.tlv(0x04, proof))))
    let after = Self.redact(token) { $0.redactSecurityToken(token.indices) }
    let start = token.count - proof.count
    #expect(Self.kept(token, after, start..<token.count).isEmpty)
    #expect(Self.kept(token, after, 0..<start) == token[..<start].filter { $0 != 0 })
  }

  // MARK: SMB2

  private static func message(_ command: UInt8, isResponse: Bool = false, _ body: [UInt8]) -> [UInt8] {
    [0xfe, 0x53, 0x4d, 0x42, 64, 0, 0, 0, 0, 0, 0, 0, command, 0, 0, 0, isResponse ? 1 : 0] + [UInt8](repeating: 0, count: 47) + body
  }

  private static let secret = Array("secret words here, and more".utf8)

  @Test(arguments: [
    // TREE_CONNECT of the StructureSize of another message, whose path is empty.
    message(3, [89, 0, 0, 0, 72, 0, 0, 0] + secret),
    // WRITE, too.
    message(9, [250, 0, 112, 0, 8, 0, 0, 0] + secret + secret),
    // A lease that is broken.
    message(18, isResponse: true, [44, 0, 1, 0, 1, 0, 0, 0] + secret.prefix(16) + [3, 0, 0, 0]),
    // Names of the wrong command behind an error.
    message(3, isResponse: true, [9, 0, 0, 0, 20, 0, 0, 0] + secret),
  ])
  func lyingStructuresShowNothing(bytes: [UInt8]) {
    let after = Self.redact(bytes) { $0.redactSMB(bytes.indices) }
    #expect(Self.kept(bytes, after, 72..<bytes.count).filter { $0 > 0x20 }.isEmpty)
    #expect(after.prefix(4) == bytes.prefix(4))
  }

  /// NegotiateContextOffset leads back to the GUID of the same message.
  @Test func contextsBringNothingBack() {
    let guid = (1...16).map { UInt8($0 * 11) }
    let body: [UInt8] = [36, 0, 1, 0, 1, 0, 0, 0, 0x7f, 0, 0, 0] + guid + [68, 0, 0, 0, 4, 0, 0, 0, 0x11, 3]
    let bytes = Self.message(0, body + [0, 0])
    let after = Self.redact(bytes) { $0.redactSMB(bytes.indices) }
    #expect(Self.kept(bytes, after, 76..<92).isEmpty)
  }

  /// What two descriptions replace differently is nobody's, and what one calls harmless another still hides.
  @Test func theSecretDescriptionWins() {
    let bytes: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
    let after = Self.redact(bytes) {
      $0.hide(0..<4)
      $0.keep(2..<8)
      $0.hide(6..<8)
      $0.hide(3..<5)
    }
    #expect(Self.kept(bytes, after, 0..<5).isEmpty)
    #expect(Self.kept(bytes, after, 5..<6) == [6])
    #expect(after[3] == 0)
  }

  // MARK: SMB1

  /// TREE_CONNECT_ANDX in OEM text: the service may lie behind ByteCount, or be cut away with the NUL of the path.
  @Test(arguments: [12, 20, 24, 31])
  func aPathIsNoService(byteCount: Int) {
    let path = Array("\\\\SECRETHOST\\SECRETSHARE".utf8)
    let header: [UInt8] = [0xff, 0x53, 0x4d, 0x42, 0x75, 0, 0, 0, 0, 0, 1, 0] + [UInt8](repeating: 0, count: 20)
    let words: [UInt8] = [4, 0xff, 0, 0, 0, 0, 0, 0, 0]
    let bytes = header + words + [UInt8(byteCount), 0] + path + [0] + Array("?????".utf8) + [0]
    for end in [bytes.count, bytes.count - 8, bytes.count - 12] {
      let cut = Array(bytes[..<end])
      let after = Self.redact(cut) { $0.redactSMB1(cut.indices) }
      #expect(Self.kept(cut, after, 43..<min(43 + path.count, end)).allSatisfy { $0 == UInt8(ascii: "\\") })
    }
  }

  // MARK: Headers

  private static let inner: [UInt8] = [2, 0, 0, 0, 0, 7, 2, 0, 0, 0, 0, 8, 0x08, 0x00]
  private static let outer: [UInt8] = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2]

  @Test(arguments: [
    (LinkType.ethernet, outer + [0x65, 0x58] + inner, [0, 6, 14, 20]),  // Ethernet in Ethernet
    (.ethernet, outer + [0x88, 0x47, 0, 1, 1, 64, 0, 0, 0, 0] + inner, [0, 6, 22, 28]),  // a pseudowire over MPLS
    (.ethernet, outer + [0x88, 0xe5, 0x20, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 9, 0, 1, 0x08, 0x00], [0, 6, 20]),  // MACsec's SCI
  ])
  func hardwareAddressesAreReplaced(link: LinkType, header: [UInt8], addresses: [Int]) throws {
    let bytes = header + [UInt8](repeating: 0x45, count: 20)
    let found = LinkDescription(ByteView(bytes.span), linkType: link)
    let description = try #require(found)
    #expect(description.payloadOffset == header.count)
    let after = Self.redact(bytes) { $0.redactLink(description) }
    for address in addresses { #expect(Self.kept(bytes, after, address..<(address + 6)).isEmpty) }
    // The content is for others to redact.
    #expect(after[header.count...].allSatisfy { $0 == 0 })
  }

  /// Linux gives the interface of a GRE tunnel an IPv4 address in place of a hardware address.
  @Test func theAddressOfATunnelsInterfaceIsReplaced() throws {
    let bytes: [UInt8] = [0, 0, 3, 10, 0, 4, 10, 77, 0, 10, 0, 0, 0, 0, 8, 0] + [UInt8](repeating: 0x45, count: 20)
    let found = LinkDescription(ByteView(bytes.span), linkType: .linuxSLL)
    let description = try #require(found)
    let after = Self.redact(bytes) { $0.redactLink(description) }
    #expect(Self.kept(bytes, after, 6..<10).isEmpty)
    #expect(after[..<6] == bytes[..<6])
  }

  /// A routing header and a home address have addresses of their own.
  @Test func extensionHeadersAreRedacted() {
    let address: [UInt8] = [0x20, 0x01, 0x0d, 0xb8] + (1...12).map { $0 + 0x40 }
    let header: [UInt8] = [0x60, 0, 0, 0, 0, 96, 60, 64] + address + address
    let home: [UInt8] = [43, 2, 0xc9, 16] + address + [1, 2, 0, 0]
    let route: [UInt8] = [6, 2, 0, 1, 0, 0, 0, 0] + address
    let bytes = header + home + route + [UInt8](repeating: 0, count: 20)
    let after = Self.redact(bytes) { $0.redactIP(at: 0, headersTo: 88) }
    for start in [8, 24, 44, 72] { #expect(Self.kept(bytes, after, start..<(start + 16)).isEmpty, "\(start)") }
    #expect(Array(after[40..<44]) == [43, 2, 0xc9, 16])
    #expect(Array(after[64..<68]) == [6, 2, 0, 1])
  }

  // MARK: Names of addresses

  private static func labels(_ name: String) -> [[UInt8]] { name.split(separator: ".").map { Array($0.utf8) } }

  /// Digit by digit they would be a cipher: the same digit at two places has two replacements.
  @Test func namesOfAddressesAreReplacedAsAWhole() throws {
    let pseudonyms = Pseudonyms(generator: SeededGenerator(seed: 1))
    let name = String(repeating: "1.", count: 30) + "0.2.ip6.arpa"
    let renamed = try #require(pseudonyms.labels(Self.labels(name)))
    #expect(renamed.count == 34)
    #expect(Set(renamed[..<30]).count > 4)
    #expect(renamed.suffix(2) == Self.labels("ip6.arpa").suffix(2))
    // The same address has the same replacement, however it is written.
    let address = pseudonyms.ip(IPAddress(ipv4: 0x0a4d_0014))
    let reversed = address.description.split(separator: ".").reversed().joined(separator: ".") + ".in-addr.arpa"
    #expect(pseudonyms.labels(Self.labels("20.0.77.10.in-addr.arpa")) == Self.labels(reversed))
    let text = pseudonyms.text(Array("host/20.0.77.10.in-addr.arpa".unicodeScalars))
    #expect(String(String.UnicodeScalarView(text)) == "host/\(reversed)")
    #expect(pseudonyms.labels(Self.labels("fs01.lab.example")) == nil)
  }

  /// Every letter, digit and byte becomes another one.
  @Test func nothingStaysByChance() {
    let pseudonyms = Pseudonyms(generator: SeededGenerator(seed: 1))
    for index in 0..<2_000 {
      let word = Array("server\(index)".unicodeScalars)
      #expect(!zip(word, pseudonyms.text(word)).contains { $0 == $1 })
      let address = IPAddress(ipv4: 0x0a4d_0000 | UInt32(index))
      let octets = [address, pseudonyms.ip(address)].map { address in [24, 16, 8, 0].map { address.low >> UInt64($0) & 0xff } }
      #expect(!zip(octets[0], octets[1]).contains { $0 == $1 && $0 != 255 })
    }
    let bytes = (0..<4_096).map { UInt8(truncatingIfNeeded: $0 * 31) }
    #expect(!zip(bytes, pseudonyms.blob(bytes)).contains { $0 == $1 })
  }
}
