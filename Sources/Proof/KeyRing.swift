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

  package init(_ library: Libcrypto, users: [User], sessions: [Session]) {
    (self.library, self.users, self.sessions) = (library, users, sessions)
  }
}

/// What became of the keys in one recording: those that fit nothing are told.
package struct KeyUse: Sendable {
  /// Places in ``KeyRing/users`` and ``KeyRing/sessions``.
  package var fittingUsers: Set<Int> = []
  package var fittingSessions: Set<Int> = []
  /// Their names came up in a logon, and the response was made with another password.
  package var otherPassword: Set<Int> = []

  package init() {}
}
