extension Rule {
  /// Validate Negotiate: which value differs, before how the connection ended.
  static let validateNegotiateRules: [Rule] =
    vniRequestMismatches + vniResponseMismatches
    + [
      vniResponseUnsigned, vniResponseSignatureZero, vniResponseBadStructure, vniRequestMalformed, vniRejectedStatus, vniOn311,
      vniAbortedByThirdParty, vniAbortedByServer, vniAbortedByClient, vniUnanswered, vniMissing, vniHiddenByEncryption,
    ]
}
