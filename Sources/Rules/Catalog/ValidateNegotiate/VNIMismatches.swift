import Protocols
import Transcripts

/// A field of VALIDATE_NEGOTIATE_INFO that is not what NEGOTIATE said: one rule for each field and direction.
extension Rule {
  static let vniRequestMismatches: [Rule] = [
    requestMismatch(.dialects, "the list of dialects"),
    requestMismatch(.capabilities, "the client's capabilities"),
    requestMismatch(.guid, "the client's GUID"),
    requestMismatch(.securityMode, "the client's signing policy"),
  ]

  static let vniResponseMismatches: [Rule] = [
    responseMismatch(.capabilities, "the server's capabilities"),
    responseMismatch(.guid, "the server's GUID"),
    responseMismatch(.securityMode, "the server's signing policy"),
    responseMismatch(.dialect, "the chosen dialect"),
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
    ) { mismatches($0, .request, field) }
  }

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
    ) { mismatches($0, .response, field) }
  }

  /// One observation for the first exchange in which the field differs.
  private static func mismatches(
    _ transcript: Transcript, _ direction: FieldComparison.Direction, _ field: FieldComparison.Field
  ) -> [Observation] {
    guard !transcript.isAdditionalChannel else { return [] }
    for validation in transcript.validations {
      let comparison = validation.comparison(with: transcript.negotiation)
      guard let differing = comparison.first(where: { $0.direction == direction && $0.field == field && !$0.isEqual })
      else { continue }
      let name = "\(field.specificationName) \(differing.validated)"
      let evidence =
        direction == .request
        ? [
          Evidence(transcript.negotiation?.requestStamp?.frame, .client, "NEGOTIATE request: \(field.specificationName) \(differing.negotiated)"),
          Evidence(validation.requestStamp.frame, .client, "VALIDATE_NEGOTIATE_INFO request, \(signed(validation.requestStamp)): \(name)"),
        ]
        : [
          Evidence(transcript.negotiation?.responseStamp?.frame, .server, "NEGOTIATE response: \(field.specificationName) \(differing.negotiated)"),
          Evidence(validation.responseStamp?.frame, .server, "VALIDATE_NEGOTIATE_INFO response, \(signed(validation.responseStamp)): \(name)"),
        ]
      let who = direction == .request ? "client" : "server"
      var observation = Observation(
          .proven,
          differing.differsInOrderOnly
            ? "the \(who)'s dialects arrive here in a different order than in Validate Negotiate"
            : "\(field.specificationName) in the \(who)'s NEGOTIATE differs from Validate Negotiate",
          evidence: evidence.compactMap(\.self) + transcript.endEvidence,
          severity: differing.differsInOrderOnly || transcript.goesOn(behind: validation) ? .warning : nil,
          comparison: comparison)
      if direction == .request, transcript.goesOn(behind: validation) {
        observation.summary += ", but the server accepts it"
        observation.causes = [
          "a bug in the client, and a server that does not compare the values",
          "a device that rewrites NEGOTIATE here, and another that restores it before the server",
        ]
      }
      if direction == .response, transcript.isLikeFakeServer(validation) {
        observation.causes = [FakeServer.cause, "a WAN optimizer or proxy that answers instead of the server"]
        observation.remedies = [.findFakeServer, .captureOtherSide, .wanOptimizer]
      }
      return [observation]
    }
    return []
  }
}

extension Transcript {
  /// The server accepts what the request repeats, and the client asks for more.
  func goesOn(behind validation: Validation) -> Bool {
    validation.status == .success && outcome(of: .validateNegotiate) == .passed
      && (traffic.requestsSinceValidation > 0 || validation.requestStamp.frame != lastValidation?.requestStamp.frame)
  }
}
