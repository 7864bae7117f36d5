import Packets
package import Protocols

/// A message in clear that an established session should have protected.
package struct UnprotectedMessage: Sendable {
  package enum Fault: Sendable {
    /// No signature, though one of the sides requires signing.
    case unsigned
    /// The SIGNED flag, and a signature of zeros.
    case zeroSignature
    /// Not encrypted, though the session is.
    case inClear
  }

  package var fault: Fault
  package var sender: Peer
  package var frame: Int
  package var command: SMB2Command
  package var sessionID: UInt64
}

/// The protection of messages in established sessions.
package struct Protection: Sendable {
  /// The first of each fault and sender.
  package internal(set) var faults: [UnprotectedMessage] = []
  /// A session was established whose messages must be signed or encrypted.
  var isWatched = false
  /// A message of an established session came signed.
  package internal(set) var clientSigned = false
  package internal(set) var serverSigned = false

  package func hasSigned(_ peer: Peer) -> Bool { peer == .client ? clientSigned : serverSigned }

  mutating func recordSigned(by peer: Peer) {
    if peer == .client { clientSigned = true } else { serverSigned = true }
  }

  mutating func record(_ fault: UnprotectedMessage) {
    guard !faults.contains(where: { $0.fault == fault.fault && $0.sender == fault.sender }) else { return }
    faults.append(fault)
  }
}

extension Transcript {
  /// Bit 2 of either side's SecurityMode (MS-SMB2 3.2.5.3.1, 3.3.5.5.3); sessions without a key are exempt.
  package var requiresSigning: Bool { clientRequiresSigning || serverRequiresSigning }
  package var clientRequiresSigning: Bool { negotiation?.request?.securityMode.contains(.signingRequired) ?? false }
  package var serverRequiresSigning: Bool { negotiation?.response?.securityMode.contains(.signingRequired) ?? false }

  /// Whether the two have a cipher in common: MS-SMB2 3.3.5.4. nil when the capture does not show it.
  package var canEncrypt: Bool? {
    guard let response = negotiation?.response else { return nil }
    // Also without the client's list: after a multi-protocol request there is none.
    if response.dialectRevision < .smb300 { return false }
    guard let request = negotiation?.request else { return nil }
    switch response.dialectRevision {
    // The capability bit is no sign on 3.1.1 (2.2.4).
    case .smb311: return response.contexts.ciphers.map { !$0.isEmpty && $0[0] != .none } ?? (response.isWhole ? false : nil)
    case .smb300, .smb302:
      return request.capabilities.contains(.encryption) && response.capabilities.contains(.encryption)
    default: return false
    }
  }

  /// The client offered SMB 3, and the server chose a dialect that cannot encrypt: it has no other, so it demands no
  /// encryption.
  package var stopsBelowSMB3: Bool {
    guard let negotiation, let chosen = negotiation.chosen, chosen < .smb300 else { return false }
    return negotiation.offered.contains { $0 >= .smb300 && $0 != .wildcard }
  }

  mutating func watchProtection(of session: Session) {
    if session.flags.contains(.encryptData) || requiresSigning && session.hasKey { protection.isWatched = true }
  }

  /// Judges how a message in clear is protected. Commands and answers that may go without are left out: MS-SMB2
  /// 3.2.4.1.1, 3.3.4.1.1, 3.3.5.2.4.
  mutating func recordProtection(_ header: SMB2Header, frame: Int, side: Side) {
    let sender = peer(side)
    if header.isSigned, !header.signature.isZero {
      if header.command != .sessionSetup { protection.recordSigned(by: sender) }
      return
    }
    // An answer other than success may come from before the signature was looked at.
    guard header.status == nil || header.status == .success, !header.isUnsolicited,
      !header.command.mayGoUnsigned,
      // Answers to Validate Negotiate have rules of their own.
      !(header.isResponse && header.command == .ioctl),
      // By its place: the session need not be copied for each message.
      let place = sessions.indices.last(where: { sessions[$0].id == header.sessionID && sessions[$0].hasKey }),
      sessions[place].logoffFrame == nil, (sessions[place].establishedFrame ?? .max) < frame
    else { return }
    func record(_ fault: UnprotectedMessage.Fault) {
      protection.record(
        UnprotectedMessage(
          fault: fault, sender: sender, frame: frame, command: header.command, sessionID: header.sessionID))
    }
    if header.isSigned { record(.zeroSignature) }
    if sessions[place].flags.contains(.encryptData) {
      if sender == .client { record(.inClear) }
    } else if requiresSigning, !header.isSigned {
      record(.unsigned)
    }
  }
}

extension SMB2Command {
  fileprivate var mayGoUnsigned: Bool {
    switch self {
    case .negotiate, .sessionSetup, .logoff, .cancel, .echo, .oplockBreak: true
    default: false
    }
  }
}
