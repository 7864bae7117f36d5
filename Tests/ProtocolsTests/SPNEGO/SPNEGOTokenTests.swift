import Packets
import Protocols
import Testing

@Suite struct SPNEGOTokenTests {
  static let spnegoOID: [UInt8] = [0x06, 0x06, 0x2B, 0x06, 0x01, 0x05, 0x05, 0x02]
  static let ntlmOID: [UInt8] = [0x06, 0x0A, 0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x02, 0x0A]
  static let kerberosOID: [UInt8] = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x12, 0x01, 0x02, 0x02]
  static let microsoftOID: [UInt8] = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x82, 0xF7, 0x12, 0x01, 0x02, 0x02]

  static let apReqToken = ber(0x60, kerberosOID, [0x01, 0x00], KerberosSamples.apReq(KerberosSamples.fileTicket))
  static let clientOffer = ber(
    0x60, spnegoOID,
    context(
      0, sequence(context(0, sequence(microsoftOID, kerberosOID, ntlmOID)), context(2, octets(apReqToken)))))
  /// NegTokenInit2 with negHints, as in a NEGOTIATE response.
  static let serverOffer = ber(
    0x60, spnegoOID,
    context(
      0,
      sequence(
        context(0, sequence(kerberosOID, ntlmOID)),
        context(3, sequence(context(0, string("not_defined_in_RFC4178@please_ignore")))))))
  static let answer = context(
    1,
    sequence(
      context(0, ber(0x0A, [1])), context(1, ntlmOID), context(2, octets(NTLMSamples.challenge))))

  static func token(_ bytes: [UInt8]) throws -> SPNEGOToken { try SPNEGOToken(ByteView(bytes.span)) }

  @Test func readsTheClientsOfferAndItsTicket() throws {
    guard case .negTokenInit(let offer) = try Self.token(Self.clientOffer) else {
      Issue.record("not a NegTokenInit")
      return
    }
    #expect(offer.mechTypes == [.microsoftKerberos, .kerberos, .ntlm])
    #expect(offer.mechTypes.map(\.description) == ["MS Kerberos", "Kerberos", "NTLMSSP"])
    #expect(offer.mechTypes.map(\.isKerberos) == [true, true, false])

    guard case .kerberos(let kerberos) = try Self.token(#require(offer.mechToken)),
      case .apReq(let request)? = kerberos.message
    else {
      Issue.record("not an AP-REQ")
      return
    }
    #expect(kerberos.mechanism == .kerberos)
    #expect(kerberos.id == .apReq)
    #expect(request.ticket.sname.description == "cifs/fs01.lab.example")
  }

  @Test func toleratesHints() throws {
    guard case .negTokenInit(let offer) = try Self.token(Self.serverOffer) else {
      Issue.record("not a NegTokenInit")
      return
    }
    #expect(offer.mechTypes == [.kerberos, .ntlm])
    #expect(offer.mechToken == nil)
  }

  @Test func readsTheServersAnswer() throws {
    guard case .negTokenResp(let answer) = try Self.token(Self.answer) else {
      Issue.record("not a NegTokenResp")
      return
    }
    #expect(answer.negState == .acceptIncomplete)
    #expect(answer.negState?.description == "accept-incomplete")
    #expect(answer.supportedMech == .ntlm)
    guard case .ntlm(.challenge) = try Self.token(#require(answer.responseToken)) else {
      Issue.record("not a CHALLENGE")
      return
    }
  }

  @Test func readsAnAnswerOfAStateAlone() throws {
    let reject = context(1, sequence(context(0, ber(0x0A, [2]))))
    guard case .negTokenResp(let answer) = try Self.token(reject) else {
      Issue.record("not a NegTokenResp")
      return
    }
    #expect(answer.negState == .reject)
    #expect(answer.supportedMech == nil)
    #expect(answer.responseToken == nil)
  }

  @Test func readsAKerberosErrorOfTheServer() throws {
    let bytes = ber(0x60, Self.kerberosOID, [0x03, 0x00], KerberosSamples.error(37))
    guard case .kerberos(let token) = try Self.token(bytes), case .error(let error)? = token.message else {
      Issue.record("not a KRB-ERROR")
      return
    }
    #expect(error.errorCode.rawValue == 37)
  }

  /// IAKERB-HEADER names the realm; the message to or from the KDC follows it.
  @Test func readsTheMessageBehindAnIAKERBHeader() throws {
    let oid: [UInt8] = [0x06, 0x06, 0x2B, 0x06, 0x01, 0x05, 0x02, 0x05]
    let header = sequence(context(1, ber(0x0C, Array("LAB.EXAMPLE".utf8))))
    let bytes = ber(0x60, oid, [0x05, 0x01], header, KerberosSamples.error(25))
    guard case .kerberos(let token) = try Self.token(bytes), case .error(let error)? = token.message else {
      Issue.record("not a KRB-ERROR")
      return
    }
    #expect(token.mechanism == .iakerb)
    #expect(token.id == .iakerbProxy)
    #expect(error.errorCode == .preauthRequired)

    guard case .kerberos(let question) = try Self.token(ber(0x60, oid, [0x05, 0x01], header)) else {
      Issue.record("not a Kerberos token")
      return
    }
    #expect(question.message == nil)
  }

  @Test func keepsAUserToUserTokenUnread() throws {
    guard case .kerberos(let token) = try Self.token(ber(0x60, Self.kerberosOID, [0x04, 0x00, 0x30, 0x00])) else {
      Issue.record("not a Kerberos token")
      return
    }
    #expect(token.id.rawValue == 0x0400)
    #expect(token.message == nil)
  }

  @Test(arguments: [Array("NEGOEXTS and more of it".utf8), [0x30, 0x00], ber(0x60, [0x06, 0x01, 0x2A], [1, 2, 3])])
  func keepsTheBeginningOfAnUnknownToken(bytes: [UInt8]) throws {
    #expect(try Self.token(bytes) == .unknown(Array(bytes.prefix(16))))
  }

  @Test func keepsAnUnknownMechanism() throws {
    let bytes = context(0, sequence(context(0, sequence([0x06, 0x03, 0x2A, 0x03, 0x04]))))
    guard case .negTokenInit(let offer) = try Self.token(bytes) else {
      Issue.record("not a NegTokenInit")
      return
    }
    #expect(offer.mechTypes.map(\.description) == ["1.2.3.4"])
  }

  static let samples = [clientOffer, serverOffer, answer, apReqToken]

  @Test(arguments: samples)
  func refusesATruncatedToken(bytes: [UInt8]) {
    for count in bytes.indices {
      #expect(throws: DecodeError.self) { try Self.token(Array(bytes.prefix(count))) }
    }
  }

  @Test(arguments: samples)
  func survivesAWrongByte(bytes: [UInt8]) {
    for index in bytes.indices {
      for value in [0, 0x1F, 0x7F, 0x80, 0x84, 0xFF, bytes[index] ^ 1] as [UInt8] {
        var damaged = bytes
        damaged[index] = value
        _ = try? Self.token(damaged)
      }
    }
  }
}
