import Packets
import TestSupport
import Testing

@testable import Protocols

/// The short way through a token of SPNEGO against swift-asn1: whatever it reads, it reads the same.
@Suite struct PlainTokenTests {
  private static let samples = [inner(SPNEGOTokenTests.clientOffer), inner(SPNEGOTokenTests.serverOffer), SPNEGOTokenTests.answer]

  private static func inner(_ token: [UInt8]) -> [UInt8] { (try? GSSInitialToken(ByteView(token.span)).innerToken(in: ByteView(token.span)).copy()) ?? [] }

  private func plain(_ bytes: [UInt8]) -> SPNEGOToken? { SPNEGOToken.plain(ByteView(bytes.span)) }

  @Test(arguments: samples) func readsTheUsualForm(token: [UInt8]) throws {
    #expect(try plain(token) == SPNEGOToken.general(token))
    #expect(plain(token) != nil)
  }

  @Test(arguments: samples) func agreesOnEveryCut(token: [UInt8]) {
    for count in token.indices { compare(Array(token.prefix(count))) }
    // What follows is none of its business.
    compare(token + [1, 2, 3])
  }

  @Test(arguments: samples) func agreesOnDamage(token: [UInt8]) {
    var generator = SeededGenerator(seed: 7)
    var read = 0
    for _ in 0..<20_000 {
      var bytes = token
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: .min ... .max, using: &generator)
      }
      read += compare(bytes) ? 1 : 0
    }
    #expect(read > 100)
  }

  /// - Returns: whether the short way was taken.
  @discardableResult private func compare(_ bytes: [UInt8]) -> Bool {
    guard let ours = plain(bytes) else { return false }
    #expect(ours == (try? SPNEGOToken.general(bytes)), "\(bytes)")
    return true
  }
}
