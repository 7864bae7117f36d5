extension Transcript {
  /// The client says a word of SMB on a port that is not SMB's, and what answers speaks something else: a scanner that
  /// tries several protocols, and no connection of SMB.
  package var isKnock: Bool {
    isOnOtherPort && traffic.responses == 0 && traffic.encryptedMessages == 0 && smb1?.response == nil
      && foreignBeginnings.contains { $0.sender == .server }
  }
}
