import Packets
import Protocols
import Transcripts

/// Encryption that a server or share demands and a connection does not have.
extension Rule {
  static let whoCanEncrypt = """
    Windows 8, Windows Server 2012 and later can encrypt, with SMB 3.0 or higher; Windows 7 and Windows Server 2008 R2 \
    cannot. Samba can since 4.1. For third-party servers see their documentation.


    """

  /// A side that cannot read what the other encrypts.
  static let differentEncryption =
    "the client cannot decrypt it: the two have different keys, for example because a device on the path changed a byte of NEGOTIATE or SESSION_SETUP (SMB 3.1.1), or one of them encrypts wrongly; try another cipher or SMB 3.0.2"
}

extension Transcript {
  /// Shares on which the server refused what was not encrypted. A session without a key cannot encrypt.
  var treesDeniedInClear: [Tree] {
    trees.filter { $0.deniedInClearFrame != nil && session(of: $0)?.hasNoKey != true }
  }

  func denialInClear(of tree: Tree, _ summary: String) -> Observation {
    Observation(
      .likely, summary,
      evidence: evidence(of: tree)
        + [Evidence(tree.deniedInClearFrame, .server, "an unencrypted answer: \(NTStatus.accessDenied)")].compactMap(\.self))
  }
}

extension Transcript {
  /// The client says in NEGOTIATE that it cannot encrypt, or does not say that it can: MS-SMB2 2.2.3.
  var clientKnowsNoEncryption: Bool {
    guard canEncrypt == false, let request = negotiation?.request, request.isWhole else { return false }
    return dialect == .smb311 ? request.contexts.ciphers?.isEmpty ?? true : !request.capabilities.contains(.encryption)
  }

  /// Why nothing can be encrypted, although the client offers it.
  var lackOfCipher: String { stopsBelowSMB3 ? "\(dialectName) has no encryption" : "no cipher was agreed" }

  /// For a client of SMB 3 that does not say that it can encrypt.
  var causesWithoutAnnouncement: [String] {
    guard announcesNoEncryption else { return [] }
    return dialect == .smb311
      ? ["the client offers ciphers, but its Capabilities lack encryption (0x40), and a Samba server then agrees to no cipher: a fault in the client's software"]
      : ["the client's Capabilities lack encryption (0x40): its software cannot encrypt, or is set not to"]
  }

  /// For a client that demands encryption and does not get it.
  var remediesWithoutCipher: [Remedy] {
    if stopsBelowSMB3 { return [.serverSpeaksSMB3, .encryptionNotDemanded] }
    if announcesNoEncryption { return [.encryptInClient, .otherClient, .encryptionNotDemanded] }
    return (hasNoCommonCipher ? [.ciphersSamba, .ciphersWindows, .ciphersLinux] : [.encryptionOn]) + [.encryptionNotDemanded]
  }
}
