// What a second recording, made at the other host at the same time, says about a diagnosis.

extension Remedy {
  /// What the recording on the other host is to answer; nil when this remedy asks for none.
  package var otherSideQuestion: OtherSideQuestion? {
    if text == Self.captureOtherSide.text { return .rewriting }
    if text == Self.captureOtherSideOfReset.text { return .reset }
    return text == Self.captureOtherSideOfSilence.text ? .silence : nil
  }
}

/// What only a recording on the other host can answer.
package enum OtherSideQuestion: Sendable {
  /// Whether a device between the two rewrites NEGOTIATE.
  case rewriting
  /// Who sent the reset.
  case reset
  /// Whether the request arrived, and whether an answer left.
  case silence
}

extension Rule {
  /// It says that neither host ended the connection.
  package var suspectsThirdParty: Bool { id.hasSuffix("third-party") }

  /// It says that a message should have been signed.
  package var suspectsStripping: Bool { id == "signature-stripped" }
}

/// What a summary says of the other side, which its recording can confirm.
package enum Claim {
  package static let lostAnswer = "but they were lost on the way"
  package static let oldPortOnly = "the client does not try port 445"
}

/// Reading causes as what they blame.
package enum Blame {
  /// Words by which causes name something between the hosts.
  private static let path = [
    "on the path", "the path", "device between", "WAN optimizer", "firewall", "SMB proxy", "beyond this capture point", "on its way",
    "in between", "middlebox", "intrusion prevention", "asymmetric routing", "rewrites NEGOTIATE", "security device",
  ]

  /// The cause names something between the two hosts.
  package static func isOnPath(_ cause: String) -> Bool { path.contains { cause.contains($0) } }
}
