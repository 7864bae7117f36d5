extension Remedy {
  static let storedKerberosCredentials = Remedy(
    "Check the user name, realm and password, and credentials that are stored on the client. On Windows:",
    command: "cmdkey /list")
  static let ticketBeforeMount = Remedy(
    "On Linux get a ticket as the user for whom the share is opened, before it is opened, or give that user a keytab; for a mount that is root, or the user of cruid=:",
    command: "kinit USER@REALM; klist")
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

/// Keys and encryption types.
extension Remedy {
  static let serverKeys = Remedy(
    "On a Linux or Samba server look at the names, versions and encryption types of the keys it has; “net ads keytab create” makes the keytab anew from the machine account:",
    command: "klist -kte")
  static let testJoin = Remedy(
    "On a Samba member server see whether its machine password fits its account; when it does not, “net ads changetrustpw” or a new join mends it:",
    command: "net ads testjoin")
  static let accountEncryptionTypes = Remedy(
    "In Active Directory look at the encryption types of the account and at the date of its password (for the account of a user: Get-ADUser USER):",
    command: "Get-ADComputer SERVER -Properties msDS-SupportedEncryptionTypes, PasswordLastSet, ServicePrincipalNames")
  static let accountEncryptionTypesElsewhere = Remedy(
    "On a Samba domain controller (on an MIT KDC: kadmin.local -q 'getprinc PRINCIPAL' lists the keys):",
    command: "samba-tool user show USER --attributes=msDS-SupportedEncryptionTypes,pwdLastSet")
  static let permittedTypesLinux = Remedy(
    "On a Linux client look at “permitted_enctypes” and “default_tkt_enctypes” in krb5.conf; on Windows at the policy “Network security: Configure encryption types allowed for Kerberos”.")
  static let rc4Events = Remedy(
    "RC4 is being switched off in 2026 (CVE-2026-20833). On Windows domain controllers look for the events 201 to 209 of KDCSVC, which name the accounts and clients that still need it:",
    command: "Get-WinEvent -FilterHashtable @{LogName='System'; Id=201..209} | Where-Object ProviderName -match kdcsvc")
  static let newTickets = Remedy(
    "Drop the client's tickets and get new ones. On Windows klist purge, and log on again; on Linux:",
    command: "kdestroy -A; kinit USER@REALM")
  static let replication = Remedy(
    "See whether the domain controllers replicate, so that all have the same krbtgt key (on Samba: samba-tool drs showrepl):",
    command: "repadmin /replsummary")
  static let updateKDC = Remedy(
    "Update the domain controller: Samba from 4.16 on takes the checksums of current Windows clients.")
  static let serviceAccountState = Remedy(
    "Look whether that account is enabled and has not expired. For a server's computer account in Active Directory:",
    command: "Get-ADComputer SERVER -Properties Enabled, AccountExpirationDate, PasswordLastSet")
  static let serviceAccountStateMIT = Remedy(
    "On an MIT KDC look at the attributes of the service (DISALLOW_ALL_TIX switches it off; “modprinc +allow_tix” switches it on):",
    command: "kadmin.local -q 'getprinc cifs/NAME'")
}

/// Azure Files: there is no computer to give a name to.
extension Remedy {
  static let findAzureAccount = azureAccount("ACCOUNT.file.core.windows.net")
  static let debugAzureAuthentication = azureDebugging("ACCOUNT")
  static let mapAzureRealm = azureRealm("ACCOUNT.file.core.windows.net")
  static let azureStorageKey = azureKey("ACCOUNT", "ACCOUNT.file.core.windows.net")

  /// With the names of one storage account; nil when they cannot stand in a command.
  static func azure(host: String) -> [Remedy]? {
    guard host.isPlainHostName, let account = host.split(separator: ".").first.map(String.init) else { return nil }
    return [azureAccount(host), azureDebugging(account), azureRealm(host), azureKey(account, host)]
  }

  private static func azureAccount(_ host: String) -> Remedy {
    Remedy(
      "Look whether an account of the domain stands for the storage account; without one, join it (Join-AzStorageAccount of the module AzFilesHybrid):",
      command: "setspn -Q cifs/\(host)")
  }

  private static func azureDebugging(_ account: String) -> Remedy {
    Remedy(
      "Let Azure's own check compare the storage account with the domain (module AzFilesHybrid):",
      command: "Debug-AzStorageAccountAuth -StorageAccountName \(account) -ResourceGroupName GROUP -Verbose")
  }

  private static func azureRealm(_ host: String) -> Remedy {
    Remedy(
      "With Microsoft Entra Kerberos, tell the client of a local domain that this name belongs to that realm (policy “Define host name-to-Kerberos realm mappings”):",
      command: "ksetup /addhosttorealmmap \(host) KERBEROS.MICROSOFTONLINE.COM")
  }

  private static func azureKey(_ account: String, _ host: String) -> Remedy {
    Remedy(
      "Or open the share with the storage account key, as the user localhost\\\(account):",
      command: #"net use \\\#(host)\SHARE /user:localhost\\#(account)"#,
      caution: "The key opens everything in the storage account, and cannot be limited to one user.")
  }
}

extension String {
  /// A file share of Azure Files, in any of its clouds, also by its private endpoint's name.
  var isAzureFileShare: Bool {
    let name = lowercased()
    return [".file.core.windows.net", ".file.core.usgovcloudapi.net", ".file.core.chinacloudapi.cn", ".file.storage.azure.net"].contains {
      name.hasSuffix($0)
    }
  }
}
