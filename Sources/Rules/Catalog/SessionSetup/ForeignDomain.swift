import Protocols
import Transcripts

// Whose account was sent, and whether it can be one of the server's.

/// A domain that was sent and is none of the server's.
struct ForeignDomain {
  var sent: String
  var own: [String]
  /// No server can have it: a placeholder, or a directory in the cloud.
  var isNone: Bool
  /// The one that belongs into a command instead.
  var accepted: String

  var sentInWords: String {
    switch sent.lowercased() {
    case "azuread": "\(sent) means an account of Entra ID (Azure AD), which no file server can check"
    case "microsoftaccount": "\(sent) means a Microsoft account, which no file server can check"
    default: "\(sent) is not a domain that a file server knows"
    }
  }

  /// `LAB, lab.example`
  var list: String { own.joined(separator: ", ") }
}

extension Session {
  /// `WS01` if the user is `WS01$`, the account of the client computer. No person types its password.
  var ownComputer: String? {
    guard let user = identity.user, let workstation = identity.workstation, !workstation.isEmpty, user.lowercased() == workstation.lowercased() + "$" else { return nil }
    return workstation
  }

  /// `REALM` of `user@REALM`, sent to a server that belongs to no domain.
  var foreignRealm: String? {
    guard let ntlm, !ntlm.isDomainMember, ntlm.nbComputerName?.isEmpty == false, let parts = identity.user?.split(separator: "@"),
      parts.count == 2, parts[1].contains(".")
    else { return nil }
    return String(parts[1])
  }

  /// The client sent the domain that the server calls its own.
  var isOfServersDomain: Bool {
    guard let sent = identity.domain?.lowercased(), !sent.isEmpty, let ntlm else { return false }
    return [ntlm.nbDomainName, ntlm.dnsDomainName, ntlm.nbComputerName].contains { $0?.lowercased() == sent }
  }

  /// `LAB` if the client sent the name of the server itself, a member of LAB, and was refused: that means one of the server's
  /// own accounts, where the user meant one of the domain. The administrator of a server is one of its own.
  var domainBesideServer: String? {
    guard let refusal, [.logonFailure, .noSuchUser].contains(refusal), identity.mechanism == .ntlm, isOfServerItself, acceptedBefore == nil,
      let ntlm, let user = identity.user?.lowercased(), !user.isEmpty, user != "administrator"
    else { return nil }
    return ntlm.nbDomainName
  }

  /// `suffix` of `user@suffix`, sent to a member of another domain.
  var foreignSuffix: String? {
    guard let ntlm, ntlm.isDomainMember, let domain = ntlm.dnsDomainName?.lowercased(), !domain.isEmpty,
      let parts = identity.user?.split(separator: "@"), parts.count == 2, !isSameHost(String(parts[1]), domain), parts[1].lowercased() != domain
    else { return nil }
    return String(parts[1])
  }

  /// nil when the domain that was sent is the server's, or that cannot be told.
  var foreignDomain: ForeignDomain? {
    guard let ntlm, let sent = identity.domain, !sent.isEmpty, sent != "." else { return nil }
    let name = sent.lowercased()
    let own = [ntlm.nbDomainName, ntlm.dnsDomainName].compactMap(\.self).filter { !$0.isEmpty }
    let computers = [ntlm.nbComputerName, ntlm.dnsComputerName].compactMap { $0?.lowercased() }
    // impacket's server makes up names for each connection.
    guard !own.isEmpty, !(own.map { $0.lowercased() } + computers).contains(name), ntlm.serverVersion?.build != 0xffff else { return nil }
    let isNone = ["azuread", "microsoftaccount"].contains(name) || name.contains(where: "?*<>|\"/\\:;,+=[]".contains)
    // A stand-alone server passes over any other.
    guard isNone || ntlm.isDomainMember else { return nil }
    let computer = ntlm.nbComputerName.flatMap { $0.isEmpty ? nil : $0 }
    return ForeignDomain(
      sent: sent, own: own.withoutRepetitionOfNames, isNone: isNone, accepted: ntlm.isDomainMember ? own[0] : computer ?? own[0])
  }
}
