package import Packets
package import Protocols

/// A request to a KDC and its answer: RFC 4120 3.1 and 3.3.
package struct KerberosExchange: Sendable {
  package enum Transport: Hashable, Sendable {
    case udp
    case tcp(stream: Int)
  }

  package var client: IPAddress
  package var kdc: Endpoint
  package var transport: Transport
  package var request: KerberosRequestFacts?
  package var reply: FrameStamp?
  /// nil when a ticket came, or no answer.
  package var error: KerberosError?
  /// Of the ticket that was granted.
  package var ticketFingerprint: UInt64?
  /// The same request was granted later.
  package var succeededLater = false
  /// A connection with SMB of the same client is in the recording.
  package var isBesideSMB = false
}

/// What a request asked for.
package struct KerberosRequestFacts: Hashable, Sendable {
  package var stamp: FrameStamp
  /// AS-REQ asks for the first ticket and proves the password; TGS-REQ asks for a service's.
  package var isInitial: Bool
  package var cname: String?
  package var realm: String
  package var sname: String
  package var etypes: [KerberosEncryptionType]
  package var hasPreauthentication: Bool
  package var isArmored: Bool
}
