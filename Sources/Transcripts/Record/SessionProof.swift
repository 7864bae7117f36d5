package import Packets
package import Proof

/// What the user's keys prove about one session, or about a refused logon.
package struct SessionProof: Sendable, Codable {
  /// Whether a password fits the NTLM response.
  package enum Password: Sendable, Codable {
    /// No password was given for this user, or there is no response.
    case unknown
    /// The response was made with the password that was given.
    case fits
    /// It was made with another one.
    case differs
  }

  /// A message whose signature is wrong.
  package struct Wrong: Sendable, Codable {
    package var frame: Int
    /// `TREE_CONNECT`
    package var command: String
    /// What was altered, if that was found.
    package var alteration: Alteration?
  }

  /// Signatures of one side.
  package struct Signatures: Sendable, Codable {
    package internal(set) var right = 0
    package internal(set) var wrong = 0
    /// Too long, or not whole in the recording.
    package internal(set) var unverified = 0
    @OptionalFrame package internal(set) var firstRightFrame: Int?
    package internal(set) var firstWrong: Wrong?

    package var checked: Int { right + wrong }
  }

  package internal(set) var sessionID: UInt64
  /// Of the AUTHENTICATE message of the logon, or of its ticket; nil without either.
  @OptionalFrame package internal(set) var responseFrame: Int?
  package internal(set) var user: String?
  package internal(set) var password = Password.unknown
  /// The MIC of the AUTHENTICATE message; nil without one.
  package internal(set) var hasRightMIC: Bool?
  /// The response, which the password proves, is bound to a TLS connection: SMB over TCP has none.
  package internal(set) var hasChannelBindings = false
  /// What a keytab says of the ticket; nil when none was given for its service.
  package internal(set) var ticket: TicketVerdict?
  /// The session's key is the one that the ticket and the server's answer hold.
  package internal(set) var hasKeyOfTicket = false
  /// The user gave the key of this session.
  package internal(set) var hasGivenKey = false
  /// nil without a key.
  package internal(set) var agreement: Agreement?
  package internal(set) var client = Signatures()
  package internal(set) var server = Signatures()
  package internal(set) var decrypted = 0
  /// Messages whose seal is broken, for this key.
  package internal(set) var sealed = 0
  @OptionalFrame package internal(set) var firstSealedFrame: Int?

  /// The signature of the answer that ended the logon: the first that shows whether both have the same key.
  package internal(set) var isFirstAnswerRight: Bool?

  package func signatures(of peer: Peer) -> Signatures { peer == .client ? client : server }

  init(sessionID: UInt64) { self.sessionID = sessionID }

  mutating func record(_ isRight: Bool?, _ command: @autoclosure () -> String, isResponse: Bool, frame: Int) {
    if isResponse { server.record(isRight, command(), frame: frame) } else { client.record(isRight, command(), frame: frame) }
  }
}

extension SessionProof.Signatures {
  fileprivate mutating func record(_ isRight: Bool?, _ command: @autoclosure () -> String, frame: Int) {
    switch isRight {
    case true?:
      right += 1
      if firstRightFrame == nil { firstRightFrame = frame }
    case false?:
      wrong += 1
      if firstWrong == nil { firstWrong = SessionProof.Wrong(frame: frame, command: command()) }
    case nil: unverified += 1
    }
  }
}
