import Protocols
import Transcripts

/// A field of VALIDATE_NEGOTIATE_INFO that is not what NEGOTIATE said.
extension Rule {
  /// One observation for the first exchange in which the field differs.
  static func vniMismatches(
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
