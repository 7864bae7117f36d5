extension Rule {
  /// Tree connect: what explains a refusal before the refusal itself.
  static let treeConnectRules: [Rule] =
    [tree311Unsigned, treeAccessDenied, treeRedirect, dfsDomainPath] + treeStatuses
    + [
      treeDFSNotCovered, dfsTargetUnreachable, treeConnectReset, treeRejectedByClient.confirmedByRepetition(), treeRefusedEncrypted, treeConnectUnanswered, createRootAccessDenied, createShareUnusable, createPathMissing, treeNoAccess,
      treeShareEncrypted, treeConnectSlow, createRefused, dfsReferralRefused, pipeRefused, lastRequestRefused, treeIDNotGranted,
      dfsReferralLoop,
    ]
}
