package import Cryptography

/// The keys that the user gave.
package final class KeyRing: Sendable {
  package struct User: Sendable {
    package var name: String
    /// nil for any.
    package var domain: String?
    /// MD4 of the password: MS-NLMP 3.3.1, NTOWFv1.
    package var hash: Secret
    /// Where it is in the file.
    package var line: Int

    package init(name: String, domain: String?, hash: Secret, line: Int) {
      (self.name, self.domain, self.hash, self.line) = (name, domain, hash, line)
    }

    /// Whether these are the names of a logon.
    func isMeant(user: String, domain: String) -> Bool {
      name.lowercased() == user.lowercased() && (self.domain.map { $0.lowercased() == domain.lowercased() } ?? true)
    }
  }

  package struct Session: Sendable {
    package var id: UInt64
    package var key: Secret
    package var line: Int

    package init(id: UInt64, key: Secret, line: Int) { (self.id, self.key, self.line) = (id, key, line) }
  }

  package let library: Libcrypto
  package let users: [User]
  package let sessions: [Session]
  /// nil without a keytab.
  package let keytabs: KeytabRing?
  /// Bytes that may be hashed and signed to find what was altered, in one recording.
  package let searchBudget: Int

  private enum Limit {
    /// A few seconds of work.
    static let searched = 1 << 30
  }

  package init(
    _ library: Libcrypto, users: [User], sessions: [Session], keytabs: KeytabRing? = nil, searchBudget: Int? = nil
  ) {
    (self.library, self.users, self.sessions, self.keytabs) = (library, users, sessions, keytabs)
    self.searchBudget = searchBudget ?? Limit.searched
  }
}

extension KeyRing {
  /// Places of the users that a logon may mean, and what their passwords say of it, up to one that fits.
  package func judge(_ logon: NTLMLogon) -> [(place: Int, verdict: NTLMLogon.Verdict)] {
    guard let account = logon.account else { return [] }
    var verdicts: [(place: Int, verdict: NTLMLogon.Verdict)] = []
    for place in users.indices where users[place].isMeant(user: account.user, domain: account.domain) {
      let verdict = logon.judge(users[place].hash.bytes, library)
      verdicts.append((place, verdict))
      if case .fits = verdict { break }
    }
    return verdicts
  }

  /// The key that the user gave for a session.
  package func key(ofSession id: UInt64) -> [UInt8]? { sessions.first { $0.id == id }?.key.bytes }

  /// The hash of 3.1.1 over messages: MS-SMB2 3.2.5.2.
  package func preauthHash(of messages: [[UInt8]]) -> [UInt8] {
    messages.reduce(PreauthSearch.start) { library.sha512($0, $1.span) }
  }
}

/// Which keys fit something in one recording; the others are listed for the user.
package struct KeyUse: Sendable {
  /// Places in ``KeyRing/users`` and ``KeyRing/sessions``.
  package var fittingUsers: Set<Int> = []
  package var fittingSessions: Set<Int> = []
  /// Their names came up in a logon, and the response was made with another password.
  package var otherPassword: Set<Int> = []
  /// Places in ``KeytabRing/files``: one of its keys opened a ticket.
  package var fittingKeytabs: Set<Int> = []
  /// They have keys of a service in this recording, and none of them opened its ticket: the first of these.
  package var otherKeys: [Int: (service: String, TicketVerdict.Difference)] = [:]

  package init() {}

  /// Several recordings, read with the same keys.
  package init(_ uses: [KeyUse]) {
    for use in uses {
      fittingUsers.formUnion(use.fittingUsers)
      fittingSessions.formUnion(use.fittingSessions)
      otherPassword.formUnion(use.otherPassword)
      fittingKeytabs.formUnion(use.fittingKeytabs)
      otherKeys.merge(use.otherKeys) { first, _ in first }
    }
  }
}
