import Cryptography
import TestSupport
import Testing

@testable import Proof

/// The examples of MS-NLMP 4.2: User, Domain, Password.
@Suite struct NTLMLogonTests {
  private let library: Libcrypto
  private let hash: [UInt8]

  init() throws {
    library = try Libcrypto()
    hash = library.ntHash(ofPassword: "Password")
  }

  private static let unicode: UInt32 = 0x0000_0001
  private static let extended: UInt32 = 0x0008_0000
  private static let keyExchange: UInt32 = 0x4000_0000

  /// The three messages with the challenge 01 23 45 67 89 ab cd ef.
  private func logon(
    lm: [UInt8], nt: [UInt8], flags: UInt32, user: String = "User", domain: String = "Domain", sessionKey: [UInt8] = []
  ) -> Proof.NTLMLogon {
    var logon = Proof.NTLMLogon()
    logon.read(ByteWriter().ascii("NTLMSSP\0").u32le(1).u32le(flags).raw([UInt8](repeating: 0, count: 16)).bytes)
    logon.read(
      ByteWriter().ascii("NTLMSSP\0").u32le(2).u16le(0).u16le(0).u32le(32).u32le(flags).raw([UInt8](hex: "0123456789abcdef")).bytes)
    let fields = [lm, nt, [UInt8](utf16: domain), [UInt8](utf16: user), [], sessionKey]
    var header = ByteWriter().ascii("NTLMSSP\0").u32le(3)
    var place = 64
    for field in fields {
      header = header.u16le(UInt16(field.count)).u16le(UInt16(field.count)).u32le(UInt32(place))
      place += field.count
    }
    logon.read(header.u32le(flags).raw(fields.flatMap(\.self)).bytes)
    return logon
  }

  private func key(_ verdict: Proof.NTLMLogon.Verdict) -> [UInt8]? {
    if case .fits(let key, _) = verdict { key } else { nil }
  }

  private func differs(_ verdict: Proof.NTLMLogon.Verdict) -> Bool { if case .differs = verdict { true } else { false } }

  @Test func hashesThePassword() {
    #expect(hash == [UInt8](hex: "a4f49c406510bdcab6824ee7c30fd852"))
  }

  /// 4.2.2: KeyExchangeKey is the SessionBaseKey, 4.2.2.1.3.
  @Test func knowsVersion1() {
    let response = [UInt8](hex: "67c43011f30298a2ad35ece64f16331c44bdbed927841f94")
    let logon = logon(lm: .counting(24), nt: response, flags: Self.unicode)
    #expect(key(logon.judge(hash, library)) == [UInt8](hex: "d87262b0cde4b1cb7499becccdf10784"))
    #expect(differs(logon.judge(library.ntHash(ofPassword: "password"), library)))
  }

  /// 4.2.3: with extended session security, KeyExchangeKey of 4.2.3.1.3.
  @Test func knowsVersion1WithExtendedSecurity() {
    let response = [UInt8](hex: "7537f803ae367128ca458204bde7caf81e97ed2683267232")
    let challenge = [UInt8](repeating: 0xaa, count: 8) + [UInt8](repeating: 0, count: 16)
    let logon = logon(lm: challenge, nt: response, flags: Self.unicode | Self.extended)
    #expect(key(logon.judge(hash, library)) == [UInt8](hex: "eb93429a8bd952f8b89c55b87f475edc"))
    #expect(differs(logon.judge(library.ntHash(ofPassword: ""), library)))
  }

  /// 4.2.4: NTProofStr, SessionBaseKey and EncryptedRandomSessionKey.
  @Test func knowsVersion2() {
    let temp = [UInt8](hex: "01010000000000000000000000000000aaaaaaaaaaaaaaaa00000000"
      + "02000c0044006f006d00610069006e0001000c005300650072007600650072000000000000000000")
    let response = [UInt8](hex: "68cd0ab851e51c96aabc927bebef6a1c") + temp
    let flags = Self.unicode | Self.extended
    let plain = logon(lm: .counting(24), nt: response, flags: flags)
    #expect(key(plain.judge(hash, library)) == [UInt8](hex: "8de40ccadbc14a82f15cb0ad0de95ca3"))
    let exchanged = logon(
      lm: .counting(24), nt: response, flags: flags | Self.keyExchange, sessionKey: [UInt8](hex: "c5dad2544fc9799094ce1ce90bc9d03e"))
    #expect(key(exchanged.judge(hash, library)) == [UInt8](repeating: 0x55, count: 16))
  }

  /// The names go into the response: of another user it is made with another key.
  @Test func saysThatAnotherWasUsed() {
    let temp = [UInt8](hex: "01010000000000000000000000000000aaaaaaaaaaaaaaaa00000000"
      + "02000c0044006f006d00610069006e0001000c005300650072007600650072000000000000000000")
    let response = [UInt8](hex: "68cd0ab851e51c96aabc927bebef6a1c") + temp
    let flags = Self.unicode | Self.extended
    #expect(key(logon(lm: [], nt: response, flags: flags, user: "uSER").judge(hash, library)) != nil)
    #expect(differs(logon(lm: [], nt: response, flags: flags, user: "Other").judge(hash, library)))
    #expect(differs(logon(lm: [], nt: response, flags: flags, domain: "domain").judge(hash, library)))
    var changed = response
    changed[3] ^= 1
    #expect(differs(logon(lm: [], nt: changed, flags: flags).judge(hash, library)))
  }

  @Test func knowsNothingWithoutAResponse() {
    for logon in [Proof.NTLMLogon(), logon(lm: [], nt: [], flags: Self.unicode)] {
      guard case .unknown = logon.judge(hash, library) else {
        Issue.record("it has no response")
        continue
      }
    }
    #expect(logon(lm: [0], nt: [], flags: Self.unicode, user: "").account == nil)
  }

  /// Every cut and every byte that lies: no trap, and nothing fits.
  @Test func refusesTruncatedTokens() {
    let response = [UInt8](hex: "67c43011f30298a2ad35ece64f16331c44bdbed927841f94")
    let whole = logon(lm: .counting(24), nt: response, flags: Self.unicode)
    #expect(key(whole.judge(hash, library)) != nil)
    for count in 0..<64 {
      var logon = whole
      logon.read(Array(([UInt8](hex: "4e544c4d5353500003000000") + [UInt8](repeating: 0xff, count: 64)).prefix(count)))
      if count >= 12 { #expect(key(logon.judge(hash, library)) == nil) }
    }
  }
}
