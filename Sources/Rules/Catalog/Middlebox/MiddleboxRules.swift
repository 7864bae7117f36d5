extension Rule {
  /// Signs of a device between the two hosts that does more than forward.
  static let middleboxRules: [Rule] = [
    mbxSMBFieldRewrite, mbxRiverbedProbe, mbxCiscoWAAS, mbxTCPOptionsStripped, mbxTTLAsymmetry, mbxACKLatencySplit,
    mbxWindowOrTimestampInconsistent,
  ]
}
