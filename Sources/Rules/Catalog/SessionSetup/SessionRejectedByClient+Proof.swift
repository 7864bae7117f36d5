import Transcripts

extension Transcript {
  /// The key is certain, and the answer that ended the logon is not signed with it.
  var isFirstAnswerWrong: Bool {
    guard let id = sessions.last?.id, let proof = proofs.last(where: { $0.sessionID == id }) else { return false }
    return proof.isFirstAnswerRight == false && (proof.hasCertainKey || proof.server.firstWrong?.alteration != nil)
  }

  /// Why the client left, when a key shows that the signature of the server's answer is right here; nil otherwise.
  var causesOfRejectionByProof: [String]? {
    guard let id = sessions.last?.id, proofs.last(where: { $0.sessionID == id })?.isFirstAnswerRight == true else { return nil }
    return [
      "a program that only tests the password, or looks at the server",
      "a device between this capture point and the client: the signature of the server's answer is right here, and the client may have received other bytes",
      "the client derives its keys wrongly: the server's are right",
      "the server's token: a MIC over the mechanisms that the client did not ask for, or mutual authentication that does not fit the name",
    ]
  }
}
