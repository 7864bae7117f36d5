/// The page on how peers are known, made from the table that knows them.
package enum PeerTable {
  package static func writeMarkdown(to write: (String) -> Void) {
    write(
      """
      # Peers

      How smbdx tells the SMB software of both ends, and on which versions each sign was measured. This page is what \
      `smbdx rules --format peers` prints. The signs that hold are added up; the software with the largest sum is named \
      from \(PeerIdentity.possible) points on as possible, and from \(PeerIdentity.likely) on, \(PeerIdentity.lead) ahead \
      of any other, as likely. It chooses and orders remedies and never decides what failed: every sign can be imitated. \
      What no row fits is not named.

      """)
    for side in [PeerSide.client, .server] {
      write("\n## \(side == .client ? "Clients" : "Servers")\n\n| Software | Measured | Signs, with their points |\n|-|-|-|\n")
      for signature in Signature.all where signature.side == side {
        let signs = signature.signs.map { "\($0.weight.rawValue): \($0.text)" }.joined(separator: "<br>")
        write("| \(signature.implementation.name(side)) | \(signature.measured) | \(signs) |\n")
      }
    }
  }
}
