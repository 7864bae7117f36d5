import Packets
import Protocols
import Transcripts

extension Rule {
  static let authWrongIdentitySent = Rule(
    id: "auth-wrong-identity-sent",
    severity: .warning,
    phase: .sessionSetup,
    nature: .note,
    supersededBySuccess: true,
    summary: "The logon failed, and the client probably sent the wrong credentials.",
    explanation: """
      The security buffer shows which domain and user the client sent. They do not match this server: the server \
      belongs to a domain, but the client sent a local account, a Microsoft account, no domain, or a malformed name. \
      smbdx looks only at failed logons. An empty domain with user@realm is normal.
      """,
    whenBenign: "When this is the intended account.",
    howToVerify: "Try the logon by hand with the intended account.",
    causes: [
      "the program used the account of the user logged on at the client", "credentials stored for another purpose",
      "the domain is missing, or is given twice",
    ],
    remedies: [.reconnectAs, .storedWindowsCredentials, .credentialsLinux],
    references: ["MS-NLMP 2.2.1.3"]
  ) { transcript in
    transcript.refusedSessions { session, status in
      guard [.logonFailure, .wrongPassword, .noSuchUser].contains(status), let oddity = session.oddIdentity else { return nil }
      return Observation(
        .possible, "\(session.who) is probably not the intended account: \(oddity)", evidence: transcript.evidence(of: session),
        goal: Goal(user: session.account))
    }
  }
}

extension Session {
  /// Why the names that were sent can hardly be meant for this server; nil when they can.
  fileprivate var oddIdentity: String? {
    guard let user = identity.user, !user.isEmpty, let domain = identity.domain?.lowercased(), let ntlm else { return nil }
    if user.contains("@"), user.contains("\\") { return "the user name has a domain before and after it" }
    if let foreign = foreignDomain {
      let realm = foreign.list
      if domain == "microsoftaccount" { return "a Microsoft account was sent, and the server belongs to \(realm)" }
      if domain == "azuread" { return "an account of Entra ID (Azure AD) was sent, and the server belongs to \(realm)" }
      if domain == identity.workstation?.lowercased() { return "a local account of the client was sent, and the server belongs to \(realm)" }
      return "the domain \(identity.domain ?? "") was sent, and the server belongs to \(realm)"
    }
    if ntlm.isDomainMember, domain.isEmpty, !user.contains("@"), let realm = ntlm.nbDomainName {
      return "no domain was sent, and the server belongs to \(realm)"
    }
    return nil
  }
}
