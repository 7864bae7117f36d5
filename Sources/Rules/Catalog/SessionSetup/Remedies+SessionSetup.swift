extension Remedy {
  static let storedWindowsCredentials = Remedy(
    "Compare the domain, user and workstation in the evidence with what was meant, and look for credentials that are stored on a Windows client (cmdkey /delete removes one):",
    command: "cmdkey /list")
  static let reconnectAs = Remedy(
    "On a Windows client name the account, with its domain:", command: #"net use \\SERVER\SHARE /user:DOMAIN\USER"#)
  static let credentialsLinux = Remedy(
    "On Linux try the same account by hand; a mount takes it from its username= and domain= options or its credentials= file:",
    command: #"smbclient //SERVER/SHARE -U 'DOMAIN\USER'"#)
  static let accountWindows = Remedy(
    "Look at the account in Active Directory:",
    command:
      "Get-ADUser USER -Properties Enabled, LockedOut, AccountExpirationDate, PasswordExpired, PasswordLastSet, LogonWorkstations")
  static let accountSamba = Remedy(
    "On a Samba server with accounts of its own look at the account there:", command: "pdbedit -L -v -u USER")
  static let enableAccountSamba = Remedy(
    "On a Samba server with accounts of its own the account is enabled with:", command: "smbpasswd -e USER")
  static let unlockAccount = Remedy(
    "Find the source of the wrong passwords first (the domain controller's security log names the workstation), then unlock the account in Active Directory:",
    command: "Unlock-ADAccount USER")
  static let changePassword = Remedy(
    "Change the password: at a Windows workstation of the domain with Ctrl+Alt+Del, on Linux or Samba with:",
    command: "smbpasswd -r DOMAIN-CONTROLLER -U USER")
  static let userRights = Remedy(
    "On a Windows server look at Local Policies, User Rights Assignment: the user or a group needs “Access this computer from the network” and must not be in “Deny access to this computer from the network”.")
  static let domainControllerWindows = Remedy(
    "Check on a Windows server that it finds its domain controller, and that its DNS servers are those of the domain:",
    command: "nltest /dsgetdc:DOMAIN")
  static let domainControllerSamba = Remedy(
    "On a Samba member server:", command: "wbinfo --ping-dc")
  static let secureChannelWindows = Remedy(
    "Check the server's membership; -Repair with a domain administrator's credentials restores it:",
    command: "Test-ComputerSecureChannel -Verbose")
  static let secureChannelSamba = Remedy("On a Samba member server:", command: "net ads testjoin; wbinfo -t")
  static let startNetlogon = Remedy("On the Windows server:", command: "Start-Service Netlogon")
  static let serverTime = Remedy(
    "Compare the clocks of the server and the domain controller; on Windows (on Linux: timedatectl):",
    command: "w32tm /query /status")
  static let allowedServerNames = Remedy(
    "Reach the server by a name or address of its own, or tell it the others: list them in SrvAllowedServerNames (REG_MULTI_SZ) under HKLM\\SYSTEM\\CurrentControlSet\\Services\\LanmanServer\\Parameters. This keeps the protection.")
  static let nameHardeningOff = Remedy(
    "As a test, switch the validation off (policy “Microsoft network server: Server SPN target name validation level”); undo it afterwards:",
    command:
      #"Set-ItemProperty -Path "HKLM:\SYSTEM\CurrentControlSet\Services\LanmanServer\Parameters" SmbServerNameHardeningLevel -Value 0"#,
    caution: "Without it the server is open to relayed logons.")
  static let useKerberos = Remedy(
    "Let the client use Kerberos: reach the server by its full DNS name, not by an address, from a client of the domain that reaches a domain controller on port 88.")
  static let restrictNTLM = Remedy(
    "Look at the policies “Network security: Restrict NTLM” on the server and the domain controllers, and at the log Microsoft-Windows-NTLM/Operational; on Samba at “ntlm auth” in smb.conf.")
  static let allowedToAuthenticate = Remedy(
    "Give the user or a group “Allowed to authenticate” on the server's computer account, or look at the authentication policies and silos of the domain.")
  static let sessionLimitWindows = Remedy(
    "Look at the sessions of a Windows server, and at limits of its edition (desktop editions allow 20 connections):",
    command: "Get-SmbSession")
  static let sessionLimitSamba = Remedy(
    "On Samba the limits are “max smbd processes” and, for a share, “max connections” in smb.conf; who is connected says:",
    command: "smbstatus")
  static let loadBalancer = Remedy(
    "Do not balance SMB over servers that do not share their sessions; at least keep a client on one server.")
  static let multichannelOff = Remedy(
    "As a test, switch multichannel off on the Windows client:", command: "Set-SmbClientConfiguration -EnableMultiChannel $false")
  static let securitySoftwareOnServer = Remedy(
    "As a test, switch off or update antivirus and other security software on the server that filters the network, the file system or logons.")
  static let realCredentials = Remedy(
    "Use an account that the server knows, with its right password, instead of guest access.")
  static let mapToGuestSamba = Remedy(
    "On Samba refuse unknown users and wrong passwords instead of mapping them, in smb.conf (the default):",
    command: "map to guest = Never")
  static let insecureGuestWindows = Remedy(
    "If guest access must be used, Windows can permit it (policy “Enable insecure guest logons”):",
    command: "Set-SmbClientConfiguration -EnableInsecureGuestLogons $true",
    caution: "Guest sessions are neither signed nor encrypted: anybody on the path can read and change them. Where signing is required, that would have to be given up too.")
  static let ntlmV2Windows = Remedy(
    "On Windows send NTLMv2 only: policy “Network security: LAN Manager authentication level”, or LmCompatibilityLevel = 5 under HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa.")
  static let ntlmV2Samba = Remedy(
    "On Samba clients “client ntlmv2 auth = yes” and on servers “ntlm auth = ntlmv2-only” are the defaults; keep them. Accepting NTLMv1 for an old device is possible.",
    caution: "“ntlm auth = yes” lets everybody log on with NTLMv1, which can be broken by trying.")
  static let serverEncryption = Remedy(
    "See whether the Windows server demands encryption (EncryptData and RejectUnencryptedAccess both true), as a whole or for the share:",
    command: "Get-SmbServerConfiguration | select Encrypt*, RejectUnencryptedAccess; Get-SmbShare | select Name, EncryptData")
}
