/// Remedies of a server that does not answer.
extension Remedy {
  static let useServerName = Remedy(
    "Open the share by the server's full DNS name instead of its address: Kerberos has tickets for names only.")
  static let askForTicket = Remedy(
    "Ask for a ticket by hand on the client, and see what the KDC says. On Windows:", command: "klist get cifs/NAME",
    fits: [.windowsClient],
    variants: [
      Remedy(
        "Ask for a ticket by hand on the client, as the user of the share, and see what the KDC says:",
        command: "kinit USER@REALM; kvno cifs/NAME", fits: .unixClients + [.macOSClient, .otherClient])
    ])
  static let patchServer = Remedy("Update the server's software or firmware: the specification has every client hang up over this answer.")
  static let connectionLimitSamba = Remedy(
    "Count the server's processes and connections, and compare them with its limits. On Samba:",
    command: #"smbstatus -p; testparm -sv 2>/dev/null | grep "max smbd processes""#)
  static let antivirus = Remedy(
    "On the server, stop the network and file-system parts of the antivirus or endpoint security software as a test, update it, and exclude the file service from its inspection. These are the filters that are loaded:",
    command: "fltmc filters",
    caution: "Switch the protection on again after the test.", fits: [.windowsServer],
    variants: [
      Remedy(
        "On the server, look for modules between Samba and its files that may hang (“vfs objects”, such as a virus scanner), and for processes that wait for a disk or a directory service:",
        command: #"testparm -s 2>/dev/null | grep "vfs objects"; ps -eo pid,stat,wchan,cmd | grep smbd"#, fits: [.samba]),
      Remedy(
        "On the server, see whether ksmbd's helper runs and what its kernel threads wait for:",
        command: "pgrep -a ksmbd.mountd; ps -eo pid,stat,wchan,cmd | grep ksmbd", fits: [.ksmbd]),
    ])
}
