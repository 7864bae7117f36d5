import Protocols
import Transcripts

/// The server's answer repeats other values than its NEGOTIATE: one rule for each field.
extension Rule {
  static let vniResponseMismatches: [Rule] = [
    responseMismatch(.capabilities, "the server's capabilities"),
    responseMismatch(.guid, "the server's GUID"),
    responseMismatch(.securityMode, "the server's signing policy"),
    responseMismatch(.dialect, "the chosen dialect"),
  ]

  private static func responseMismatch(_ field: FieldComparison.Field, _ what: String) -> Rule {
    Rule(
      id: "vni-response-mismatch-\(field.rawValue)",
      severity: .critical,
      phase: .validateNegotiate,
      nature: .wrongValue,
      needs: [.negotiate],
      summary: "The server's NEGOTIATE response was changed on its way: Validate Negotiate has another value of \(field.specificationName).",
      explanation: """
        In its signed answer to Validate Negotiate the server repeats the values of its NEGOTIATE response. At this \
        capture point \(what) differs between the two. A client that compares them must close the connection.

        The server really has the values in the Validate Negotiate answer. The values in NEGOTIATE are those that \
        arrived here. A device between the server and this capture point rewrites the response, typically a WAN \
        optimizer. If this capture was made on the server itself, the server contradicts itself: a bug in the \
        server.

        smbdx does not compare the provisional 0x02FF answer to a multi-protocol request, because it normally differs.
        """,
      whenBenign: "Never. NEGOTIATE and Validate Negotiate of one connection must agree.",
      howToVerify: "Record on the other host at the same time, and compare NEGOTIATE in both captures. If they differ, a device in between rewrote it.",
      causes: [
        "a WAN optimizer or another device between the server and this capture point rewrites the NEGOTIATE response",
        "an SMB proxy that answers NEGOTIATE instead of the server",
        "a bug in the server, when this capture was made on the server itself",
      ],
      remedies: [
        .wanOptimizer, .captureOtherSide, .patchBoth, .requireSigningClient, .requireSigningServer,
        .disableSecureNegotiate,
      ],
      references: ["MS-SMB2 2.2.32.6", "MS-SMB2 3.2.5.14.12", "MS-SMB2 2.2.4"]
    ) { vniMismatches($0, .response, field) }
  }
}
