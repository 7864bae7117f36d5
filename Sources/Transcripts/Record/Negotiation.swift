package import Packets
package import Protocols

/// An SMB2 NEGOTIATE exchange: MS-SMB2 3.2.5.2, 3.3.5.4.
package struct Negotiation: Sendable {
  package var request: SMB2NegotiateRequest?
  package var requestStamp: MessageStamp?
  /// nil when there is no answer, or it is an error.
  package var response: SMB2NegotiateResponse?
  /// The answer, with its status.
  package var responseStamp: MessageStamp?
  /// What the server offers in its answer; empty when it leaves the choice to the client.
  package var mechanisms = SecurityMechanisms(rawValue: 0)
  package var hint = SPNEGOHint.none

  /// What the client offered, in its order; empty when that is not in the capture.
  package var offered: [SMB2Dialect] { request?.dialects ?? [] }
  package var chosen: SMB2Dialect? { response?.dialectRevision }

  /// Of the message whose end the capture lacks; nil when both are whole, or one is not there at all.
  package var cutFrame: Int? {
    if request?.isWhole == false { return requestStamp?.frame }
    return response?.isWhole == false ? responseStamp?.frame : nil
  }
}

/// An SMB1 NEGOTIATE exchange, which may also ask for SMB2: MS-SMB2 3.3.5.3.
package struct SMB1Negotiation: Sendable {
  package var request: SMB1NegotiateRequest?
  @OptionalStamp package var requestStamp: FrameStamp?
  /// The SMB1 answer; nil while there is none and when the server answers in SMB2.
  package var response: SMB1NegotiateResponse?
  package var responseFrame: Int?
  /// The server answered in SMB2: DialectRevision of that first answer.
  package var upgrade: SMB2Dialect?
  package var upgradeFrame: Int?
  /// What the two call their software in SESSION_SETUP; they give it once.
  package var clientSystem: SMB1NativeNames?
  package var serverSystem: SMB1NativeNames?

  /// There is an answer in SMB1, and no request in it.
  package var isAnswerOnly: Bool { request == nil && requestStamp == nil && responseFrame != nil }

  /// The dialect string the server took.
  package var chosen: String? {
    guard let index = response?.dialectIndex, let offered = request?.dialects, index < offered.count else { return nil }
    return offered[index]
  }

  /// The chosen one, where it is older than “NT LM 0.12” (Samba's name of it is “NT LANMAN 1.0”): MS-CIFS 1.7.
  package var oldDialect: String? {
    guard let chosen, chosen != "NT LM 0.12", chosen != "NT LANMAN 1.0", chosen.contains("LANMAN") || chosen.contains("LM1.2X002") else { return nil }
    return chosen
  }
}

/// hintName of the server's mechanism list: MS-SPNG 2.2.1.
package enum SPNEGOHint: UInt8, Sendable, Codable {
  case none
  /// The constant that says nothing.
  case empty
  case name

  init(_ hint: String?) { self = hint == nil ? .none : hint == SPNEGONegTokenInit.emptyHint ? .empty : .name }
}
