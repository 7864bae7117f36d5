extension Rule {
  static let kerberosRules: [Rule] =
    kerberosErrors + [
      kerberosKDCUnreachable, kerberosKDCNotFound, kerberosResponseTooBig, kerberosPreauthNotFollowed, kerberosWrongRealmUnresolved,
      kerberosReferralLoop, kerberosErrorHiddenByFAST, kerberosFallbackToNTLM,
      ntlmUsedInsteadOfKerberos, ntlmBlockedByClient, kerberosNotPossibleIPLiteral, kerberosNotAttempted, kerberosRC4InUse,
      kerberosFirstTicketUnused,
    ]
}
