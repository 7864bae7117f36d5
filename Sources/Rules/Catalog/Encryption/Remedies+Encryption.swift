extension Remedy {
  static let useSMB3 = Remedy(
    "Use a client with SMB 3: Windows 8, Windows Server 2012 or later; on Linux the mount options vers=3.1.1,seal; with Samba's tools:",
    command: #"smbclient //SERVER/SHARE -U 'DOMAIN\USER' --client-protection=encrypt"#,
    variants: [
      Remedy("Mount with the options vers=3.1.1,seal.", fits: [.linuxClient]),
      Remedy(
        "Let the client encrypt. It must be allowed to offer 3.1.1:",
        command: #"smbclient //SERVER/SHARE -U 'DOMAIN\USER' --client-protection=encrypt"#, fits: [.sambaClient]),
      Remedy("Use a client with SMB 3: Windows 8, Windows Server 2012 or later.", fits: [.windowsClient]),
    ])
  static let encryptInClient = Remedy(
    "Switch encryption on in the client's program (an option such as “encrypt” or “seal”), or use a program that can encrypt over SMB 3.",
    variants: [
      Remedy("Mount with the options vers=3.1.1,seal.", fits: [.linuxClient]),
      Remedy(
        "Let the client encrypt:", command: #"smbclient //SERVER/SHARE -U 'DOMAIN\USER' --client-protection=encrypt"#, fits: [.sambaClient]),
    ])
  static let encryptionOn = Remedy(
    "Switch encryption on at the server. On Windows it is on since Windows Server 2012; on a NAS look in its SMB settings.",
    variants: [
      Remedy(
        "Switch encryption on at the server, in smb.conf (the default):", command: "server smb encrypt = if_required", fits: [.samba]),
      Remedy(
        "Switch encryption on at the server, in ksmbd.conf:", command: "smb3 encryption = yes", fits: [.ksmbd]),
    ])
  static let serverSpeaksSMB3 = Remedy(
    "Let the server use SMB 3, because encryption needs it: update its software, or raise its highest SMB version.",
    variants: [
      Remedy("Let the server use SMB 3, because encryption needs it, in smb.conf (the default):", command: "server max protocol = SMB3", fits: [.samba])
    ])
  static let encryptionNotDemanded = Remedy(
    "Or let the client stop demanding encryption. On Windows 11 24H2 and Windows Server 2025:",
    command: "Set-SmbClientConfiguration -RequireEncryption $false", caution: readable, fits: [.windowsClient],
    variants: [
      Remedy("Or let the client stop demanding encryption: mount without the option seal.", caution: readable, fits: [.linuxClient]),
      Remedy(
        "Or let the client stop demanding encryption, in smb.conf of the client or by --client-protection=sign:",
        command: "client smb encrypt = if_required", caution: readable, fits: [.sambaClient]),
      Remedy(
        "Or let the client stop demanding encryption, in the settings of its program.", caution: readable,
        fits: [.macOSClient, .otherClient]),
    ])
  private static let readable = "Anyone on the path can then read the files."
  static let encryptionSamba = Remedy(
    "On Samba look at “server smb encrypt” (globally and for the share) and “client smb encrypt” in smb.conf:",
    command: #"testparm -sv 2>/dev/null | grep "smb encrypt""#, fits: .ofSamba,
    variants: [
      Remedy(
        "On ksmbd look at “smb3 encryption” in ksmbd.conf:", command: #"grep "smb3 encryption" /etc/ksmbd/ksmbd.conf"#,
        fits: [.ksmbd])
    ])
  static let allowUnencrypted = Remedy(
    "To admit clients without encryption to a Windows server (for a single share: Set-SmbShare -Name SHARE -EncryptData $false):",
    command: "Set-SmbServerConfiguration -RejectUnencryptedAccess $false",
    caution: "Anyone on the path can then read the files.", fits: [.windowsServer],
    variants: [
      Remedy(
        "To admit clients without encryption, set in smb.conf, globally or for the share:",
        command: "server smb encrypt = if_required",
        caution: "Anyone on the path can then read the files.", fits: [.samba])
    ])
  static let ciphersWindows = Remedy(
    "Compare the ciphers both sides allow; on Windows 11 and Windows Server 2022 or later:",
    command: "Get-SmbServerConfiguration | select EncryptionCiphers; Get-SmbClientConfiguration | select EncryptionCiphers",
    fits: .windows)
  static let ciphersSamba = Remedy(
    "Allow at least one common cipher on both sides. On Samba both lists are in smb.conf: “server smb3 encryption algorithms” and “client smb3 encryption algorithms”:",
    command: #"testparm -sv 2>/dev/null | grep "smb3 encryption algorithms""#, fits: .ofSamba)
  static let ciphersLinux = Remedy(
    "On a Linux client the module cifs may insist on AES-256-GCM (require_gcm_256):",
    command: "cat /sys/module/cifs/parameters/require_gcm_256 /sys/module/cifs/parameters/enable_gcm_256", fits: [.linuxClient])
}
