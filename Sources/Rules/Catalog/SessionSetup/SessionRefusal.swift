import Packets
import Protocols
import Transcripts

// A logon that the server refuses, in the words that the rules about statuses use.

extension Transcript {
  /// What a rule says of each refused session; the same user and status once.
  ///
  /// - Parameter isConcerned: whether the rule has anything to say of a status.
  func refusedSessions(
    with isConcerned: (NTStatus) -> Bool = { _ in true }, _ judge: (Session, NTStatus) -> Observation?
  ) -> [Observation] {
    guard hasRefusedSession else { return [] }
    var seen: Set<String> = []
    return sessions.compactMap { session in
      guard let status = session.refusal, isConcerned(status), seen.insert("\(status.rawValue) \(session.who)").inserted else { return nil }
      return judge(session, status)
    }
  }

  func refusal(
    of session: Session, _ status: NTStatus, confidence: Confidence = .proven, note: String = "", causes: [String]? = nil,
    remedies: [Remedy]? = nil
  ) -> Observation {
    // libsmbclient goes on without a user after any refusal; only this status may mean that it never had a password.
    let next = status == .logonFailure && session.acceptedBefore == nil ? anonymousReplacement(of: session) : nil
    let anonymous = next.flatMap { getsShares(in: $0) ? $0 : nil }
    let isSuperseded = isSuperseded(session)
    var observation = Observation(
      confidence,
      "\(serverName) refuses \(session.who) with \(status)" + (note.isEmpty ? meaning(of: status) : note)
        + (anonymous == nil ? "" : "; the client then gets in without a user"),
      evidence: evidence(of: session) + (isSuperseded ? [] : (anonymous.map { evidence(of: $0).suffix(1) } ?? []) + endEvidence),
      severity: isSuperseded ? .info : anonymous == nil ? nil : .warning,
      causes: next == nil ? causes : causes.map { withoutPassword(session, $0) },
      goal: Goal(user: session.account, hidesUser: hidesUser(of: session)))
    // Who has a ticket uses Kerberos already.
    observation.remedies = session.identity.mechanism == .kerberos ? remedies?.filter { $0 != .useKerberos } : remedies
    addMalformedRequest(session.requestStamp, status, &observation)
    return observation
  }

  /// A request that cannot be read, and a server that says so: that is the reason.
  func addMalformedRequest(_ request: MessageStamp, _ status: NTStatus, _ observation: inout Observation) {
    guard let damaged = unreadable.first(where: { $0.sender == .client && $0.frame == request.frame }) else { return }
    observation.summary += "; the request in frame \(damaged.frame) is malformed (\(damaged.error.reason))"
    let causes = ["a fault in the client's software: its request is malformed", "a device on the path changed the request"]
    if status == .invalidParameter {
      (observation.causes, observation.remedies) = (causes, [.patchClient, .captureOtherSide])
    } else if let others = observation.causes {
      observation.causes = causes.prefix(1) + others
    }
  }

  /// More than one of them got a session of its own.
  private var hasSeveralUsers: Bool { Set(sessions.lazy.filter(\.isEstablished).map(\.id)).count > 1 }

  /// The same user logs on to the same connection after all, or the person whose client had sent another account by itself.
  private func isSuperseded(_ session: Session) -> Bool {
    guard let refused = session.replyStamp?.time else { return false }
    return sessions.contains { other in
      // First what is cheap to ask: to compare users takes long, and most connections have one session.
      guard other.isEstablished, let granted = other.replyStamp?.time, granted >= refused else { return false }
      if !other.hasNoKey, session.account?.isAutomatic == true { return true }
      // Where names are cut nobody knows who it was; but one of many users makes up for none.
      let isKnown = session.account != nil && other.account != nil
      return other.isSameUser(as: session) && (isKnown || !hasSeveralUsers)
    }
  }
}
