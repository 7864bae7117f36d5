package import Protocols

/// One decoded message, for those who want to see them all.
package struct ObservedMessage {
  package enum Content {
    /// NEGOTIATE has no body: what it said is in the exchange.
    case smb1(SMB1Header, SMB1Negotiation?, SMB1Body?)
    case smb2(SMB2Header, SMB2Body?)
    case encrypted(sessionID: UInt64)
    /// A compressed message that stays closed.
    case compressed(isUnreadable: Bool)
    case kerberos(KerberosMessage)
    case dns(DNSMessage)
  }

  package var content: Content
  package var origin: MessageOrigin
  /// As Wireshark's `tcp.stream` counts; nil on UDP.
  package var tcpStream: Int?
}

/// Sees every control-plane message as it is completed.
package protocol MessageObserver: AnyObject {
  func observe(_ message: ObservedMessage)
}
