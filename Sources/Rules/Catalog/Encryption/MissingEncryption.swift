import Packets
import Protocols
import Transcripts

/// Encryption that a server or share demands and a connection does not have.
extension Rule {
  static let whoCanEncrypt = """
    Windows 8, Windows Server 2012 and later can encrypt, with SMB 3.0 or higher; Windows 7 and Windows Server 2008 R2 \
    cannot. Samba can since 4.1. For third-party servers see their documentation.


    """
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
