/// Remedies of sessions that the server does not have.
extension Remedy {
  static let patchClient = Remedy("Update the client's program or library, or try another client: what it sent is against the specification.")
  static let otherClient = Remedy(
    "Try another client (smbclient, Windows) with the same account: where it gets in, the client's program or library has to be updated.")
  static let idleLimits = Remedy(
    "See whether the server ends idle sessions or was restarted. On Windows (on Samba: “deadtime” in smb.conf, and log.smbd):",
    command: "Get-SmbServerConfiguration | select AutoDisconnectTimeout")
}
