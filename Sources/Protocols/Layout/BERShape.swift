/// What a value in BER (X.690 8.1) is, and whether redaction may show it. A value of any other shape is unknown.
package indirect enum BERShape: Sendable {
  /// BOOLEAN, INTEGER, BIT STRING of flags, NULL, ENUMERATED: of a few bytes.
  case number
  /// GeneralizedTime, UTCTime.
  case time
  case objectIdentifier
  /// A character string, or an OCTET STRING of text.
  case name
  /// Any value whose content is a key or a proof, or is meant for one party only.
  case secret
  /// CMS, whose contents smbdx does not read: only tags, lengths and object identifiers are shown.
  case skeleton
  /// A value inside an OCTET STRING.
  case octets(BERShape)
  /// A token of GSS-API or NTLM: RFC 2743 3.1, MS-NLMP.
  case token
  /// Fields with explicit context tags.
  case sequence([Int: BERShape])
  case list(of: BERShape)
  /// A value behind a tag of its own, with the identifier octet.
  case tagged(UInt8, BERShape)
  /// One of several, told apart by their identifier octets.
  case choice([UInt8: BERShape])
  /// RFC 4120 5.2.7, `PA-DATA ::= SEQUENCE { padata-type [1] Int32, padata-value [2] OCTET STRING }`: the type says what
  /// the value is. KERB-ERROR-DATA has the same form.
  case paData
  /// RFC 4120 5.2.5, `HostAddress ::= SEQUENCE { addr-type [0] Int32, address [1] OCTET STRING }`
  case hostAddress
}

/// Messages of Kerberos: RFC 4120 5, with MS-KILE 2.2 and RFC 6113 5.4.
package enum KerberosShape {
  /// RFC 4120 5.10: each kind of message has a tag of its own.
  package static let message = BERShape.choice([
    0x6a: .tagged(0x6a, request), 0x6b: .tagged(0x6b, reply), 0x6c: .tagged(0x6c, request), 0x6d: .tagged(0x6d, reply),
    0x6e: apRequest, 0x6f: .tagged(0x6f, .sequence([0: .number, 1: .number, 2: encrypted])), 0x7e: .tagged(0x7e, error),
  ])
  /// User-to-user: draft-ietf-cat-user2user 2.
  package static let ticketRequest = BERShape.sequence([0: .number, 1: .number, 2: principal, 3: .name])
  package static let ticketReply = BERShape.sequence([0: .number, 1: .number, 2: ticket])

  private static let principal = BERShape.sequence([0: .number, 1: .list(of: .name)])
  private static let encrypted = BERShape.sequence([0: .number, 1: .number, 2: .secret])
  private static let checksum = BERShape.sequence([0: .number, 1: .secret])
  private static let ticket = BERShape.tagged(0x61, .sequence([0: .number, 1: .name, 2: principal, 3: encrypted]))
  private static let apRequest = BERShape.tagged(
    0x6e, .sequence([0: .number, 1: .number, 2: .number, 3: ticket, 4: encrypted]))

  private static let request = BERShape.sequence([
    1: .number, 2: .number, 3: .list(of: .paData),
    4: .sequence([
      0: .number, 1: principal, 2: .name, 3: principal, 4: .time, 5: .time, 6: .time, 7: .number, 8: .list(of: .number),
      9: .list(of: .hostAddress), 10: encrypted, 11: .list(of: ticket),
    ]),
  ])
  private static let reply = BERShape.sequence([
    0: .number, 1: .number, 2: .list(of: .paData), 3: .name, 4: principal, 5: ticket, 6: encrypted,
  ])
  private static let error = BERShape.sequence([
    0: .number, 1: .number, 2: .time, 3: .number, 4: .time, 5: .number, 6: .number, 7: .name, 8: principal, 9: .name,
    10: principal, 11: .name, 12: .octets(errorData),
  ])
  /// 5.9.1: METHOD-DATA, or KERB-ERROR-DATA (MS-KILE 2.2.2), which has the form of one PA-DATA.
  private static let errorData = BERShape.choice([0x30: .paData])

  private static let etypeInfo = BERShape.octets(.list(of: .sequence([0: .number, 1: .name, 2: .secret])))
  /// RFC 6113 5.4.2, 5.4.3: what [0] holds is the armor of a request, `SEQUENCE { armor-type [0], armor-value [1] }`, or the
  /// EncryptedData of a reply.
  private static let fast = BERShape.octets(
    .tagged(
      0xa0,
      .sequence([
        0: .sequence([0: .number, 1: .choice([0x02: .number, 0x04: .octets(apRequest)]), 2: .secret]), 1: checksum, 2: encrypted,
      ])))

  /// The value of a PA-DATA, by its type: RFC 4120 5.2.7, 7.5.2.
  package static func padata(_ type: Int) -> BERShape {
    switch type {
    case 1: .octets(apRequest)  // PA-TGS-REQ
    case 2: .octets(encrypted)  // PA-ENC-TIMESTAMP
    case 11, 19: etypeInfo
    // PKINIT (RFC 4556 3.2), whose CMS Wireshark reads.
    case 14, 15, 16, 17: .octets(.skeleton)
    case 128: .octets(.sequence([0: .number]))  // PA-PAC-REQUEST
    case 129: .octets(.sequence([0: principal, 1: .name, 2: checksum, 3: .name]))  // PA-FOR-USER
    case 136: fast
    case 165, 167: .octets(.sequence([0: .number]))  // PA-PAC-OPTIONS
    default: .secret
    }
  }
}

/// Tokens of SPNEGO: RFC 4178 4.2, MS-SPNG 2.2.1.
package enum SPNEGOShape {
  /// NegTokenInit, or NegTokenInit2, which has hints where the other has a MIC.
  package static let initToken = BERShape.tagged(
    0xa0,
    .sequence([
      0: .list(of: .objectIdentifier), 1: .number, 2: .octets(.token),
      3: .choice([0x04: .secret, 0x30: .sequence([0: .name, 1: .secret])]), 4: .secret,
    ]))
  package static let response = BERShape.tagged(
    0xa1, .sequence([0: .number, 1: .objectIdentifier, 2: .octets(.token), 3: .secret]))
}
