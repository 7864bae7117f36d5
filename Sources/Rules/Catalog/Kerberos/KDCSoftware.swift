import Protocols
import Transcripts

/// Which software a KDC runs, by the text in its errors: Windows sends none. It only chooses remedies.
enum KDCSoftware {
  /// `CLIENT LOCKED OUT`, `PREAUTH_FAILED`: words in capitals.
  case mit
  /// Sentences. A Samba domain controller is built with it.
  case heimdal

  init?(_ error: KerberosError) {
    guard let text = error.eText, text.contains(where: \.isLetter) else {
      // Others have codes of their own for accounts that are locked.
      guard error.errorCode.rawValue == 12 else { return nil }
      self = .heimdal
      return
    }
    if text.allSatisfy({ $0.isUppercase || $0 == "_" || $0 == " " }) {
      self = .mit
    } else if text.contains(" "), text.contains(where: \.isLowercase) {
      self = .heimdal
    } else {
      return nil
    }
  }
}

extension KerberosFault {
  /// What shows the principal in question in this KDC's own database; nil when the KDC may be a Windows domain controller.
  private var principalRemedy: Remedy? {
    guard exchange != nil, error.eData?.extendedStatus == nil, let kdc = KDCSoftware(error) else { return nil }
    return switch (kdc, role) {
    case (_, .fileServer): nil
    case (.mit, .firstTicket): .userPrincipalMIT
    case (.mit, .serviceTicket): .servicePrincipalMIT
    case (.heimdal, .firstTicket): .userPrincipalHeimdal
    case (.heimdal, .serviceTicket): .servicePrincipalHeimdal
    }
  }

  /// Instead of commands for a domain controller that is not there.
  func remedies(insteadOf usual: [Remedy]) -> [Remedy]? {
    // Of clocks and of tickets that were refused a database says nothing.
    guard [1, 6, 7, 8, 12, 14, 18, 21, 23, 24, 25, 31].contains(code), let principalRemedy else { return nil }
    let others = usual.filter { !$0.isForActiveDirectory && !(KDCSoftware(error) == .mit && $0.isForMemberOfDomain) }
    guard !others.contains(where: { $0.command == principalRemedy.command }) else { return others }
    return [6, 23, 24, 31].contains(code) ? others + [principalRemedy] : [principalRemedy] + others
  }
}

extension KerberosFault {
  /// What ends the state that the account is in; nil where that is not known, or looking at it is all.
  var remediesOfState: [Remedy]? {
    switch (error.eData?.extendedStatus?.rawValue, code) {
    case (0xC000_0072, _): [.enableAccountInDirectory, .accountState]
    case (0xC000_0234, _): [.unlockAccount, .accountState]
    case (0xC000_0071, _), (0xC000_0224, _), (nil, 23): [.changePasswordAtKDC, .accountState]
    default: nil
    }
  }
}

extension Observation {
  /// A realm of an MIT KDC has no directory, no computer accounts and no tools for them.
  ///
  /// - Parameter etype: of a ticket that current servers refuse.
  mutating func fitToMIT(weak etype: KerberosEncryptionType?, _ usual: [Remedy]) {
    let others = (remedies ?? usual).filter { !$0.isForActiveDirectory && !$0.isForMemberOfDomain }
    remedies = [.servicePrincipalMIT, .serviceKeysMIT] + others
    guard let etype else { return }
    causes = [
      "the service's principal has only keys of \(etype), and the server no longer takes such tickets (its keytab, or “permitted_enctypes” and “allow_rc4” in krb5.conf)",
      "the server's keytab does not match the keys of the KDC",
    ]
  }
}

extension Remedy {
  fileprivate static let serviceKeysMIT = Remedy(
    "Give the service new keys of current types, and write them to the server's keytab. On the server:",
    command: "kadmin -q 'ktadd -k /etc/krb5.keytab cifs/NAME'",
    caution: "The keys change: other keytabs of this service, and tickets that were issued before, no longer work.")
  fileprivate static let userPrincipalMIT = Remedy(
    "On the MIT KDC look at the user's principal: attributes, expiration dates, failed attempts and keys (“modprinc -unlock” unlocks it):",
    command: "kadmin.local -q 'getprinc USER@REALM'")
  fileprivate static let servicePrincipalMIT = Remedy(
    "On the MIT KDC look at the service's principal: does it exist, is it switched off, and which keys does it have?",
    command: "kadmin.local -q 'getprinc cifs/NAME'")
  fileprivate static let userPrincipalHeimdal = Remedy(
    "On the Heimdal KDC look at the user's principal (on a Samba domain controller: samba-tool user show USER):",
    command: "kadmin -l get USER@REALM")
  fileprivate static let servicePrincipalHeimdal = Remedy(
    "On the Heimdal KDC look at the service's principal (on a Samba domain controller: samba-tool computer show SERVER):",
    command: "kadmin -l get cifs/NAME")

  /// Itself, or what takes its place on Samba.
  fileprivate var isForMemberOfDomain: Bool { ([self] + variants).contains { $0.command?.hasPrefix("net ads") == true } }

  fileprivate var isForActiveDirectory: Bool {
    fits == .activeDirectory
      || ["Get-AD", "Get-WinEvent", "setspn", "repadmin", "samba-tool"].contains { command?.hasPrefix($0) ?? false }
  }
}
