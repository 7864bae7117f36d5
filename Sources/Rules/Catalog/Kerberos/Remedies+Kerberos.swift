extension Remedy {
  static let storedKerberosCredentials = Remedy(
    "Check the user name, realm and password, and credentials that are stored on the client. On Windows:",
    command: "cmdkey /list", fits: [.windowsClient],
    variants: [
      Remedy(
        "Check the user name, realm and password: get a ticket by hand on the client:", command: "kinit USER@REALM",
        fits: .unixClients + [.macOSClient])
    ])
  static let ticketBeforeMount = Remedy(
    "On Linux get a ticket before the share is opened, as the user who opens it, or give that user a keytab. For a mount this user is root, or the user of cruid=:",
    command: "kinit USER@REALM; klist", fits: .unixClients)
  static let findSPN = Remedy(
    "Check which account has the service principal name of the server name in use. It should be the server's computer account:",
    command: "setspn -Q cifs/NAME", fits: .activeDirectory,
    variants: [
      Remedy(
        "Check which account has the service principal name of the server name in use. It should be the server's computer account; on the Samba member server:",
        command: "net ads search -P '(servicePrincipalName=cifs/NAME)' sAMAccountName", fits: [.samba]),
      Remedy(
        "Check whether the server's keytab has the service principal name of the server name in use (“kerberos keytab file” in ksmbd.conf names another file):",
        command: "klist -ket /etc/krb5.keytab", fits: [.ksmbd]),
    ])
  static let addComputerName = Remedy(
    "On a Windows server add the alias as a further name of the computer. This also registers its service principal names:",
    command: "netdom computername SERVER /add:ALIAS", fits: [.windowsServer],
    variants: [
      Remedy(
        "On the Samba server add the alias to “netbios aliases” in smb.conf, and register it for the computer account:",
        command: "net ads setspn add cifs/ALIAS", fits: [.samba])
    ])
  static let addAliasSPN = Remedy(
    "Register the alias for the server's computer account, as a domain administrator; -S refuses duplicates. HOST/ serves cifs/ too:",
    command: "setspn -S HOST/ALIAS SERVER", fits: [.windowsServer, .nas, .macOSServer],
    variants: [
      Remedy(
        "If the name is an alias of the Samba server, register it for the computer account, or open the share by the server's own name:",
        command: "net ads setspn add cifs/ALIAS", fits: [.samba])
    ])
  static let useRealName = Remedy("Until then open the share by the host's own name. The evidence shows it.")
  static let findDuplicateSPN = Remedy(
    "Look for service principal names that are registered twice, and remove the wrong one:", command: "setspn -X",
    fits: .activeDirectory)
  static let repairSecureChannel = Remedy(
    "Check whether the server's computer account matches the domain. On a Windows server (-Repair repairs it; on Samba: net ads testjoin):",
    command: "Test-ComputerSecureChannel -Verbose", fits: [.windowsServer],
    variants: [
      Remedy(
        "Check whether the server's computer account matches the domain (net ads join repairs it):",
        command: "net ads testjoin", fits: [.samba]),
      Remedy(
        "Compare the key version number in the server's keytab with that of the ticket, and recreate the keytab if they differ:",
        command: "klist -ket /etc/krb5.keytab; kvno cifs/NAME", fits: [.ksmbd]),
      Remedy(
        "Check whether the storage account is joined to the domain and its key is current (module AzFilesHybrid):",
        command: "Debug-AzStorageAccountAuth -StorageAccountName ACCOUNT -ResourceGroupName GROUP -Verbose", fits: [.azureFiles]),
    ])
  static let accountState = Remedy(
    "Look at the account in the directory: is it enabled, locked or expired, and when and from where may it log on? In Active Directory:",
    command:
      "Get-ADUser USER -Properties Enabled, LockedOut, AccountExpirationDate, PasswordExpired, PasswordLastSet, LogonWorkstations",
    fits: .activeDirectory,
    variants: [
      Remedy(
        "Look at the account in the directory: is it enabled, locked or expired? On a Samba domain controller:",
        command: "samba-tool user show USER", fits: [.samba])
    ])
  static let synchronizeTime = Remedy(
    "Compare the clocks of client, server and domain controller, and let all of them get their time from the domain. On Windows (on Linux: timedatectl):",
    command: "w32tm /query /status",
    variants: [
      Remedy(
        "Compare the server's clock with that of the domain controller, and let it get its time from the domain:",
        command: "timedatectl; chronyc tracking", fits: .linuxServers),
      Remedy(
        "Compare the client's clock with that of the domain controller, and let it get its time from the domain:",
        command: "timedatectl; chronyc tracking", fits: .unixClients),
      Remedy(
        "Compare the Mac's clock with that of the domain controller:", command: "sntp time.apple.com", fits: [.macOSClient]),
      Remedy(
        "Compare the clocks of the Windows computers with that of the domain controller, and let all of them get their time from the domain:",
        command: "w32tm /query /status", fits: .windows),
    ])
  static let synchronizeClient = Remedy(
    "Compare the client's clock with that of the domain controller, and let it get its time from the domain. On Windows:",
    command: "w32tm /query /status", fits: [.windowsClient],
    variants: [
      Remedy(
        "Compare the client's clock with that of the domain controller, and let it get its time from the domain:",
        command: "timedatectl; chronyc tracking", fits: .unixClients),
      Remedy(
        "Compare the Mac's clock with that of the domain controller:", command: "sntp time.apple.com", fits: [.macOSClient]),
      Remedy(
        "Compare the client's clock with that of the domain controller, and let it get its time from the domain.",
        fits: [.otherClient]),
    ])
  static let synchronizeServer = Remedy(
    "Compare the file server's clock with that of the domain controller, and let it get its time from the domain. On Windows:",
    command: "w32tm /query /status", fits: [.windowsServer],
    variants: [
      Remedy(
        "Compare the file server's clock with that of the domain controller, and let it get its time from the domain:",
        command: "timedatectl; chronyc tracking", fits: .linuxServers),
      Remedy(
        "Set the time of the storage system, and let it get its time from the domain's time servers.", fits: [.nas]),
    ])
  static let synchronizeKDC = Remedy(
    "If the client's clock is right, check where the domain controller gets its time from. On Windows (on Linux: chronyc sources):",
    command: "w32tm /query /source")
  static let encryptionTypes = Remedy(
    "Allow AES for the account and the client, and reset the account's password so that AES keys exist.",
    caution: "Allowing RC4 again instead weakens the domain.")
  static let purgeTickets = Remedy(
    "Delete the client's tickets, so that it gets new ones. On Windows:", command: "klist purge", fits: [.windowsClient],
    variants: [
      Remedy(
        "Delete the client's tickets and get new ones:", command: "kdestroy; kinit USER@REALM",
        fits: .unixClients + [.macOSClient])
    ])
  static let delegation = Remedy(
    "Look at the delegation of the account under which the program runs:",
    command: "Get-ADObject -Filter 'msDS-AllowedToDelegateTo -like \"*\"' -Properties msDS-AllowedToDelegateTo", fits: .activeDirectory,
    variants: [Remedy("Look at the delegation of the account under which the program runs, in the directory of the realm.")])
  static let kdcLogs = Remedy("Look at the log of the domain controller for this moment.")
  static let kdcSecurityLog = Remedy(
    "Look at the security log of the domain controller for this moment: events 4768 (first ticket) and 4769 (service ticket) show the error code.")
  static let certificates = Remedy(
    "Check the certificates of the user and of the domain controller: issuer, validity, revocation list, purpose, and the mapping to the account. On Windows:",
    command: "certutil -scinfo", fits: [.windowsClient],
    variants: [
      Remedy(
        "Check the certificates of the user and of the domain controller: issuer, validity, revocation list, purpose, and the mapping to the account.",
        fits: .unixClients + [.macOSClient, .otherClient])
    ])
  static let testMTUToKDC = Remedy(
    "Find the largest size that still gets through to the domain controller without fragmentation, and set the MTU of the tunnel or VPN to it:",
    command: "ping -f -l 1472 DC",
    variants: [
      Remedy(
        "Find the largest size that still gets through to the domain controller without fragmentation, and set the MTU of the tunnel or VPN to it:",
        command: "ping -M do -s 1472 DC", fits: .unixClients + [.otherClient]),
      Remedy(
        "Find the largest size that still gets through to the domain controller without fragmentation, and set the MTU of the tunnel or VPN to it:",
        command: "ping -D -s 1472 DC", fits: [.macOSClient]),
    ])
  static let openPort88 = Remedy(
    "Open TCP and UDP port 88 from the client to every domain controller. From a Windows client:",
    command: "Test-NetConnection DC -Port 88",
    variants: [
      Remedy(
        "Open TCP and UDP port 88 from the client to every domain controller:", command: "nc -vz DC 88",
        fits: .unixClients + [.macOSClient, .otherClient]),
      Remedy(
        "Open TCP and UDP port 88 from the client to every domain controller:", command: "Test-NetConnection DC -Port 88",
        fits: [.windowsClient]),
    ])
  static let kdcService = Remedy(
    "Check on this host that the KDC runs and listens on port 88. On a Windows domain controller it is the service “kdc”; on Linux it is krb5-kdc or samba-ad-dc:",
    command: "systemctl status krb5-kdc samba-ad-dc; ss -lntu 'sport = :88'",
    variants: [
      Remedy("Check on this host that the KDC runs and listens on port 88:", command: "Get-Service kdc; Get-NetTCPConnection -LocalPort 88 -State Listen", fits: [.windowsServer])
    ])
  static let findDomainController = Remedy(
    "Check which domain controller the client finds, and whether it is the right one:", command: "nltest /dsgetdc:DOMAIN",
    fits: [.windowsClient],
    variants: [
      Remedy(
        "Check which domain controllers the client finds, and whether they are the right ones:",
        command: "dig +short SRV _kerberos._tcp.REALM", fits: .unixClients + [.macOSClient, .otherClient])
    ])
  static let forceKerberosTCP = Remedy(
    "Old Windows clients begin with UDP. To make them use TCP at once, set MaxPacketSize = 1 (DWORD) under HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\Kerberos\\Parameters.",
    fits: [.windowsClient],
    variants: [
      Remedy(
        "Let the client use TCP at once, under [libdefaults] in krb5.conf:", command: "udp_preference_limit = 1",
        fits: .unixClients)
    ])
  static let trusts = Remedy(
    "Look at the trusts between the domains and at the DNS suffixes that are routed over them. On a domain controller:",
    command: "nltest /domain_trusts", fits: .activeDirectory,
    variants: [
      Remedy(
        "Look at the trusts between the domains. On a Samba member server (on a Samba domain controller: samba-tool domain trust list):",
        command: "wbinfo -m --verbose", fits: [.samba])
    ])
  static let blockNTLMExceptions = Remedy(
    "If the server cannot do Kerberos, list it as an exception: policy “Block NTLM Server Exception List” under Computer Configuration, Administrative Templates, Network, Lanman Workstation.",
    caution: "NTLM lets an attacker on the path relay or crack the logon.", fits: [.windowsClient])
}

/// Keys and encryption types.
extension Remedy {
  static let serverKeys = Remedy(
    "On a Linux or Samba server look at the names, versions and encryption types of its keys. “net ads keytab create” recreates the keytab from the machine account:",
    command: "klist -kte", fits: .linuxServers)
  static let testJoin = Remedy(
    "On a Samba member server check whether its machine password matches its account. If it does not, “net ads changetrustpw” or a new join repairs it:",
    command: "net ads testjoin", fits: [.samba])
  static let trustEncryptionTypes = Remedy(
    "On a domain controller of each of the two domains let the trust use AES (“The other domain supports Kerberos AES Encryption” in the trust's properties), and look at it with:",
    command: "Get-ADTrust -Filter * -Properties msDS-SupportedEncryptionTypes | select Name, msDS-SupportedEncryptionTypes", fits: .activeDirectory)
  static let accountEncryptionTypes = Remedy(
    "In Active Directory look at the encryption types of the server's account and at the date of its password:",
    command: "Get-ADComputer SERVER -Properties msDS-SupportedEncryptionTypes, PasswordLastSet, ServicePrincipalNames",
    fits: .activeDirectory,
    variants: [
      Remedy(
        "Look at the encryption types of the server's account and at the date of its password, on the Samba member server:",
        command: "net ads search -P '(sAMAccountName=SERVER$)' msDS-SupportedEncryptionTypes pwdLastSet servicePrincipalName",
        fits: [.samba])
    ])
  static let accountEncryptionTypesElsewhere = Remedy(
    "On a Samba domain controller (on an MIT KDC: kadmin.local -q 'getprinc PRINCIPAL' lists the keys):",
    command: "samba-tool computer show SERVER --attributes=msDS-SupportedEncryptionTypes,pwdLastSet")
  static let userEncryptionTypes = Remedy(
    "In Active Directory look at the encryption types of the user's account and at the date of its password:",
    command: "Get-ADUser USER -Properties msDS-SupportedEncryptionTypes, PasswordLastSet")
  static let userEncryptionTypesElsewhere = Remedy(
    "On a Samba domain controller (on an MIT KDC: kadmin.local -q 'getprinc PRINCIPAL' lists the keys):",
    command: "samba-tool user show USER --attributes=msDS-SupportedEncryptionTypes,pwdLastSet")
  static let permittedTypesLinux = Remedy(
    "On a Linux client look at “permitted_enctypes” and “default_tkt_enctypes” in krb5.conf; on Windows at the policy “Network security: Configure encryption types allowed for Kerberos”.")
  static let rc4Events = Remedy(
    "RC4 is being switched off in 2026 (CVE-2026-20833). On Windows domain controllers look for the events 201 to 209 of KDCSVC, which name the accounts and clients that still need it:",
    command: "Get-WinEvent -FilterHashtable @{LogName='System'; Id=201..209} | Where-Object ProviderName -match kdcsvc")
  static let newTickets = Remedy(
    "Delete the client's tickets and get new ones. On Windows klist purge, and log on again; on Linux:",
    command: "kdestroy -A; kinit USER@REALM")
  static let replication = Remedy(
    "Check whether the domain controllers replicate, so that all have the same krbtgt key (on Samba: samba-tool drs showrepl):",
    command: "repadmin /replsummary")
  static let updateKDC = Remedy(
    "Update the domain controller: Samba 4.16 and later accept the checksums of current Windows clients.")
  static let serviceAccountState = Remedy(
    "Check whether that account is enabled and has not expired. For a server's computer account in Active Directory:",
    command: "Get-ADComputer SERVER -Properties Enabled, AccountExpirationDate, PasswordLastSet", fits: .activeDirectory,
    variants: [
      Remedy(
        "Check whether the server's account is enabled and has not expired, on the Samba member server:",
        command: "net ads search -P '(sAMAccountName=SERVER$)' userAccountControl accountExpires pwdLastSet", fits: [.samba])
    ])
  static let serviceAccountStateMIT = Remedy(
    "On an MIT KDC look at the attributes of the service (DISALLOW_ALL_TIX switches it off; “modprinc +allow_tix” switches it on):",
    command: "kadmin.local -q 'getprinc cifs/NAME'")
}

/// Azure Files: there is no computer to give a name to.
extension Remedy {
  static let nameWithoutPrivateLink = Remedy(
    #"Open the share by its public name, without “privatelink”: \\ACCOUNT.file.core.windows.net\SHARE. Inside the network DNS leads it to the private address."#)
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
      "Check whether the domain has an account for the storage account. If not, join it (Join-AzStorageAccount of the module AzFilesHybrid):",
      command: "setspn -Q cifs/\(host)", fits: [.azureFiles])
  }

  private static func azureDebugging(_ account: String) -> Remedy {
    Remedy(
      "Let Azure's own check compare the storage account with the domain (module AzFilesHybrid):",
      command: "Debug-AzStorageAccountAuth -StorageAccountName \(account) -ResourceGroupName GROUP -Verbose", fits: [.azureFiles])
  }

  private static func azureRealm(_ host: String) -> Remedy {
    Remedy(
      "With Microsoft Entra Kerberos, configure on the client of a local domain that this name belongs to that realm (policy “Define host name-to-Kerberos realm mappings”):",
      command: "ksetup /addhosttorealmmap \(host) KERBEROS.MICROSOFTONLINE.COM", fits: [.windowsClient])
  }

  private static func azureKey(_ account: String, _ host: String) -> Remedy {
    Remedy(
      "Or open the share with the storage account key, as the user localhost\\\(account):",
      command: #"net use \\\#(host)\SHARE /user:localhost\\#(account)"#,
      caution: "The key gives access to everything in the storage account and cannot be limited to one user.")
  }
}
