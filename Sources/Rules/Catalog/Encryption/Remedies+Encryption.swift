extension Remedy {
  static let useSMB3 = Remedy(
    "Use a client with SMB 3: Windows 8, Windows Server 2012 or later; on Linux the mount options vers=3.1.1,seal; with Samba's tools:",
    command: #"smbclient //SERVER/SHARE -U 'DOMAIN\USER' --client-protection=encrypt"#)
  static let encryptionSamba = Remedy(
    "On Samba look at “server smb encrypt” (globally and for the share) and “client smb encrypt” in smb.conf:",
    command: #"testparm -sv 2>/dev/null | grep "smb encrypt""#)
  static let allowUnencrypted = Remedy(
    "If clients without encryption must be let in to a Windows server (for one share instead: Set-SmbShare -Name SHARE -EncryptData $false):",
    command: "Set-SmbServerConfiguration -RejectUnencryptedAccess $false",
    caution: "Files then cross the network readable for anybody on the path.")
  static let ciphersWindows = Remedy(
    "Compare the ciphers both sides allow; on Windows 11 and Windows Server 2022 or later:",
    command: "Get-SmbServerConfiguration | select EncryptionCiphers; Get-SmbClientConfiguration | select EncryptionCiphers")
  static let ciphersSamba = Remedy(
    "Let both sides have a cipher in common. On Samba both lists stand in smb.conf, as “server smb3 encryption algorithms” and “client smb3 encryption algorithms”:",
    command: #"testparm -sv 2>/dev/null | grep "smb3 encryption algorithms""#)
  static let ciphersLinux = Remedy(
    "On a Linux client the module cifs may insist on AES-256-GCM (require_gcm_256):",
    command: "cat /sys/module/cifs/parameters/require_gcm_256 /sys/module/cifs/parameters/enable_gcm_256")
}
