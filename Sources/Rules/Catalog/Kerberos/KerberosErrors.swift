import Packets
import Protocols
import Transcripts

/// Errors of a KDC that are no step of pre-authentication: one rule for each family of RFC 4120 7.5.9 codes.
extension Rule {
  static let kerberosErrors: [Rule] = families.map(rule)

  private struct Family: Sendable {
    var id: String
    var severity = Severity.error
    var codes: Set<Int32>
    var summary: String
    var explanation: String
    var causes: [String]
    var remedies: [Remedy]
  }

  private static let timing = """
    Errors before the first ticket of a user that only ask for more (pre-authentication required, answer too big for \
    UDP, use another realm) are normal and never reported; nor is an error whose request is granted later.
    """

  private static let families: [Family] = [
    Family(
      id: "kerberos-client-unknown", codes: [6],
      summary: "The KDC does not know the user.",
      explanation: "No account has the name and realm that the client gave.",
      causes: ["a mistyped user or realm", "the account was deleted, or has not yet reached this domain controller"],
      remedies: [.storedCredentials]),
    Family(
      id: "kerberos-spn-not-found", codes: [7],
      summary: "The KDC does not know the service the client asks a ticket for.",
      explanation: """
        No account carries the service principal name that the client made from the server name it was given. The \
        client usually falls back to NTLM, or fails where NTLM is not allowed.
        """,
      causes: [
        "an alias (CNAME) is used that has no service principal name", "a wrong or incomplete server name",
        "the server's computer account is missing, or the name is registered twice",
      ],
      remedies: [.registerSPN]),
    Family(
      id: "kerberos-preauth-failed", codes: [24],
      summary: "The KDC found the proof of the password wrong.",
      explanation: "The client proved its password with a key that does not fit the account.",
      causes: ["a wrong password, typed or stored", "a service or machine whose stored password is out of date"],
      remedies: [.storedCredentials]),
    Family(
      id: "kerberos-account-state", codes: [1, 18, 21, 23],
      summary: "The KDC refuses the account: disabled, locked, expired or with an expired password.",
      explanation: """
        The name and perhaps the password are right, but the account may not log on now. Windows domain controllers \
        add a status that says why; it is shown when the answer carries it.
        """,
      causes: ["the account is disabled, locked or expired", "the password has expired", "the hours are not permitted"],
      remedies: [.accountState]),
    Family(
      id: "kerberos-clock-skew", severity: .critical, codes: [37],
      summary: "The clocks of the client and the KDC differ by more than Kerberos tolerates.",
      explanation: """
        Kerberos proves that a message is fresh by its time, and tolerates five minutes by default. Compare the KDC's \
        time in the evidence with the time of the frame.
        """,
      causes: ["the clock of the client, the server or the domain controller is wrong", "a wrong time zone on one of them"],
      remedies: [.synchronizeTime]),
    Family(
      id: "kerberos-etype", codes: [14],
      summary: "Client and KDC have no encryption type in common for this account.",
      explanation: "The account has no key of a type that the client offers, or the KDC no longer allows that type.",
      causes: ["RC4 is switched off on one side and the account has no AES keys", "the account's permitted encryption types are too narrow"],
      remedies: [.encryptionTypes]),
    Family(
      id: "kerberos-duplicate-spn", codes: [8],
      summary: "More than one account carries the service principal name.",
      explanation: "The KDC cannot tell whose key to use for the ticket.",
      causes: ["the name was registered again for another account"],
      remedies: [.findDuplicateSPN]),
    Family(
      id: "kerberos-ap-modified", codes: [41],
      summary: "A ticket could not be decrypted by the one it was presented to.",
      explanation: "The ticket was made with the key of another account, or with an old key.",
      causes: [
        "the service principal name is on the wrong account, or on two", "the name leads to another host",
        "the computer account's password is out of step",
      ],
      remedies: [.findDuplicateSPN, .registerSPN]),
    Family(
      id: "kerberos-policy", codes: [12, 13],
      summary: "A policy of the KDC forbids what the client asks.",
      explanation: "Logon hours, permitted workstations, authentication policies or delegation settings stand against the request.",
      causes: ["an authentication policy or selective authentication", "delegation that is not permitted"],
      remedies: [.accountState]),
    Family(
      id: "kerberos-tkt-expired", severity: .warning, codes: [32, 33],
      summary: "The KDC refuses a ticket as expired or not yet valid.",
      explanation: "One such error is normal when a ticket has just run out; the client renews it. This one was not followed by success.",
      causes: ["clocks that differ", "a ticket cache that is out of date"],
      remedies: [.synchronizeTime]),
    Family(
      id: "kerberos-generic", codes: [29, 60],
      summary: "The KDC failed, without saying more than that.",
      explanation: "A generic error or an unavailable service inside the domain controller.",
      causes: ["a fault in the domain controller or its directory"],
      remedies: [.kdcLogs]),
    Family(
      id: "kerberos-other-error", codes: [],
      summary: "The KDC answered with another error.",
      explanation: "The code and its meaning are shown as they are.",
      causes: ["see the meaning of the code"],
      remedies: [.kdcLogs]),
  ]

  /// Errors about time: the KDC's clock is evidence.
  private static let timeCodes: Set<Int32> = [32, 33, 37]

  private static let listedCodes = Set(families.flatMap(\.codes))

  private static func rule(_ family: Family) -> Rule {
    Rule(
      id: family.id, severity: family.severity, phase: .kerberos, nature: .status, summary: family.summary,
      explanation: family.explanation + "\n\n" + timing, causes: family.causes, remedies: family.remedies,
      references: ["RFC 4120 7.5.9", "RFC 4120 5.9.1"],
      judge: .kerberos { exchange in
        guard let error = exchange.error, exchange.hasFailed, !exchange.isRepetition,
          family.codes.isEmpty
            ? !listedCodes.contains(error.errorCode.rawValue) : family.codes.contains(error.errorCode.rawValue)
        else { return [] }
        return [observation(exchange, error)]
      })
  }

  private static func observation(_ exchange: KerberosExchange, _ error: KerberosError) -> Observation {
    let name = error.errorCode.name ?? "error \(error.errorCode.rawValue)"
    let who = exchange.request?.cname ?? error.cname?.description
    let service = exchange.request?.sname ?? error.sname?.description ?? "a service"
    var answer = "\(name) (\(error.errorCode.rawValue))"
    if let status = error.eData?.extendedStatus { answer += ", \(status)" }
    if let text = error.eText, !text.isEmpty { answer += ", “\(text)”" }
    if timeCodes.contains(error.errorCode.rawValue), let clock = error.stime, let reply = exchange.reply {
      // RFC 4120 5.2.3: a KerberosTime has whole seconds.
      let ahead = clock.secondsSince1970 - reply.time.nanoseconds / 1_000_000_000
      answer += ahead == 0 ? ", the KDC's clock agrees with the capture's" : ", the KDC's clock is \(abs(ahead)) s \(ahead > 0 ? "ahead of" : "behind") the capture's"
    }
    let subject = exchange.request?.isInitial == true ? [who ?? "a user", exchange.request?.realm ?? error.realm].compactMap(\.self).joined(separator: "@") : service
    return Observation(
      .proven,
      "the KDC \(exchange.kdc.address) answers \(name) for \(subject)" + (error.errorCode.meaning.map { ": \($0)" } ?? ""),
      evidence: [
        Evidence(
          exchange.request?.stamp.number, .client,
          exchange.request.map { "\($0.isInitial ? "AS-REQ" : "TGS-REQ") for \($0.sname)" } ?? ""),
        Evidence(exchange.reply?.number, .server, "KRB-ERROR \(answer)"),
      ].compactMap(\.self),
      // Without the request nobody can tell whether it was overcome.
      severity: exchange.request == nil ? .info : nil)
  }
}

extension Remedy {
  fileprivate static let storedCredentials = Remedy(
    "Check the user name, realm and password, and credentials that are stored on the client. On Windows:",
    command: "cmdkey /list")
  fileprivate static let registerSPN = Remedy(
    "Use the server's real name, or register the name in use for its computer account. Look first who has it (ALIAS is the name in use):",
    command: "setspn -Q cifs/ALIAS")
  fileprivate static let findDuplicateSPN = Remedy(
    "Look for service principal names that are registered twice, and remove the wrong one:", command: "setspn -X")
  fileprivate static let accountState = Remedy(
    "Look at the account in the directory: whether it is enabled, locked, expired, and when it may log on from where.")
  fileprivate static let synchronizeTime = Remedy(
    "Compare the clocks of client, server and domain controller. On Windows:", command: "w32tm /query /status")
  fileprivate static let encryptionTypes = Remedy(
    "Allow AES for the account and the client, and reset the account's password so that AES keys exist.",
    caution: "Allowing RC4 again instead weakens the domain.")
  fileprivate static let kdcLogs = Remedy("Look at the log of the domain controller for this moment.")
}
