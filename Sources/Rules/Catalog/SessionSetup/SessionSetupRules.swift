extension Rule {
  /// Session setup: the graver and more telling first.
  static let sessionSetupRules: [Rule] =
    [ntlmPasswordWrong, ntlmMICWrong, authNoCommonMechanism, authSPNHardening, authAccessDenied, sessionBindingFailed] + sessionStatuses
    + [
      sessionReauthFailed, sessionExpired, sessionSetupResetByThirdParty, sessionSetupResetByServer, sessionSetupResetByClient,
      sessionRejectedByClient.confirmedByRepetition(), sessionSetupUnanswered, authGuestGranted, authGuestRejectedByClient, authAnonymous,
      authWrongIdentitySent, ntlmV1Used, ntlmMICMissing, ntlmFlagsContradict, sessionSeveralUsers, sessionSetupSlow,
    ]
}
