/// Remedies that fit one reason of a refusal.
extension Remedy {
  static let ntlmV2Device = Remedy(
    "Update the device (printer, scanner, NAS), and switch on NTLMv2 and SMB 2 or 3 in its settings. Most devices since about 2012 have them.")
  static let otherClientSPNEGO = Remedy(
    "Let the client put NTLM inside SPNEGO (“negotiate” instead of “ntlm” in its settings), or use smbclient or Windows, which always do this.")
  static let serverKeytab = Remedy(
    "Check whether the server has a key for this service, and its version and encryption type. On Samba and ksmbd (on Samba also: net ads testjoin; net ads keytab create):",
    command: "klist -ke /etc/krb5.keytab", fits: .linuxServers)
  static let joinAgain = Remedy(
    "Join the server to the domain again (on a NAS in its settings for the domain), so that it gets a new key.", fits: [.samba, .otherServer])
  static let clientSecureChannel = Remedy(
    "On the client check whether its account matches the domain; -Repair with a domain administrator's credentials restores it:",
    command: "Test-ComputerSecureChannel -Verbose", fits: [.windowsClient],
    variants: [Remedy("On the client check whether its account matches the domain; a new join restores it:", command: "net ads testjoin", fits: .unixClients)])
  static let serviceAccount = Remedy(
    "If a service or task of the client opens the share, let it run under an account of the domain that may use the share, instead of SYSTEM or Network Service.")
  static let retypeUser = Remedy(
    "Type the user name again where the client stores it (credentials file, script, address book of the device), without spaces or quotation marks around it.")
  static let clientClock = Remedy("Set the date, time and time zone of the client, and give it the domain controller or another time server. On Linux look at its clock with:", command: "timedatectl", variants: [
    Remedy("Set the date, time and time zone of the client, and look at its time server:", command: "w32tm /query /status", fits: [.windowsClient])
  ])
  static let renewStoredPassword = Remedy(
    "Give the client the new password before it locks the account: mount again with the current credentials; on Windows remove the stored ones (cmdkey /delete) and connect again.")
  static let ksmbdDaemon = Remedy(
    "On a ksmbd server check whether its daemon runs, and start it:", command: "pgrep -a ksmbd.mountd; systemctl restart ksmbd",
    fits: [.ksmbd])
  static let storageAccountDomain = Remedy(
    "In Azure check whether identity-based access is enabled on the storage account for this user's domain, and whether the user has a share-level role (the alias of the name is by design and needs no netdom or setspn):",
    command: "Get-AzStorageAccount -ResourceGroupName GROUP -Name ACCOUNT | select -ExpandProperty AzureFilesIdentityBasedAuth")
  static let storageAccountKey = Remedy(
    "Or connect with the storage account's key:", command: #"net use X: \\ACCOUNT.file.core.windows.net\SHARE /user:AZURE\ACCOUNT"#,
    caution: "The key gives access to everything in the storage account.")
  static let storageAccountKeys = Remedy(
    "In Azure look at the current keys of the storage account, and remove the old one that is stored on the client (cmdkey /delete):",
    command: "Get-AzStorageAccountKey -ResourceGroupName GROUP -Name ACCOUNT")
  static let storageAccountSecurity = Remedy(
    "In Azure compare the SMB security settings and the firewall of the storage account with what the client uses. A Linux kernel offers AES-256-GCM with the module parameter enable_gcm_256 of cifs:",
    command: "az storage account file-service-properties show --resource-group GROUP --account-name ACCOUNT")
  static let giveServerDomain = Remedy(
    "Make the server a member of the domain or give it a keytab, so that it offers Kerberos. On Samba:", command: "net ads testjoin; net ads join -U ADMINISTRATOR", fits: [.samba])
  static let allowNTLMClient = Remedy(
    "Or let the client use NTLM: on Linux a mount with sec=ntlmssp, smbclient without --use-kerberos=required, on Windows an exception from “Block NTLM”.",
    caution: "NTLM lets an attacker on the path relay or crack the logon.")
  static let joinedSession = Remedy(
    "Check which channels the client has. On Windows:", command: "Get-SmbMultichannelConnection", fits: [.windowsClient],
    variants: [Remedy("Check which channels the client has:", command: "cat /proc/fs/cifs/DebugData", fits: [.linuxClient])])
  static let multichannelServer = Remedy(
    "Switch multichannel on at the server if you want more channels:",
    command: "Set-SmbServerConfiguration -EnableMultiChannel $true", fits: [.windowsServer],
    variants: [
      Remedy(
        "Switch multichannel on at the server if you want more channels, in smb.conf:",
        command: "server multi channel support = yes", fits: [.samba]),
      Remedy(
        "Switch multichannel on at the server if you want more channels, in ksmbd.conf:",
        command: "server multi channel support = yes", fits: [.ksmbd]),
    ])
}
