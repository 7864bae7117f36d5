import Cryptography
import Packets
import Protocols
import TestSupport
import Testing

@testable import Proof

/// Keys and signatures against published vectors.
@Suite struct KeyDerivationTests {
  private let library: Libcrypto

  init() throws { library = try Libcrypto() }

  /// Of "SMB 2 and SMB 3 security in Windows 10: the anatomy of signing and cryptographic keys" (Microsoft Open Specifications).
  @Test(arguments: [
    (
      SMB2Dialect.smb300, "7CD451825D0450D235424E44BA6E78CC", "", "0B7E9C5CAC36C0F6EA9AB275298CEDCE"
    ),
    (
      .smb311, "270E1BA896585EEB7AF3472D3B4C75A7",
      "0DD13628CC3ED218EF9DF9772D436D0887AB9814BFAE63A80AA845F36909DB7928622DDDAD522D9751640A459762C5A9D6BB084CBB3CE6BDADEF5D5BCE3C6C01",
      "73FE7A9A77BEF0BDE49C650D8CCB5F76"
    ),
  ])
  func derivesThePublishedSigningKey(dialect: SMB2Dialect, session: String, hash: String, signing: String) throws {
    let agreement = Agreement(dialect: dialect, signing: .aesCMAC, cipher: .none)
    let derived = try #require(
      SessionKeys.signer(library, agreement, sessionKey: [UInt8](hex: session), hash: [UInt8](hex: hash)))
    let known = try #require(Signer(library, .aesCMAC, key: [UInt8](hex: signing)))
    let message = SMB2Bytes.request(3, 4, session: 5, .counting(40)).signed.bytes
    #expect(sign(message, derived) == sign(message, known))
    // A test that would also pass with any key is none.
    let other = try #require(Signer(library, .aesCMAC, key: .counting(16)))
    #expect(sign(message, other) != sign(message, known))
  }

  private func sign(_ message: [UInt8], _ signer: Signer) -> [UInt64]? {
    let bytes = message.span
    return signer.sign(bytes.extracting(0..<48), hole: 16, bytes.extracting(64..<message.count), nonce: .init(repeating: 0))
      .map { [$0.0, $0.1] }
  }

  /// RFC 4493 4, RFC 4231 4.2.
  @Test func signsAsPublished() throws {
    let cmac = try #require(Signer(library, .aesCMAC, key: [UInt8](hex: "2b7e151628aed2a6abf7158809cf4f3c")))
    let nothing: [UInt8] = []
    let block = [UInt8](hex: "6bc1bee22e409f96e93d7e117393172a")
    #expect(words(cmac.sign(nothing.span, hole: 0, nothing.span, nonce: .init(repeating: 0))) == "bb1d6929e95937287fa37d129b756746")
    #expect(words(cmac.sign(block.span, hole: 0, nothing.span, nonce: .init(repeating: 0))) == "070a16b46b4d4144f79bdd9dd04a287c")
    let hmac = try #require(Signer(library, .hmacSHA256, key: [UInt8](repeating: 0x0b, count: 20)))
    let text = Array("Hi There".utf8)
    #expect(words(hmac.sign(text.span, hole: 0, nothing.span, nonce: .init(repeating: 0))) == "b0344c61d8db38535ca8afceaf0bf12b")
  }

  @Test(arguments: [0, 15, 17, 65])
  func refusesKeysOfOtherSizes(count: Int) {
    #expect(Signer(library, .aesCMAC, key: .counting(count)) == nil)
    #expect(Signer(library, .aesGMAC, key: .counting(count)) == nil)
    #expect((Signer(library, .hmacSHA256, key: .counting(count)) == nil) == (count > 64))
  }

  /// Whatever lengths a message claims, nothing is read or made beyond it.
  @Test func opensNothingOfATruncatedMessage() throws {
    let agreement = Agreement(dialect: .smb311, signing: .aesGMAC, cipher: SMB2Cipher(rawValue: 2))
    let keys = try #require(SessionKeys(library, agreement, sessionKey: .counting(16), hash: .counting(64)))
    let whole = ByteWriter().raw([0xfd, 0x53, 0x4d, 0x42]).raw(.counting(32)).u32le(20).u16le(0).u16le(1).u64le(7).raw(.counting(20)).bytes
    let view = ByteView(whole.span)
    #expect(try keys.unseal(view, isFromServer: false) == nil)
    for count in whole.indices {
      let cut = Array(whole.prefix(count))
      let view = ByteView(cut.span)
      #expect(throws: DecodeError.self) { try keys.unseal(view, isFromServer: false) }
    }
    for size: UInt32 in [21, 0x7fff_ffff, .max] {
      let lie = whole.replacing(size, at: 36)
      let view = ByteView(lie.span)
      #expect(throws: DecodeError.self) { try keys.unseal(view, isFromServer: false) }
    }
    let empty = whole.replacing(0, at: 36)
    let nothing = ByteView(empty.span)
    #expect(try keys.unseal(nothing, isFromServer: true) == nil)
  }

  private func words(_ signature: (UInt64, UInt64)?) -> String? {
    signature.map { [$0.0, $0.1].map { hexadecimal($0.byteSwapped).dropFirst(2) }.joined() }
  }

  @Test func saysNothingOfASecret() {
    let secret = Secret(Array("Correct-Horse-7".utf8))
    #expect("\(secret)" == "secret")
    #expect(String(reflecting: secret) == "secret")
    var dumped = ""
    dump(secret, to: &dumped)
    #expect(!dumped.contains("67"))
    #expect(secret.bytes == Array("Correct-Horse-7".utf8))
  }
}

extension [UInt8] {
  init(hex: String) {
    let digits = hex.compactMap(\.hexDigitValue)
    self = stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }

  func replacing(_ value: UInt32, at offset: Int) -> [UInt8] {
    Array(self[..<offset]) + [UInt8].littleEndian(value) + Array(self[(offset + 4)...])
  }
}
