extension Remedy {
  static let storedWindowsCredentials = Remedy(
    "Compare the domain, user and workstation in the evidence with what was meant, and look for credentials that are stored on a Windows client (cmdkey /delete removes one):",
    command: "cmdkey /list",
    fits: [.windowsClient],
    variants: [
      Remedy(
        "Compare the domain, user and workstation in the evidence with what was meant, and look at the mount's options username=, domain= and credentials=.",
        fits: [.linuxClient]),
      Remedy(
        "Compare the domain, user and workstation in the evidence with what was meant, and with the option -U or the file of -A.",
        fits: [.sambaClient]),
      Remedy(
        "Compare the domain, user and workstation in the evidence with what was meant, and look for a stored password in the Mac's keychain:",
        command: "security find-internet-password -s SERVER", fits: [.macOSClient]),
      Remedy(
        "Compare the domain, user and workstation in the evidence with what was meant, and with the credentials that the program has.",
        fits: [.otherClient]),
    ])
  static let reconnectAs = Remedy(
    "On a Windows client name the account, with its domain:", command: #"net use \\SERVER\SHARE /user:DOMAIN\USER"#,
    fits: [.windowsClient])
  static let sambaDirectory = Remedy(
    "On a Samba domain controller see whether the directory has the account, and is sound:",
    command: "samba-tool user show USER; samba-tool dbcheck --cross-ncs", fits: [.samba])
  static let credentialsLinux = Remedy(
    "On Linux try the same account by hand; a mount takes it from its username= and domain= options or its credentials= file:",
    command: #"smbclient //SERVER/SHARE -U 'DOMAIN\USER'"#,
    fits: .unixClients + [.macOSClient, .otherClient])
  static let accountWindows = Remedy(
    "Look at the account in Active Directory:",
    command:
      "Get-ADUser USER -Properties Enabled, LockedOut, AccountExpirationDate, PasswordExpired, PasswordLastSet, LogonWorkstations",
    fits: .activeDirectory)
  static let accountSamba = Remedy(
    "On a Samba server with accounts of its own look at the account there:", command: "pdbedit -L -v -u USER",
    fits: [.samba],
    variants: [
      Remedy(
        "On ksmbd see whether the account is in its list of users; this sets its password anew, and ksmbd.adduser -a adds it:",
        command: "grep -a ^USER: /etc/ksmbd/ksmbdpwd.db; ksmbd.adduser -u USER", fits: [.ksmbd]),
      Remedy("Look at the account on the Mac:", command: "dscl . -read /Users/USER AuthenticationAuthority", fits: [.macOSServer]),
    ])
  static let enableAccountSamba = Remedy(
    "On a Samba server with accounts of its own the account is enabled with:", command: "smbpasswd -e USER",
    fits: [.samba])
  static let unlockAccount = Remedy(
    "Find the source of the wrong passwords first (the domain controller's security log names the workstation), then unlock the account in Active Directory:",
    command: "Unlock-ADAccount USER",
    fits: .activeDirectory,
    variants: [
      Remedy(
        "Find the source of the wrong passwords first (the server's log names the client), then unlock the account; on a Samba domain controller (with accounts of the server's own: pdbedit -z -u USER):",
        command: "samba-tool user unlock USER", fits: [.samba])
    ])
  static let changePassword = Remedy(
    "Change the password: at a Windows workstation of the domain with Ctrl+Alt+Del, on Linux or Samba with:",
    command: "smbpasswd -r DOMAIN-CONTROLLER -U USER",
    variants: [
      Remedy("Change the password at the workstation with Ctrl+Alt+Del.", fits: [.windowsClient]),
      Remedy("Change the password:", command: "smbpasswd -r DOMAIN-CONTROLLER -U USER", fits: .unixClients + [.macOSClient, .otherClient]),
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
    variants: [Remedy("On the Samba member server see whether winbindd runs:", command: "systemctl status winbind; wbinfo -p", fits: [.samba])])
  static let serverTime = Remedy(
    "Compare the clocks of the server and the domain controller; on Windows (on Linux: timedatectl):",
    command: "w32tm /query /status",
    variants: [
      Remedy("Compare the clocks of the server and the domain controller:", command: "w32tm /query /status", fits: [.windowsServer]),
      Remedy("Compare the clocks of the server and the domain controller:", command: "timedatectl; chronyc tracking", fits: .linuxServers),
    ])
  static let allowedServerNames = Remedy(
    "Reach the server by a name or address of its own, or tell it the others: list them in SrvAllowedServerNames (REG_MULTI_SZ) under HKLM\\SYSTEM\\CurrentControlSet\\Services\\LanmanServer\\Parameters. This keeps the protection.",
    fits: [.windowsServer])
  static let nameHardeningOff = Remedy(
    "As a test, switch the validation off (policy “Microsoft network server: Server SPN target name validation level”); undo it afterwards:",
    command:
      #"Set-ItemProperty -Path "HKLM:\SYSTEM\CurrentControlSet\Services\LanmanServer\Parameters" SmbServerNameHardeningLevel -Value 0"#,
    caution: "Without it the server is open to relayed logons.",
    fits: [.windowsServer])
  static let useKerberos = Remedy(
    "Let the client use Kerberos: reach the server by its full DNS name, not by an address, from a client of the domain that reaches a domain controller on port 88.")
  static let restrictNTLM = Remedy(
    "Look at the policies “Network security: Restrict NTLM” on the server and the domain controllers, and at the log Microsoft-Windows-NTLM/Operational; on Samba at “ntlm auth” in smb.conf.",
    variants: [
      Remedy(
        "Look at the policies “Network security: Restrict NTLM” on the server and the domain controllers, and at the log Microsoft-Windows-NTLM/Operational:",
        command: "Get-WinEvent -LogName Microsoft-Windows-NTLM/Operational -MaxEvents 50", fits: [.windowsServer]),
      Remedy("Look at “ntlm auth” in smb.conf:", command: #"testparm -sv 2>/dev/null | grep "ntlm auth""#, fits: [.samba]),
      Remedy("Use Kerberos or the key of the storage account: look whether its file service permits NTLMv2.",
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
    "On Samba the limits are “max smbd processes” and, for a share, “max connections” in smb.conf; who is connected says:",
    command: "smbstatus",
    fits: [.samba],
    variants: [
      Remedy(
        "On ksmbd the limits are “max connections” and “max active sessions” in ksmbd.conf:",
        command: #"grep -E "max (connections|active sessions)" /etc/ksmbd/ksmbd.conf"#, fits: [.ksmbd])
    ])
  static let loadBalancer = Remedy(
    "Do not balance SMB over servers that do not share their sessions; at least keep a client on one server.")
  static let multichannelOff = Remedy(
    "As a test, switch multichannel off on the Windows client:", command: "Set-SmbClientConfiguration -EnableMultiChannel $false",
    fits: [.windowsClient],
    variants: [Remedy("As a test, mount without the option multichannel.", fits: [.linuxClient])])
  static let securitySoftwareOnServer = Remedy(
    "As a test, switch off or update antivirus and other security software on the server that filters the network, the file system or logons.")
  static let realCredentials = Remedy(
    "Use an account that the server knows, with its right password, instead of guest access.")
  static let mapToGuestSamba = Remedy(
    "On Samba refuse unknown users and wrong passwords instead of mapping them, in smb.conf (the default):",
    command: "map to guest = Never",
    fits: [.samba],
    variants: [
      Remedy("On ksmbd refuse unknown users instead of mapping them, in ksmbd.conf (the default):", command: "map to guest = never", fits: [.ksmbd])
    ])
  static let insecureGuestWindows = Remedy(
    "If guest access must be used, Windows can permit it (policy “Enable insecure guest logons”):",
    command: "Set-SmbClientConfiguration -EnableInsecureGuestLogons $true",
    caution: "Guest sessions are neither signed nor encrypted: anybody on the path can read and change them. Where signing is required, that would have to be given up too.",
    fits: [.windowsClient])
  static let ntlmV2Windows = Remedy(
    "On Windows send NTLMv2 only: policy “Network security: LAN Manager authentication level”, or LmCompatibilityLevel = 5 under HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa.",
    fits: [.windowsClient])
  static let ntlmV2Samba = Remedy(
    "On Samba clients “client ntlmv2 auth = yes” and on servers “ntlm auth = ntlmv2-only” are the defaults; keep them. Accepting NTLMv1 for an old device is possible.",
    caution: "“ntlm auth = yes” lets everybody log on with NTLMv1, which can be broken by trying.",
    fits: .ofSamba)
  static let serverEncryption = Remedy(
    "See whether the Windows server demands encryption (EncryptData and RejectUnencryptedAccess both true), as a whole or for the share:",
    command: "Get-SmbServerConfiguration | select Encrypt*, RejectUnencryptedAccess; Get-SmbShare | select Name, EncryptData",
    fits: [.windowsServer],
    variants: [
      Remedy(
        "See whether the server demands encryption, as a whole or for the share:",
        command: #"testparm -s 2>/dev/null | grep -E "^\[|smb encrypt""#, fits: [.samba]),
      Remedy(
        "See whether the server demands encryption:", command: #"grep "smb3 encryption" /etc/ksmbd/ksmbd.conf"#, fits: [.ksmbd]),
    ])
}
