package import Cryptography
import Packets
import Protocols

/// The three messages of an NTLM logon as they came, and what a password says about them: MS-NLMP 3.3, 3.4.5.
package struct NTLMLogon: Sendable {
  private enum Limit {
    /// A token is longer only with fields that no client sends.
    static let token = 64 * 1024
  }

  package enum Verdict: Sendable {
    /// The response was made with this password.
    case fits(sessionKey: [UInt8], hasRightMIC: Bool?)
    /// It was made with another one.
    case differs
    /// A message is missing, or there is no response.
    case unknown
  }

  private var negotiate: [UInt8] = []
  private var challenge: [UInt8] = []
  private var authenticate: [UInt8] = []

  package init() {}

  /// The client has sent its response.
  package var isComplete: Bool { !challenge.isEmpty && !authenticate.isEmpty }

  /// Takes one security buffer of SESSION_SETUP.
  package mutating func read(_ buffer: [UInt8]) {
    guard let token = Self.token(in: buffer), token.count <= Limit.token,
      let type = try? ByteView(token.span).u32le(at: 8)
    else { return }
    switch type {
    case 1: self = Self(negotiate: token)
    case 2: challenge = token
    case 3: authenticate = token
    default: break
    }
  }

  private init(negotiate: [UInt8]) { self.negotiate = negotiate }

  /// A logon of SMB1 without tokens, as tokens would say it: MS-CIFS 2.2.4.53.1.
  package init(user: String, domain: String, challenge: [UInt8], lmResponse: [UInt8], ntResponse: [UInt8]) {
    guard challenge.count == 8 else { return }
    let signature = Array("NTLMSSP".utf8) + [0]
    let nothing = [UInt8](repeating: 0, count: 12)
    self.challenge = signature + [2, 0, 0, 0] + nothing + challenge + nothing + nothing
    let parts = [lmResponse, ntResponse, domain.utf16LittleEndian, user.utf16LittleEndian, [], []]
    let head = 64
    guard parts.reduce(head, { $0 + $1.count }) <= Limit.token, parts.allSatisfy({ $0.count <= UInt16.max }) else { return }
    var fields: [UInt8] = []
    var place = head
    for part in parts {
      let count = [UInt8(truncatingIfNeeded: part.count), UInt8(part.count >> 8)]
      fields += count + count + (0..<4).map { UInt8(truncatingIfNeeded: place >> (8 * $0)) }
      place += part.count
    }
    // The names are in Unicode.
    authenticate = signature + [3, 0, 0, 0] + fields + [1, 0, 0, 0] + parts.flatMap(\.self)
  }

  /// NTLM may come with SPNEGO around it, or without.
  private static func token(in buffer: [UInt8]) -> [UInt8]? {
    let view = ByteView(buffer.span)
    if NTLMMessage.isCredible(view) { return buffer }
    let inner: [UInt8]?
    switch try? SPNEGOToken(view) {
    case .negTokenInit(let offer): inner = offer.mechToken
    case .negTokenResp(let answer): inner = answer.responseToken
    default: inner = nil
    }
    guard let inner, NTLMMessage.isCredible(ByteView(inner.span)) else { return nil }
    return inner
  }

  /// The response is bound to a TLS connection: MsvAvChannelBindings, MS-NLMP 2.2.2.1.
  package var hasChannelBindings: Bool { proof?.clientPairs?.hasChannelBindings ?? false }

  /// What Samba's file server calls its ServerGuid: its NetBIOS name in small letters. nil without a CHALLENGE.
  package var guidOfSamba: [UInt8]? {
    guard let server = try? NTLMChallenge(ByteView(challenge.span)), let name = server.targetInfo?.nbComputerName, name.utf8.count <= 16
    else { return nil }
    return (Array(name.lowercased().utf8) + [UInt8](repeating: 0, count: 16)).prefix(16).map(\.self)
  }

  /// Who logs on; nil before the response, and for a logon without a user.
  package var account: (user: String, domain: String)? {
    guard let proof, !proof.isAnonymous, !proof.user.isEmpty else { return nil }
    return (proof.user, proof.domain)
  }

  private var proof: NTLMAuthenticate? {
    guard isComplete, var proof = try? NTLMAuthenticate(ByteView(authenticate.span)),
      let server = try? NTLMChallenge(ByteView(challenge.span))
    else { return nil }
    if server.flags.contains(.unicode), !proof.flags.contains(.unicode) { proof.readNamesAsUnicode() }
    return proof
  }

  // MARK: The proof

  /// - Parameter hash: NTOWFv1 of the password.
  package func judge(_ hash: [UInt8], _ library: Libcrypto) -> Verdict {
    guard let proof, let fields = try? Fields(authenticate, challenge) else { return .unknown }
    guard let base = sessionBaseKey(proof, fields, hash, library) else {
      return proof.response == .none ? .unknown : .differs
    }
    let exchange = keyExchangeKey(proof, fields, base, library)
    let key =
      proof.flags.contains(.keyExchange) && fields.sessionKey.count == 16 ? library.rc4(key: exchange, fields.sessionKey) : exchange
    return .fits(sessionKey: key, hasRightMIC: hasRightMIC(proof, key, library))
  }

  /// nil when the response was not made with this password.
  private func sessionBaseKey(_ proof: NTLMAuthenticate, _ fields: Fields, _ hash: [UInt8], _ library: Libcrypto) -> [UInt8]? {
    switch proof.response {
    case .none: return nil
    case .ntlmV1: return response(hash, fields.challenge, library) == fields.ntResponse ? library.md4(hash) : nil
    case .ntlmV1ExtendedSession:
      // 3.3.1: both challenges, hashed.
      let challenge = Array(library.md5(fields.challenge + fields.lmResponse.prefix(8)).prefix(8))
      return response(hash, challenge, library) == fields.ntResponse ? library.md4(hash) : nil
    case .ntlmV2:
      // Servers take the response with the domain's name, and some without it.
      for domain in [proof.domain, ""] {
        let key = library.hmac(.md5, key: hash, (proof.user.simplyUppercased + domain).utf16LittleEndian)
        let expected = library.hmac(.md5, key: key, fields.challenge + fields.ntResponse.dropFirst(16))
        if expected == Array(fields.ntResponse.prefix(16)) { return library.hmac(.md5, key: key, expected) }
      }
      return nil
    }
  }

  /// DESL: MS-NLMP 6.
  private func response(_ hash: [UInt8], _ challenge: [UInt8], _ library: Libcrypto) -> [UInt8] {
    let key = hash + [UInt8](repeating: 0, count: max(0, 21 - hash.count))
    return stride(from: 0, to: 21, by: 7).flatMap { library.des(key: Array(key[$0..<($0 + 7)]), challenge) ?? [] }
  }

  /// KXKEY: 3.4.5.1.
  private func keyExchangeKey(_ proof: NTLMAuthenticate, _ fields: Fields, _ base: [UInt8], _ library: Libcrypto) -> [UInt8] {
    guard proof.response == .ntlmV1ExtendedSession else { return base }
    return library.hmac(.md5, key: base, fields.challenge + fields.lmResponse.prefix(8))
  }

  /// 3.1.5.1.2: over all three messages, with zeros in its own place.
  private func hasRightMIC(_ proof: NTLMAuthenticate, _ key: [UInt8], _ library: Libcrypto) -> Bool? {
    guard proof.hasMIC, !negotiate.isEmpty else { return nil }
    let place = proof.flags.contains(.version) ? 72 : 64
    guard authenticate.count >= place + 16 else { return nil }
    var blank = authenticate
    for offset in place..<(place + 16) { blank[offset] = 0 }
    return library.hmac(.md5, key: key, negotiate + challenge + blank) == Array(authenticate[place..<(place + 16)])
  }

  /// What the proof is made of.
  private struct Fields {
    let challenge: [UInt8]
    let lmResponse: [UInt8]
    let ntResponse: [UInt8]
    /// EncryptedRandomSessionKey; empty without it.
    let sessionKey: [UInt8]

    init(_ authenticate: [UInt8], _ challenge: [UInt8]) throws(DecodeError) {
      let (message, question) = (ByteView(authenticate.span), ByteView(challenge.span))
      self.challenge = try question.view(at: 24, count: 8).copy()
      lmResponse = try NTLMField(message, at: 12).bytes(in: message).copy()
      ntResponse = try NTLMField(message, at: 20).bytes(in: message).copy()
      sessionKey = (try? NTLMField(message, at: 52).bytes(in: message).copy()) ?? []
    }
  }
}

extension Libcrypto {
  /// NTOWFv1 of a password: MS-NLMP 3.3.1.
  package func ntHash(ofPassword password: String) -> [UInt8] { md4(password.utf16LittleEndian) }
}

extension String {
  package var utf16LittleEndian: [UInt8] { utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] } }

  /// As Windows does it: character by character, none of which becomes two.
  var simplyUppercased: String {
    var result = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      let mapped = scalar.properties.uppercaseMapping.unicodeScalars
      if mapped.count == 1, let first = mapped.first { result.append(first) } else { result.append(scalar) }
    }
    return String(result)
  }
}
