/// The page on how peers are known, made from the table that knows them.
package enum PeerTable {
  package static func writeMarkdown(to write: (String) -> Void) {
    write(
      """
      # Peers

      How smbdx recognises the SMB software of both ends, and on which versions each sign was measured. `smbdx rules \
      --format peers` prints this page. smbdx adds up the points of all signs that apply. The software with the \
      largest sum is “possible” from \(PeerIdentity.possible) points on, and “likely” from \(PeerIdentity.likely) \
      points on if it is \(PeerIdentity.lead) points ahead of any other. The result only chooses and orders \
      remedies. It never decides what failed, because a program can imitate every sign. If no row matches, smbdx \
      names no software.

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
