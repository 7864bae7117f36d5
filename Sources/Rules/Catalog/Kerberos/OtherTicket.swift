import Protocols
import Transcripts

extension AcceptedTicket {
  /// Why a server refuses one ticket and accepts another for the same service at the same time.
  ///
  /// - Parameters:
  ///   - own: the version of the key of the refused ticket.
  ///   - cannotOpen: the server says that its key does not fit, and not only that it does not let the user in.
  func story(besideVersion own: UInt32?, cannotOpen: Bool) -> KerberosFamily.Story {
    if let own, let kvno, own != kvno {
      return own < kvno
        ? KerberosFamily.Story(
          causes: [
            "the ticket is older than the server's key: it is encrypted with version \(own), and in frame \(frame) the server accepts a ticket with version \(kvno)",
            "the domain controller that issued the ticket does not know the server's new password yet",
          ], remedies: [.newTickets, .replication, .serverKeys])
        : KerberosFamily.Story(
          causes: [
            "the server does not have the newest version of its key: the ticket is encrypted with version \(own), and in frame \(frame) the server accepts a ticket with version \(kvno)",
            "the service principal name is on another account than the server's, or on two",
          ], remedies: [.serverKeys, .testJoin, .repairSecureChannel, .findDuplicateSPN])
    }
    return cannotOpen
      ? KerberosFamily.Story(
        causes: [
          "this ticket is encrypted with another key than the ticket that the server accepts in frame \(frame): domain controllers do not agree on the key, or the service principal name is on two accounts",
          "the ticket is older than the server's key",
        ], remedies: [.newTickets, .findDuplicateSPN, .replication, .serverKeys])
      : KerberosFamily.Story(
        causes: [
          "the server has no account for the user of the ticket, or does not let this user in: its key is right, since it accepts another ticket for the same service in frame \(frame)",
          "the ticket is older than the server's key",
        ], remedies: [.idmapSamba, .sambaDaemons, .userRights, .newTickets, .serverLogs])
  }
}

extension Session {
  /// The ticket is for one name, and the server calls itself by another.
  private var storyOfOtherHost: KerberosFamily.Story? {
    guard let host = identity.service.flatMap(Transcripts.serviceHost), let own = otherServer(than: host) ?? otherAccount(than: host) else { return nil }
    return KerberosFamily.Story(
      causes: [
        "the name \(host) leads to another server, which calls itself \(own) and does not have the key of the ticket (an old DNS record, an alias, an entry in the hosts file)",
        "\(host) is an alias of \(own), and its service principal name is on another account than that of \(own)",
        "the keytab or machine password of \(own) does not match its account",
      ], remedies: [.checkAddress, .findSPN, .serverKeys, .testJoin, .repairSecureChannel])
  }

  /// The computer whose account the server names in its error: RFC 4120 5.9.1, sname.
  private func otherAccount(than host: String) -> String? {
    guard !host.isAddressLiteral, let name = kerberosError?.error.sname?.components.last, name.hasSuffix("$"), name.count > 1 else { return nil }
    let own = String(name.dropLast())
    return isSameHost(own, host) ? nil : own
  }

  /// Why a ticket is refused, where a keytab or another ticket tells it.
  var ticketStory: KerberosFamily.Story? {
    ticketVerdict?.story ?? acceptedTicket?.story(besideVersion: identity.ticketKeys?.kvno, cannotOpen: kerberosError != nil) ?? storyOfOtherHost
  }
}
