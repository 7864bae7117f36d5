extension Rule {
  static let signingRules: [Rule] = [
    sessionSetupSignatureZero, signingAlgorithmMismatch, signingRequiredUnsupported, signatureStripped, signingRequiredServerSilent, guestCannotSign,
    reconnectDialectChange, preauthHashDiffers, signingKeyDiffers, signatureWrong,
  ]
}
