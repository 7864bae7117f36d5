import Protocols
import Transcripts

/// The client's request repeats other values than its NEGOTIATE: one rule for each field.
extension Rule {
  static let vniRequestMismatches: [Rule] = [
    requestMismatch(.dialects, "the list of dialects"),
    requestMismatch(.capabilities, "the client's capabilities"),
    requestMismatch(.guid, "the client's GUID"),
    requestMismatch(.securityMode, "the client's signing policy"),
  ]

  private static func requestMismatch(_ field: FieldComparison.Field, _ what: String) -> Rule {
    Rule(
      id: "vni-request-mismatch-\(field.rawValue)",
      severity: .critical,
      phase: .validateNegotiate,
      nature: .wrongValue,
      needs: [.negotiate],
      summary: "The client's NEGOTIATE request was changed on its way: Validate Negotiate has another value of \(field.specificationName).",
      explanation: """
        After connecting a share the client repeats the values of NEGOTIATE in a signed request, and no device can \
        change a signed request unnoticed. At this capture point \(what) differs between the two. The server makes \
        the same comparison and must end the connection.

        The client really sent the values in Validate Negotiate. The values in NEGOTIATE are those that arrived \
        here. A device between the client and this capture point rewrites NEGOTIATE, typically a WAN optimizer. If \
        this capture was made on the client itself, the client contradicts itself: a bug in the client.

        This is never harmless: a downgrade attack looks the same. If only the order of the dialects differs, smbdx \
        reports a warning.
        """,
      whenBenign: "Never. NEGOTIATE and Validate Negotiate of one connection must agree.",
      howToVerify: "Record on the other host at the same time, and compare NEGOTIATE in both captures. If they differ, a device in between rewrote it.",
      causes: [
        "a WAN optimizer or another device between the client and this capture point rewrites NEGOTIATE",
        "an SMB proxy that negotiates on the client's behalf",
        "a bug in the client, when this capture was made on the client itself",
      ],
      remedies: [
        .wanOptimizer, .captureOtherSide, .requireSigningClient, .requireSigningServer, .disableSecureNegotiate,
      ],
      references: ["MS-SMB2 2.2.31.4", "MS-SMB2 3.3.5.15.12", "MS-SMB2 2.2.3"]
    ) { vniMismatches($0, .request, field) }
  }
}
