/// Remedies that several rules share. Commands are those of the vendors' own documentation.
extension Remedy {
  static let wanOptimizer = Remedy(
    "Find the device between the two hosts that handles SMB (WAN optimizer, SMB proxy, firewall with deep inspection) and exclude TCP 445 and 139 between them from its optimization, as a test first. If the optimization must stay, update the device and set it up for signed SMB (it has to join the domain).")

  static let captureOtherSide = Remedy(
    "Record the same attempt on the other host at the same time (snapshot length 0, from before the connection is opened) and compare NEGOTIATE in both captures: a difference proves that a device in between rewrites it.")

  static let captureOtherSideOfReset = Remedy(
    "Record the same attempt on the other host at the same time (snapshot length 0): a reset that is in one capture only, or looks different in the two, was sent by a device in between.")

  static let captureOtherSideOfSilence = Remedy(
    "Record the same attempt on the other host at the same time (snapshot length 0): whether the request arrived there, and whether an answer left, tells if the path or the host is at fault.")

  static let requireSigningClient = Remedy(
    "Require signing instead of relying on Validate Negotiate, on the Windows client:",
    command: "Set-SmbClientConfiguration -RequireSecuritySignature $true",
    caution: "Signing costs throughput. It is the stronger protection of the two.")

  static let requireSigningServer = Remedy(
    "The same on the Windows server:",
    command: "Set-SmbServerConfiguration -RequireSecuritySignature $true",
    caution: "Signing costs throughput, and clients that cannot sign are then refused.")

  static let disableSecureNegotiate = Remedy(
    "Last resort on an old Windows client, to confirm the diagnosis or to bridge the time until the device is fixed; undo with -Value 1:",
    command:
      #"Set-ItemProperty -Path "HKLM:\SYSTEM\CurrentControlSet\Services\LanmanWorkstation\Parameters" RequireSecureNegotiate -Value 0 -Force"#,
    caution:
      "Removes the protection against downgrade attacks. Has no effect on Windows 10, Windows Server 2016 and later, where Validate Negotiate cannot be switched off.")

  static let patchBoth = Remedy(
    "Install the current updates on client and server; on third-party servers and NAS devices the current firmware.")

  static let alignDialectsWindows = Remedy(
    "Compare the dialects that both sides allow. Windows 11 24H2 and Windows Server 2025 can limit them:",
    command:
      "Get-SmbServerConfiguration | Select Smb2DialectMin, Smb2DialectMax; Get-SmbClientConfiguration | Select Smb2DialectMin, Smb2DialectMax")

  static let alignDialectsSamba = Remedy(
    "On Samba the limits are “server min protocol”, “server max protocol”, “client min protocol” and “client max protocol” in smb.conf:",
    command: #"testparm -sv 2>/dev/null | grep -E "(server|client) (min|max) protocol""#)

  static let replaceSMB1 = Remedy(
    "Update or replace the side that speaks only SMB1; most devices that shipped with SMB1 have firmware with SMB2.")

  static let enableSMB1 = Remedy(
    "If neither is possible, SMB1 can be enabled on the other side for the time being.",
    caution:
      "SMB1 has no protection against tampering and is how several worms spread. Isolate the device, and switch SMB1 off again.")

  static let serverLogs = Remedy(
    "Look at the server's log for this moment: on Windows the event logs Microsoft-Windows-SMBServer/Operational and /Security, on Samba log.smbd at level 3.")

  static let clientLogs = Remedy(
    "Look at the client's log for this moment: on Windows the event logs Microsoft-Windows-SmbClient/Connectivity and /Security, on Linux dmesg.")

  static let findInjector = Remedy(
    "Look for an intrusion prevention system, firewall or endpoint protection on the path that is set to reset connections, and for its log entry at this moment.")
}
