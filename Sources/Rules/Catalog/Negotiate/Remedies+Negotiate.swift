/// Remedies of a server that does not answer.
extension Remedy {
  static let patchServer = Remedy("Update the server's software or firmware: the specification has every client hang up over this answer.")
  static let connectionLimitSamba = Remedy(
    "Count the server's processes and connections, and compare them with its limits. On Samba:",
    command: #"smbstatus -p; testparm -sv 2>/dev/null | grep "max smbd processes""#)
  static let antivirus = Remedy(
    "On the server, stop the network and file-system parts of the antivirus or endpoint security software as a test, update it, and exclude the file service from its inspection. These are the filters that are loaded:",
    command: "fltmc filters",
    caution: "Switch the protection on again after the test.")
}
