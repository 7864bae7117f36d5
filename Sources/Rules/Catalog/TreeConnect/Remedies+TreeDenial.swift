/// Remedies that fit one reason for which a share is refused.
extension Remedy {
  static let olderDialect = Remedy(
    "Try the same user with an older dialect, on Linux with vers=3.0.2 or vers=2.1: if the share opens there, the signature was at fault, not the permissions:",
    command: #"smbclient //SERVER/SHARE -U 'DOMAIN\USER' -m SMB2_10"#)
  static let clientSigns = Remedy(
    "Let the client sign. Windows signs by itself. On Linux use sec=ntlmsspi or sec=krb5i (or “sign”), in other programs their signing option.")
  static let ksmbdModules = Remedy(
    "On a ksmbd server check whether the kernel module cmac is loaded, and load it (modprobe cmac). Without it ksmbd cannot sign:",
    command: "grep -A1 -E \"^name +: cmac\" /proc/crypto; lsmod | grep cmac")
  static let shareLimitKsmbd = Remedy(
    "On a ksmbd server look at “max connections” of the share, on other servers at the user limit of the share:",
    command: "grep -n \"max connections\" /etc/ksmbd/ksmbd.conf")
  static let administrators = Remedy(
    "Check whether the user is a member of the server's group Administrators. On Windows:",
    command: "net localgroup Administrators", fits: [.windowsServer])
  static let remoteRestrictions = Remedy(
    "Use a domain account that is an administrator of the server. For a local account of the server, this value lifts the restriction but weakens the protection against stolen passwords:",
    command: #"reg query HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System /v LocalAccountTokenFilterPolicy"#, fits: [.windowsServer])
}
