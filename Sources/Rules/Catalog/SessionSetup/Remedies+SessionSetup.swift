extension Remedy {
  static let storedWindowsCredentials = Remedy(
    "Compare the domain, user and workstation in the evidence with the intended ones, and look for credentials that are stored on a Windows client (cmdkey /delete removes one):",
    command: "cmdkey /list",
    fits: [.windowsClient],
    variants: [
      Remedy(
        "Compare the domain, user and workstation in the evidence with the intended ones, and look at the mount's options username=, domain= and credentials=.",
        fits: [.linuxClient]),
      Remedy(
        "Compare the domain, user and workstation in the evidence with the intended ones, and with the option -U or the file of -A.",
        fits: [.sambaClient]),
      Remedy(
        "Compare the domain, user and workstation in the evidence with the intended ones, and look for a stored password in the Mac's keychain:",
        command: "security find-internet-password -s SERVER", fits: [.macOSClient]),
      Remedy(
        "Compare the domain, user and workstation in the evidence with the intended ones, and with the program's credentials.",
        fits: [.otherClient]),
    ])
  static let reconnectAs = Remedy(
    "On a Windows client give the account with its domain:", command: #"net use \\SERVER\SHARE /user:DOMAIN\USER"#,
    fits: [.windowsClient])
  static let sambaDirectory = Remedy(
    "On a Samba domain controller check whether the directory has the account and is consistent:",
    command: "samba-tool user show USER; samba-tool dbcheck --cross-ncs", fits: [.samba])
  static let credentialsLinux = Remedy(
    "On Linux try the same account by hand; for a mount use its options username= and domain= or its credentials= file:",
    command: #"smbclient //SERVER/SHARE -U 'DOMAIN\USER'"#,
    fits: .unixClients + [.macOSClient, .otherClient])
  static let accountWindows = Remedy(
    "Look at the account in Active Directory:",
    command:
      "Get-ADUser USER -Properties Enabled, LockedOut, AccountExpirationDate, PasswordExpired, PasswordLastSet, LogonWorkstations",
    fits: .activeDirectory)
  static let accountSamba = Remedy(
    "On a Samba server with local accounts look at the account there:", command: "pdbedit -L -v -u USER",
    fits: [.samba],
    variants: [
      Remedy(
        "On ksmbd check whether the account is in its list of users. ksmbd.adduser -u sets a new password, and ksmbd.adduser -a adds the account:",
        command: "grep -a ^USER: /etc/ksmbd/ksmbdpwd.db; ksmbd.adduser -u USER", fits: [.ksmbd]),
      Remedy("Look at the account on the Mac:", command: "dscl . -read /Users/USER AuthenticationAuthority", fits: [.macOSServer]),
    ])
  static let enableAccountSamba = Remedy(
    "On a Samba server with local accounts enable the account with:", command: "smbpasswd -e USER",
    fits: [.samba])
  /// Nothing shows what the domain controllers run.
  static let accountOfDomain = Remedy(
    "Look at the account on a domain controller. On a Samba domain controller “samba-tool user show USER” does it:",
    command: accountWindows.command)
  static let enableAccountOfDomain = Remedy(
    "Enable the account on a domain controller, if it may be used. On a Samba domain controller “samba-tool user enable USER” does it:",
    command: "Enable-ADAccount USER")
  static let enableAccountInDirectory = Remedy(
    "Enable the account in the directory, if it may be used. In Active Directory:", command: "Enable-ADAccount USER", fits: .activeDirectory,
    variants: [Remedy("Enable the account, if it may be used. On a Samba domain controller:", command: "samba-tool user enable USER", fits: [.samba])])
  static let unlockAccount = Remedy(
    "First find the source of the wrong passwords (the domain controller's security log shows the workstation), then unlock the account in Active Directory:",
    command: "Unlock-ADAccount USER",
    fits: .activeDirectory,
    variants: [
      Remedy(
        "First find the source of the wrong passwords (the server's log shows the client), then unlock the account; on a Samba domain controller (with local accounts: pdbedit -z -u USER):",
        command: "samba-tool user unlock USER", fits: [.samba])
    ])
  static let changePassword = Remedy(
    "Change the password: at a Windows workstation of the domain with Ctrl+Alt+Del, on Linux or Samba with:",
    command: "smbpasswd -r DOMAIN-CONTROLLER -U USER",
    variants: [
      Remedy("Change the password at the workstation with Ctrl+Alt+Del.", fits: [.windowsClient]),
      Remedy("Change the password:", command: "smbpasswd -r DOMAIN-CONTROLLER -U USER", fits: .unixClients + [.macOSClient, .otherClient]),
    ])
  static let changePasswordAtKDC = Remedy(
    "Change the password with the KDC: at a Windows workstation of the domain with Ctrl+Alt+Del, elsewhere with:", command: "kpasswd USER@REALM",
    variants: [
      Remedy("Change the password at the workstation with Ctrl+Alt+Del.", fits: [.windowsClient]),
      Remedy("Change the password with the KDC:", command: "kpasswd USER@REALM", fits: .unixClients + [.macOSClient, .otherClient]),
    ])
  static let userRights = Remedy(
    "On a Windows server look at Local Policies, User Rights Assignment: the user or a group needs “Access this computer from the network” and must not be in “Deny access to this computer from the network”.",
    fits: [.windowsServer])
  static let domainControllerWindows = Remedy(
    "Check on a Windows server that it finds its domain controller, and that its DNS servers are those of the domain:",
    command: "nltest /dsgetdc:DOMAIN",
    fits: [.windowsServer])
  static let domainControllerSamba = Remedy(
    "On a Samba member server:", command: "wbinfo --ping-dc",
    fits: [.samba])
  static let secureChannelWindows = Remedy(
    "Check the server's membership; -Repair with a domain administrator's credentials restores it:",
    command: "Test-ComputerSecureChannel -Verbose",
    fits: [.windowsServer])
  static let secureChannelSamba = Remedy("On a Samba member server:", command: "net ads testjoin; wbinfo -t",
    fits: [.samba])
  static let startNetlogon = Remedy("On the Windows server:", command: "Start-Service Netlogon",
    fits: [.windowsServer],
    variants: [Remedy("On the Samba member server check whether winbindd runs:", command: "systemctl status winbind; wbinfo -p", fits: [.samba])])
  static let serverTime = Remedy(
    "Compare the clocks of the server and the domain controller; on Windows (on Linux: timedatectl):",
    command: "w32tm /query /status",
    variants: [
      Remedy("Compare the clocks of the server and the domain controller:", command: "w32tm /query /status", fits: [.windowsServer]),
      Remedy("Compare the clocks of the server and the domain controller:", command: "timedatectl; chronyc tracking", fits: .linuxServers),
    ])
  static let allowedServerNames = Remedy(
    "Use the server's own name or address, or list the other names in SrvAllowedServerNames (REG_MULTI_SZ) under HKLM\\SYSTEM\\CurrentControlSet\\Services\\LanmanServer\\Parameters. This keeps the protection.",
    fits: [.windowsServer])
  static let nameHardeningOff = Remedy(
    "As a test, switch the validation off (policy “Microsoft network server: Server SPN target name validation level”); undo it afterwards:",
    command:
      #"Set-ItemProperty -Path "HKLM:\SYSTEM\CurrentControlSet\Services\LanmanServer\Parameters" SmbServerNameHardeningLevel -Value 0"#,
    caution: "Without it attackers can relay logons to the server.",
    fits: [.windowsServer])
  static let useKerberos = Remedy(
    "Let the client use Kerberos: use the server's full DNS name instead of its address, on a client of the domain that can reach a domain controller on port 88.")
  static let restrictNTLM = Remedy(
    "Look at the policies “Network security: Restrict NTLM” on the server and the domain controllers, and at the log Microsoft-Windows-NTLM/Operational; on Samba at “ntlm auth” in smb.conf.",
    variants: [
      Remedy(
        "Look at the policies “Network security: Restrict NTLM” on the server and the domain controllers, and at the log Microsoft-Windows-NTLM/Operational:",
        command: "Get-WinEvent -LogName Microsoft-Windows-NTLM/Operational -MaxEvents 50", fits: [.windowsServer]),
      Remedy("Look at “ntlm auth” in smb.conf. For users of a domain the one of the domain controllers counts, so look at it there:", command: #"testparm -sv 2>/dev/null | grep "ntlm auth""#, fits: [.samba]),
      Remedy("Use Kerberos or the key of the storage account: check whether its file service permits NTLMv2.",
        command: "Get-AzStorageFileServiceProperty -ResourceGroupName GROUP -StorageAccountName ACCOUNT", fits: [.azureFiles]),
    ])
  static let allowedToAuthenticate = Remedy(
    "Give the user or a group “Allowed to authenticate” on the server's computer account, or look at the authentication policies and silos of the domain.",
    fits: .activeDirectory + [.samba])
  static let sessionLimitWindows = Remedy(
    "Look at the sessions of a Windows server, and at limits of its edition (desktop editions allow 20 connections):",
    command: "Get-SmbSession",
    fits: [.windowsServer])
  static let sessionLimitSamba = Remedy(
    "On Samba the limits are “max smbd processes” and, for a share, “max connections” in smb.conf. This lists the connected clients:",
    command: "smbstatus",
    fits: [.samba],
    variants: [
      Remedy(
        "On ksmbd the limits are “max connections” and “max active sessions” in ksmbd.conf:",
        command: #"grep -E "max (connections|active sessions)" /etc/ksmbd/ksmbd.conf"#, fits: [.ksmbd])
    ])
  static let loadBalancer = Remedy(
    "Do not balance SMB over servers that do not share their sessions, or at least keep each client on one server.")
  static let multichannelOff = Remedy(
    "As a test, switch multichannel off on the Windows client:", command: "Set-SmbClientConfiguration -EnableMultiChannel $false",
    fits: [.windowsClient],
    variants: [Remedy("As a test, mount without the option multichannel.", fits: [.linuxClient])])
  static let securitySoftwareOnServer = Remedy(
    "As a test, switch off or update antivirus and other security software on the server that filters the network, the file system or logons.")
  static let realCredentials = Remedy(
    "Use an account that the server knows, with the correct password, instead of guest access.")
  static let mapToGuestSamba = Remedy(
    "On Samba refuse unknown users and wrong passwords instead of mapping them, in smb.conf (the default):",
    command: "map to guest = Never",
    fits: [.samba],
    variants: [
      Remedy("On ksmbd refuse unknown users instead of mapping them, in ksmbd.conf (the default):", command: "map to guest = never", fits: [.ksmbd])
    ])
  static let insecureGuestWindows = Remedy(
    "If you must use guest access, Windows can permit it (policy “Enable insecure guest logons”):",
    command: "Set-SmbClientConfiguration -EnableInsecureGuestLogons $true",
    caution: "Guest sessions are neither signed nor encrypted: anyone on the path can read and change them. If signing is required, you would have to switch that off as well.",
    fits: [.windowsClient])
  static let ntlmV2Windows = Remedy(
    "On Windows send NTLMv2 only: policy “Network security: LAN Manager authentication level”, or LmCompatibilityLevel = 5 under HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa.",
    fits: [.windowsClient])
  static let ntlmV2Samba = Remedy(
    "On Samba clients “client ntlmv2 auth = yes” and on servers “ntlm auth = ntlmv2-only” are the defaults. Keep them. Samba can accept NTLMv1 for an old device.",
    caution: "“ntlm auth = yes” lets every client log on with NTLMv1, which attackers can break by trying.",
    fits: .ofSamba)
  static let serverEncryption = Remedy(
    "Check whether the Windows server demands encryption (EncryptData and RejectUnencryptedAccess both true), for all connections or for the share:",
    command: "Get-SmbServerConfiguration | select Encrypt*, RejectUnencryptedAccess; Get-SmbShare | select Name, EncryptData",
    fits: [.windowsServer],
    variants: [
      Remedy(
        "Check whether the server demands encryption, for all connections or for the share:",
        command: #"testparm -s 2>/dev/null | grep -E "^\[|smb encrypt""#, fits: [.samba]),
      Remedy(
        "Check whether the server demands encryption:", command: #"grep "smb3 encryption" /etc/ksmbd/ksmbd.conf"#, fits: [.ksmbd]),
    ])
}

extension [Remedy] {
  /// For a user whose account is on a domain controller, and not on the server.
  var forAccountOfDomain: [Remedy] {
    compactMap { remedy in
      switch remedy {
      case .accountWindows: .accountOfDomain
      case .enableAccountSamba: .enableAccountOfDomain
      case .accountSamba: contains(.accountWindows) ? nil : .accountOfDomain
      default: remedy
      }
    }
  }
}
