extension Rule {
  static let encryptionRules: [Rule] = [
    encryptionUnsupportedClient, encryptionRequiredNotHonoured, encryptionRequiredSession, treeEncryptionRequired,
    encryptionNoCommonCipher, encryptionSessionFlagMismatch,
  ]
}
