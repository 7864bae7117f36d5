extension Transcript {
  /// The client sends SMB to another port than SMB's, and the answer is another protocol: a scanner that tries several
  /// protocols, not an SMB connection.
  package var isKnock: Bool {
    isOnOtherPort && traffic.responses == 0 && traffic.encryptedMessages == 0 && smb1?.response == nil
      && foreignBeginnings.contains { $0.sender == .server }
  }
}
