/// Remedies that fit one reason of a refusal.
extension Remedy {
  static let ntlmV2Device = Remedy(
    "Update the device (printer, scanner, NAS), and switch NTLMv2 and SMB 2 or 3 on in its settings; most devices have had them since about 2012.")
  static let otherClientSPNEGO = Remedy(
    "Let the client put NTLM inside SPNEGO (“negotiate” in place of “ntlm” in its settings), or use another client: smbclient and Windows always do.")
  static let serverKeytab = Remedy(
    "See whether the server has a key for this service, and of which version and encryption type. On Samba and ksmbd (on Samba also: net ads testjoin; net ads keytab create):",
    command: "klist -ke /etc/krb5.keytab", fits: .linuxServers)
  static let renewStoredPassword = Remedy(
    "Give the client the new password before it locks the account: mount again with the current credentials; on Windows remove the stored ones (cmdkey /delete) and connect again.")
  static let ksmbdDaemon = Remedy(
    "On a ksmbd server see whether its daemon runs, and start it:", command: "pgrep -a ksmbd.mountd; systemctl restart ksmbd",
    fits: [.ksmbd])
  static let storageAccountDomain = Remedy(
    "In Azure see whether identity-based access is switched on for the storage account, for the domain of this user, and whether the user has a share-level role (the alias of the name is by design, and needs no netdom or setspn):",
    command: "Get-AzStorageAccount -ResourceGroupName GROUP -Name ACCOUNT | select -ExpandProperty AzureFilesIdentityBasedAuth")
  static let storageAccountKey = Remedy(
    "Or connect with the storage account's key:", command: #"net use X: \\ACCOUNT.file.core.windows.net\SHARE /user:AZURE\ACCOUNT"#,
    caution: "Whoever has the key has everything in the storage account.")
  static let giveServerDomain = Remedy(
    "Make the server a member of the domain or give it a keytab, so that it offers Kerberos. On Samba:", command: "net ads testjoin; net ads join -U ADMINISTRATOR", fits: [.samba])
  static let allowNTLMClient = Remedy(
    "Or let the client use NTLM: on Linux a mount with sec=ntlmssp, smbclient without --use-kerberos=required, on Windows an exception from “Block NTLM”.",
    caution: "NTLM lets an attacker on the path relay or crack the logon.")
  static let joinedSession = Remedy(
    "See which channels the client has. On Windows:", command: "Get-SmbMultichannelConnection", fits: [.windowsClient],
    variants: [Remedy("See which channels the client has:", command: "cat /proc/fs/cifs/DebugData", fits: [.linuxClient])])
  static let multichannelServer = Remedy(
    "Switch multichannel on at the server, if more channels are wanted:",
    command: "Set-SmbServerConfiguration -EnableMultiChannel $true", fits: [.windowsServer],
    variants: [
      Remedy(
        "Switch multichannel on at the server, if more channels are wanted, in smb.conf:",
        command: "server multi channel support = yes", fits: [.samba]),
      Remedy(
        "Switch multichannel on at the server, if more channels are wanted, in ksmbd.conf:",
        command: "server multi channel support = yes", fits: [.ksmbd]),
    ])
}
