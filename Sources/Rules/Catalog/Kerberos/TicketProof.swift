package import Proof
import Protocols

// What a keytab says of a ticket that the server refused. All of it needs keys.

extension TicketVerdict.Difference {
  /// `the ticket needs version 5 of the key, and the keytab has versions 3, 4`
  package var words: String {
    switch self {
    case .version(let ticket, let keytab):
      "the ticket needs version \(ticket) of the key, and the keytab has version\(keytab.count == 1 ? "" : "s") \(Self.list(keytab))"
    case .encryption(let ticket, let keytab):
      "the ticket is encrypted with \(ticket), and the keytab has only \(keytab.count == 1 ? "a key" : "keys") of \(KeyText.list(keytab)) for this service"
    case .key(let kvno?): "version \(kvno) of the key in the keytab is not the key of the ticket"
    case .key(nil): "the key in the keytab is not the key of the ticket"
    }
  }

  private static func list(_ versions: [UInt32]) -> String {
    // The newest are at the end.
    (versions.count > 8 ? "…, " : "") + versions.suffix(8).map { "\($0)" }.joined(separator: ", ")
  }

  fileprivate var causes: [String] {
    let otherAccount = "the service principal name is on another account than the server's, or on two: the ticket is made for that account"
    switch self {
    case .version(let ticket, let keytab) where ticket > keytab.max() ?? 0:
      return ["the keytab is old: the password of the server's account was changed after the keytab was written", otherAccount]
    case .version(let ticket, let keytab) where ticket < keytab.min() ?? 0:
      return [
        "the ticket is older than the keys: the client got it before the server's password was changed, or from a domain controller that does not have the change yet",
        otherAccount,
      ]
    case .version: return ["the keytab lacks this version of the key", otherAccount]
    case .encryption:
      return [
        "the keytab was written without a key of this encryption type",
        "the encryption types of the server's account were changed after the keytab was written", otherAccount,
      ]
    case .key:
      return [
        "the account was created or joined again, so that versions began anew, or the keytab was written by hand with another password or salt",
        otherAccount,
      ]
    }
  }

  fileprivate var remedies: [Remedy] {
    switch self {
    case .version(let ticket, let keytab) where ticket < keytab.min() ?? 0:
      [.newTickets, .replication, .serverKeys, .findSPN, .findDuplicateSPN]
    case .encryption: [.serverKeys, .accountEncryptionTypes, .findSPN, .findDuplicateSPN]
    default: [.serverKeys, .testJoin, .repairSecureChannel, .findSPN, .findDuplicateSPN]
    }
  }
}

extension TicketVerdict {
  /// Goes on after what the server said of the ticket.
  var clause: String {
    switch self {
    case .opened(let opened): "; your keytab opens it: it is a ticket of \(opened.user), \(opened.pacWords)"
    case .closed(let difference): "; your keytab does not open it either: \(difference.words)"
    }
  }

  /// Where the ticket is.
  var note: String {
    switch self {
    case .opened(let opened):
      ", opened by the keytab" + (opened.otherKvno.map { ", which calls the key version \($0)" } ?? "")
    case .closed: ", not opened by the keytab"
    }
  }

  var story: KerberosFamily.Story {
    switch self {
    case .closed(let difference): KerberosFamily.Story(causes: difference.causes, remedies: difference.remedies)
    case .opened(let opened): KerberosFamily.Story(causes: opened.causes, remedies: [.serverKeys, .testJoin, .serverLogs])
    }
  }
}

extension TicketVerdict.Opened {
  /// `with the PAC of alice`
  package var pacWords: String {
    guard hasPAC else { return "without a PAC" }
    return userOfPAC.map { "with the PAC of \($0)" } ?? "with a PAC"
  }

  fileprivate var causes: [String] {
    [
      otherKvno.map {
        "the keytab calls the key version \($0), and the ticket names another: servers that look keys up by version do not find it"
      },
      hasPAC ? nil : "the ticket has no PAC (the user's groups, signed by the domain), and the server demands one",
      "the server has no local account for \(user), or the user may not log on to it",
      "the server uses other keys than those in your keytab, and they are old: Samba has its own in secrets.tdb unless “kerberos method” names a keytab",
    ].compactMap(\.self)
  }
}
