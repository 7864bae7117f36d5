/// Remedies of sessions that the server does not have.
extension Remedy {
  static let patchClient = Remedy("Update the client's program or library, or try another client: its message violates the specification.")
  static let otherClient = Remedy(
    "Try another client (smbclient, Windows) with the same account. If it gets in, update this client's program or library.")
  static let idleLimits = Remedy(
    "Check whether the server ends idle sessions or was restarted. On Windows (on Samba: “deadtime” in smb.conf, and log.smbd):",
    command: "Get-SmbServerConfiguration | select AutoDisconnectTimeout",
    variants: [
      Remedy(
        "Check whether the server ends idle connections (“deadtime” in smb.conf) or was restarted (log.smbd):",
        command: "testparm -sv 2>/dev/null | grep -i deadtime", fits: [.samba])
    ])
}
