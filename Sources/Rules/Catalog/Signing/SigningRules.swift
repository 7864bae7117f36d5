extension Rule {
  static let signingRules: [Rule] = [
    signingAlgorithmMismatch, signingRequiredUnsupported, signatureStripped, signingRequiredServerSilent, guestCannotSign,
  ]
}
