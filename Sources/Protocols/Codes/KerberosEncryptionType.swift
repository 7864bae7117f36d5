/// Kerberos encryption type numbers (etypes): RFC 3961 8 and the IANA registry; negative ones are private.
package struct KerberosEncryptionType: RawRepresentable, Hashable, Sendable, Codable {
  package var rawValue: Int32
  package init(rawValue: Int32) { self.rawValue = rawValue }

  package static let aes128SHA1 = Self(rawValue: 17)
  package static let aes256SHA1 = Self(rawValue: 18)
  package static let rc4 = Self(rawValue: 23)

  /// Deprecated by RFC 6649 (DES, 56-bit RC4) or RFC 8429 (triple DES, RC4), or a Microsoft variant of RC4.
  package var isWeak: Bool {
    [1, 2, 3, 5, 7, 16, 23, 24, -128, -133, -135].contains(rawValue)
  }

  /// AES with SHA-2 (RFC 8009) or Camellia (RFC 6803): Active Directory knows neither.
  package var isRare: Bool { [19, 20, 25, 26].contains(rawValue) }

  /// The registered name, such as `aes256-cts-hmac-sha1-96`; `nil` when it is not listed here.
  package var name: String? { Self.names[rawValue] }

  private static let names: [Int32: String] = [
    1: "des-cbc-crc",
    2: "des-cbc-md4",
    3: "des-cbc-md5",
    5: "des3-cbc-md5",
    7: "des3-cbc-sha1",
    16: "des3-cbc-sha1-kd",
    17: "aes128-cts-hmac-sha1-96",
    18: "aes256-cts-hmac-sha1-96",
    19: "aes128-cts-hmac-sha256-128",
    20: "aes256-cts-hmac-sha384-192",
    23: "rc4-hmac",
    24: "rc4-hmac-exp",
    25: "camellia128-cts-cmac",
    26: "camellia256-cts-cmac",
    -128: "rc4-md4",
    -133: "rc4-hmac-old",
    -135: "rc4-hmac-old-exp",
  ]
}

extension KerberosEncryptionType: CustomStringConvertible {
  /// Name and number, such as `rc4-hmac (23)`; the number alone when it has no name here.
  package var description: String {
    name.map { "\($0) (\(rawValue))" } ?? "\(rawValue)"
  }
}
