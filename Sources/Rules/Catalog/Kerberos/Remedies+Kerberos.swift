extension Remedy {
  static let storedKerberosCredentials = Remedy(
    "Check the user name, realm and password, and credentials that are stored on the client. On Windows:",
    command: "cmdkey /list")
  static let findSPN = Remedy(
    "Look which account has the service principal name of the server name in use (NAME), and whether it is the server's computer account:",
    command: "setspn -Q cifs/NAME")
  static let addComputerName = Remedy(
    "On a Windows server give the computer the alias as another name of its own; this registers its service principal names too (SERVER is the host's name, ALIAS the full alias):",
    command: "netdom computername SERVER /add:ALIAS")
  static let addAliasSPN = Remedy(
    "Or register the alias for the server's computer account, as a domain administrator; -S refuses duplicates. HOST/ serves cifs/ too:",
    command: "setspn -S HOST/ALIAS SERVER")
  static let useRealName = Remedy("Until then open the share by the host's own name, which the evidence shows.")
  static let findDuplicateSPN = Remedy(
    "Look for service principal names that are registered twice, and remove the wrong one:", command: "setspn -X")
  static let repairSecureChannel = Remedy(
    "See whether the server's computer account is in step with the domain. On a Windows server (-Repair mends it; on Samba: net ads testjoin):",
    command: "Test-ComputerSecureChannel -Verbose")
  static let accountState = Remedy(
    "Look at the account in the directory: whether it is enabled, locked, expired, and when it may log on from where. In Active Directory:",
    command:
      "Get-ADUser USER -Properties Enabled, LockedOut, AccountExpirationDate, PasswordExpired, PasswordLastSet, LogonWorkstations")
  static let synchronizeTime = Remedy(
    "Compare the clocks of client, server and domain controller, and let all take their time from the domain. On Windows (on Linux: timedatectl):",
    command: "w32tm /query /status")
  static let encryptionTypes = Remedy(
    "Allow AES for the account and the client, and reset the account's password so that AES keys exist.",
    caution: "Allowing RC4 again instead weakens the domain.")
  static let purgeTickets = Remedy("Drop the client's tickets, so that it fetches new ones. On Windows:", command: "klist purge")
  static let kdcLogs = Remedy("Look at the log of the domain controller for this moment.")
  static let kdcSecurityLog = Remedy(
    "Look at the security log of the domain controller for this moment: events 4768 (first ticket) and 4769 (service ticket) have the error code.")
  static let certificates = Remedy(
    "Check the certificates of the user and of the domain controller: issuer, validity, revocation list, purpose, and the mapping to the account. On Windows:",
    command: "certutil -scinfo")
  static let openPort88 = Remedy(
    "Open TCP and UDP port 88 from the client to every domain controller. From a Windows client:",
    command: "Test-NetConnection DC -Port 88")
  static let findDomainController = Remedy(
    "See which domain controller the client finds, and whether it is the right one:", command: "nltest /dsgetdc:DOMAIN")
  static let forceKerberosTCP = Remedy(
    "Old Windows clients begin with UDP; they can be told to use TCP at once: MaxPacketSize = 1 (DWORD) under HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\Kerberos\\Parameters.")
  static let trusts = Remedy(
    "Look at the trusts between the domains and at the DNS suffixes that are routed over them. On a domain controller:",
    command: "nltest /domain_trusts")
  static let blockNTLMExceptions = Remedy(
    "If the server cannot do Kerberos, list it as an exception: policy “Block NTLM Server Exception List” under Computer Configuration, Administrative Templates, Network, Lanman Workstation.",
    caution: "NTLM lets an attacker on the path relay or crack the logon.")
}
