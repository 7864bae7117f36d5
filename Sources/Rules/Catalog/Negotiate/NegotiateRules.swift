extension Rule {
  /// Rules about the choice of a dialect.
  static let negotiateRules: [Rule] = [
    smb1OnlyClient, smb1OnlyServer, negotiateNoCommonDialect, negotiateUnexpectedDialect,
    negotiateMissingPreauthContext, negotiateInvalidContexts, negotiateNoPreauthHash, negotiateInvalidParameter,
    negotiateErrorStatus, multiProtocolUpgradeIncomplete, negotiateResetByServer, negotiateResetByClient,
    negotiateUnanswered60s, negotiateNoAnswerYet, negotiateSlow, dialectDowngradeSuspected, serverClockOffset,
  ]
}
