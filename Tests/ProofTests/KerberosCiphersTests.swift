import Cryptography
import TestSupport
import Testing

/// Decryption with each encryption type.
@Suite struct KerberosCiphersTests {
  struct Vector: Sendable, CustomTestStringConvertible {
    var etype: Int32
    var usage: KerberosCiphers.Usage
    var key: String
    var clear: [UInt8]
    var sealed: String
    var testDescription: String { "\(etype), usage \(usage.rawValue)" }
  }

  private static let text = Array("a ticket, or what is inside one".utf8)

  /// Types 19 and 20: RFC 8009 appendix A. RFC 3962 and RFC 4757 have none of whole texts: those of 17, 18 and 23 were made with
  /// impacket, an implementation of its own.
  static let vectors: [Vector] = [
    Vector(
      etype: 17, usage: .ticket, key: "a54dca182530bb1d6d132cded6237b2e", clear: text,
      sealed: "153ca1575005e7c11d1be2a4713c35fd34281506f117bc98102cef9b8cb6013a794d65783e607537f0f5ac82687a75180406138140d2d9258ecfe7"),
    Vector(
      etype: 17, usage: .authenticator, key: "a54dca182530bb1d6d132cded6237b2e", clear: text,
      sealed: "a639b028545b25ff5129cae2eab00c6786392c3cda910e95455b90421a1025b4785124b0f0ac9da4b5e308d719e75731cdd4545adf25e89ee24524"),
    Vector(
      etype: 18, usage: .ticket, key: "7c2999fdafe593253cd654af4dfad71427a0aeb3fee9232f8af2211f9ee491c5", clear: text,
      sealed: "0c1d30b940a7d3c843aca9ae98cab5e4f958ccc2751f5101dbb51368055900f2ec62991af9d69731cc04eacf12e6fb1aecb99da49556199f4457b5"),
    Vector(
      etype: 18, usage: .authenticator, key: "7c2999fdafe593253cd654af4dfad71427a0aeb3fee9232f8af2211f9ee491c5", clear: text,
      sealed: "caaf6b9f730b7c9e1d63fa27a5ec999720f2e30f42faef228c0f9cf274dcc339354e729f6546d667279d4fda9c3ab837058a3c203a39dd4d34b9e6"),
    Vector(
      etype: 23, usage: .ticket, key: "7706f85d8690024ad6bda3401be9c8cb", clear: text,
      sealed: "3c862f89087d11afbecfcd8f9be5a5e80a85dfe6134719d8ac821433f0efae90b7caf375ac9f8192e35d2b31654d2c3d35c17fdc766735"),
    Vector(
      etype: 23, usage: .authenticator, key: "7706f85d8690024ad6bda3401be9c8cb", clear: text,
      sealed: "ca424f5dab96fe33013e60759d512893a47646c2657ecfe0516cf0a9083204ce647f72ecf66807469ae78fbc512e9820a1efdbb72d08eb"),
    Vector(
      etype: 19, usage: .ticket, key: "3705d96080c17728a0e800eab6e0d23c", clear: .counting(6),
      sealed: "84d7f30754ed987bab0bf3506beb09cfb55402cef7e6877ce99e247e52d16ed4421dfdf8976c"),
    Vector(
      etype: 19, usage: .ticket, key: "3705d96080c17728a0e800eab6e0d23c", clear: .counting(21),
      sealed: "720f73b18d9859cd6ccb4346115cd336c70f58edc0c4437c5573544c31c813bce1e6d072c186b39a413c2f92ca9b8334a287ffcbfc"),
    Vector(
      etype: 20, usage: .ticket, key: "6d404d37faf79f9df0d33568d320669800eb4836472ea8a026d16b7182460c52", clear: .counting(6),
      sealed: "4ed7b37c2bcac8f74f23c1cf07e62bc7b75fb3f637b9f559c7f664f69eab7b6092237526ea0d1f61cb20d69d10f2"),
    Vector(
      etype: 20, usage: .ticket, key: "6d404d37faf79f9df0d33568d320669800eb4836472ea8a026d16b7182460c52", clear: .counting(16),
      sealed: "bc47ffec7998eb91e8115cf8d19dac4bbbe2e163e87dd37f49beca92027764f68cf51f14d798c2273f35df574d1f932e40c4ff255b36a266"),
  ]

  private let ciphers: KerberosCiphers

  init() throws { ciphers = try KerberosCiphers() }

  @Test(arguments: vectors)
  func decryptsAsPublished(vector: Vector) throws {
    let (key, sealed) = ([UInt8](hex: vector.key), [UInt8](hex: vector.sealed))
    #expect(ciphers.keyCount(ofType: vector.etype) == key.count)
    #expect(ciphers.decrypt(sealed, ofType: vector.etype, key: key, vector.usage) == vector.clear)
    #expect(ciphers.decrypt(sealed, ofType: vector.etype, key: key, .reply) == nil, "the key of another usage")
    #expect(ciphers.decrypt(sealed, ofType: vector.etype, key: .counting(key.count), vector.usage) == nil, "another key")
    var altered = sealed
    altered[sealed.count / 2] ^= 1
    #expect(ciphers.decrypt(altered, ofType: vector.etype, key: key, vector.usage) == nil)
  }

  /// A text of any length, and a key of any: nothing is read beyond them.
  @Test(arguments: [Int32(17), 18, 19, 20, 23, 3, 16, 0, -1, .max])
  func survivesAnyLength(etype: Int32) {
    for count in 0...80 {
      #expect(ciphers.decrypt(.counting(count), ofType: etype, key: .counting(ciphers.keyCount(ofType: etype) ?? 16), .ticket) == nil)
      #expect(ciphers.decrypt(.counting(64), ofType: etype, key: .counting(count), .ticket) == nil)
    }
  }
}
