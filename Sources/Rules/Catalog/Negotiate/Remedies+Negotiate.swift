/// Remedies of a server that does not answer.
extension Remedy {
  static let useServerName = Remedy(
    "Open the share by the server's full DNS name instead of its address: Kerberos has tickets for names only.")
  static let askForTicket = Remedy(
    "Request a ticket by hand on the client, and look at the KDC's answer. On Windows:", command: "klist get cifs/NAME",
    fits: [.windowsClient],
    variants: [
      Remedy(
        "Request a ticket by hand on the client, as the user of the share, and look at the KDC's answer:",
        command: "kinit USER@REALM; kvno cifs/NAME", fits: .unixClients + [.macOSClient, .otherClient])
    ])
  static let olderDialectInClient = Remedy(
    "Let the client offer the server's dialect as well, as a test first: a Linux mount with vers=2.0 (or vers=1.0 for a server that speaks only SMB1), smbclient with -m SMB2_02.",
    caution: oldDialects,
    variants: [
      Remedy(
        "Mount with the dialect of the server, as a test first: vers=2.0, or vers=1.0 for a server that speaks only SMB1.", caution: oldDialects,
        fits: [.linuxClient])
    ])
  private static let oldDialects = "SMB 2.0.2 cannot encrypt, and SMB1 is insecure: replace such a server, or update its firmware."
  static let patchServer = Remedy("Update the server's software or firmware: the specification requires every client to close the connection after this answer.")
  static let connectionLimitSamba = Remedy(
    "Count the server's processes and connections, and compare the numbers with its limits. On Samba:",
    command: #"smbstatus -p; testparm -sv 2>/dev/null | grep "max smbd processes""#)
  static let encryptPasswords = Remedy(
    "On an old Samba server remove “encrypt passwords = no” from smb.conf and give the users passwords in its own list:", command: "smbpasswd -a USER", fits: [.samba])
  static let antivirus = Remedy(
    "On the server, stop the network and file-system parts of the antivirus or endpoint security software as a test, update it, and exclude the file service from its inspection. This lists the loaded filters:",
    command: "fltmc filters",
    caution: "Switch the protection on again after the test.", fits: [.windowsServer],
    variants: [
      Remedy(
        "On the server, look for modules between Samba and its files that might hang (“vfs objects”, such as a virus scanner), and for processes that wait for a disk or a directory service:",
        command: #"testparm -s 2>/dev/null | grep "vfs objects"; ps -eo pid,stat,wchan,cmd | grep smbd"#, fits: [.samba]),
      Remedy(
        "On the server, check whether ksmbd's helper runs and what its kernel threads wait for:",
        command: "pgrep -a ksmbd.mountd; ps -eo pid,stat,wchan,cmd | grep ksmbd", fits: [.ksmbd]),
    ])
}
