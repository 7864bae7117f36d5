package import Packets
import SwiftASN1

/// One Kerberos message: RFC 4120 5.4 to 5.10. Each is `[APPLICATION msg-type] SEQUENCE`.
package enum KerberosMessage: Hashable, Sendable {
  case asReq(KerberosKDCRequest)
  case asRep(KerberosKDCReply)
  case tgsReq(KerberosKDCRequest)
  case tgsRep(KerberosKDCReply)
  case apReq(KerberosAPRequest)
  /// RFC 4120 5.5.2: all but the encryption type is encrypted.
  case apRep(KerberosEncryptedData)
  case error(KerberosError)
  /// A message that a login does not need, such as KRB-PRIV.
  case other(KerberosMessageType)

  /// The longest message to read, in bytes. Tickets reach 64 KiB (MaxTokenSize), and a TGS-REQ can hold a few.
  package static let maximumCount = 0x4_0000

  /// Reads one message, without the length that precedes it on TCP (RFC 4120 7.2.2). What follows it is left alone.
  package init(_ bytes: [UInt8]) throws(DecodeError) {
    self = try decodeBER("Kerberos message", bytes) { node in
      let tag = node.identifier.tagNumber
      return try BER.explicitlyTagged(node, tagNumber: tag, tagClass: .application) { body in
        try Self(KerberosMessageType(rawValue: Int(tag)), body)
      }
    }
  }

  /// Reads an error or a request of which the capture has only the beginning, if the beginning says what it is about.
  ///
  /// - Returns: nil when it is not, and for a step that only the rest of the message completes.
  package init?(beginning bytes: [UInt8]) {
    guard let mended = BERElement.beginning(of: ByteView(bytes.span)), let message = try? Self(mended) else { return nil }
    switch message {
    case .error(let error) where !error.errorCode.isStepOfPreauthentication: self = message
    case .asReq(var request):
      request.etypes = []
      self = .asReq(request)
    default: return nil
    }
  }

  private init(_ type: KerberosMessageType, _ body: ASN1Node) throws {
    // RFC 4120 5.10: the application tag and msg-type are the same number. KDC-REQ numbers its fields from 1.
    let messageType = try BERFields(type.description, body)
      .required([.asReq, .tgsReq].contains(type) ? 2 : 1) { try Int(berEncoded: $0) }
    guard messageType == type.rawValue else {
      throw DecodeError(
        offset: 0, reason: .unexpected(field: "msg-type", value: UInt64(truncatingIfNeeded: messageType)))
    }
    switch type {
    case .asReq: self = .asReq(try KerberosKDCRequest(body))
    case .asRep: self = .asRep(try KerberosKDCReply(body))
    case .tgsReq: self = .tgsReq(try KerberosKDCRequest(body))
    case .tgsRep: self = .tgsRep(try KerberosKDCReply(body))
    case .apReq: self = .apReq(try KerberosAPRequest(body))
    case .apRep: self = .apRep(try BERFields("AP-REP", body).required(2, KerberosEncryptedData.init))
    case .error: self = .error(try KerberosError(body))
    default: self = .other(type)
    }
  }

  package var type: KerberosMessageType {
    switch self {
    case .asReq: .asReq
    case .asRep: .asRep
    case .tgsReq: .tgsReq
    case .tgsRep: .tgsRep
    case .apReq: .apReq
    case .apRep: .apRep
    case .error: .error
    case .other(let type): type
    }
  }

  /// Whether the bytes begin with a complete element that has the tag of a Kerberos message and holds a SEQUENCE.
  package static func isCredible(_ view: borrowing ByteView) -> Bool {
    guard let element = try? BERElement(view),
      element.identifier & 0xE0 == 0x60,
      KerberosMessageType(rawValue: Int(element.identifier & 0x1F)).name != nil
    else { return false }
    return (try? view.u8(at: element.headerCount)) == 0x30
  }
}
