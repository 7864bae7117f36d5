/// Remedies that several rules share. Commands are those of the vendors' own documentation.
extension Remedy {
  static let wanOptimizer = Remedy(
    "Find the device between the two hosts that handles SMB (WAN optimizer, SMB proxy, firewall with deep inspection) and exclude TCP 445 and 139 between them from its optimization, as a test first. If the optimization must stay, update the device and set it up for signed SMB (it has to join the domain).")

  static let captureOtherSide = Remedy(
    "Record the same attempt on the other host at the same time (snapshot length 0, from before the connection is opened). A difference in NEGOTIATE between the two captures proves that a device in between rewrites it:",
    command: "smbdx compare client.pcapng server.pcapng")

  static let captureOtherSideOfReset = Remedy(
    "Record the same attempt on the other host at the same time (snapshot length 0). If a reset is in only one capture, a device in between sent it:",
    command: "smbdx compare client.pcapng server.pcapng")

  static let captureOtherSideOfSilence = Remedy(
    "Record the same attempt on the other host at the same time (snapshot length 0). If the request does not arrive there, or an answer leaves, the path is at fault; otherwise the host is:",
    command: "smbdx compare client.pcapng server.pcapng")

  static let requireSigningClient = Remedy(
    "Require signing instead of relying on Validate Negotiate, on the Windows client:",
    command: "Set-SmbClientConfiguration -RequireSecuritySignature $true",
    caution: "Signing costs throughput. It is the stronger protection of the two.", fits: [.windowsClient],
    variants: [
      Remedy(
        "Require signing instead of relying on Validate Negotiate, in smb.conf of the client:",
        command: "client signing = required", caution: "Signing costs throughput.", fits: [.sambaClient]),
      Remedy(
        "Require signing instead of relying on Validate Negotiate: mount with sec=ntlmsspi, or sec=krb5i with Kerberos.",
        caution: "Signing costs throughput.", fits: [.linuxClient]),
      Remedy(
        "Require signing instead of relying on Validate Negotiate, under [default] in /etc/nsmb.conf of the Mac:",
        command: "signing_required=yes", caution: "Signing costs throughput.", fits: [.macOSClient]),
    ])

  static let requireSigningServer = Remedy(
    "Require signing on the Windows server:",
    command: "Set-SmbServerConfiguration -RequireSecuritySignature $true",
    caution: "Signing costs throughput, and the server then refuses clients that cannot sign.", fits: [.windowsServer],
    variants: [
      Remedy(
        "Require signing on the server, in smb.conf:", command: "server signing = mandatory",
        caution: "Signing costs throughput, and the server then refuses clients that cannot sign.", fits: [.samba]),
      Remedy(
        "Require signing on the server, in ksmbd.conf:", command: "server signing = mandatory",
        caution: "Signing costs throughput, and the server then refuses clients that cannot sign.", fits: [.ksmbd]),
    ])

  static let disableSecureNegotiate = Remedy(
    "Last resort on an old Windows client, to confirm the diagnosis or to bridge the time until the device is fixed; undo with -Value 1:",
    command:
      #"Set-ItemProperty -Path "HKLM:\SYSTEM\CurrentControlSet\Services\LanmanWorkstation\Parameters" RequireSecureNegotiate -Value 0 -Force"#,
    caution:
      "Removes the protection against downgrade attacks. Has no effect on Windows 10, Windows Server 2016 and later, because Validate Negotiate cannot be switched off there.",
    fits: [.windowsClient])

  static let patchBoth = Remedy(
    "Install the current updates on client and server; on third-party servers and NAS devices the current firmware.")

  static let alignDialectsWindows = Remedy(
    "Compare the dialects that both sides allow. Windows 11 24H2 and Windows Server 2025 can limit them:",
    command:
      "Get-SmbServerConfiguration | Select Smb2DialectMin, Smb2DialectMax; Get-SmbClientConfiguration | Select Smb2DialectMin, Smb2DialectMax",
    fits: .windows,
    variants: [
      Remedy(
        "Compare the dialects that both sides allow. The server's are “server min protocol” and “server max protocol” in ksmbd.conf:",
        command: #"grep -E "server (min|max) protocol" /etc/ksmbd/ksmbd.conf"#, fits: [.ksmbd]),
      Remedy(
        "Compare the dialects that both sides allow. A Linux mount offers 2.1 to 3.1.1, or only the dialect of its option vers=. The list of mounts shows it:",
        command: "grep cifs /proc/mounts", fits: [.linuxClient]),
      Remedy(
        "Compare the dialects that both sides allow. A storage account's are those of its file service:",
        command: "Get-AzStorageFileServiceProperty -ResourceGroupName GROUP -StorageAccountName ACCOUNT", fits: [.azureFiles]),
    ])

  static let alignDialectsSamba = Remedy(
    "On Samba the limits are “server min protocol”, “server max protocol”, “client min protocol” and “client max protocol” in smb.conf:",
    command: #"testparm -sv 2>/dev/null | grep -E "(server|client) (min|max) protocol""#, fits: .ofSamba)

  static let replaceSMB1 = Remedy(
    "Update or replace the side that speaks only SMB1; most devices that shipped with SMB1 have firmware with SMB2.")

  static let enableSMB1 = Remedy(
    "If neither is possible, enable SMB1 on the other side for a limited time.",
    caution:
      "SMB1 has no protection against tampering, and several worms spread through it. Isolate the device, and switch SMB1 off again.")

  static let serverLogs = Remedy(
    "Look at the server's log for this moment: on Windows the event logs Microsoft-Windows-SMBServer/Operational and /Security, on Samba log.smbd at level 3.",
    variants: [
      Remedy(
        "Look at the server's event logs Microsoft-Windows-SMBServer/Operational and /Security for this moment:",
        command: "Get-WinEvent -LogName Microsoft-Windows-SMBServer/Operational -MaxEvents 50", fits: [.windowsServer]),
      Remedy(
        "Look at the server's log for this moment (log.smbd, or a file for each client by “log file”); this raises its level without a restart:",
        command: "smbcontrol smbd debug 3", fits: [.samba]),
      Remedy(
        "Look at the server's kernel log for this moment; this makes ksmbd log everything it does (the same command switches it off again), then look at dmesg:",
        command: "ksmbd.control -d all", fits: [.ksmbd]),
      Remedy(
        "Look at the Mac's log for this moment:", command: #"log show --last 10m --predicate 'process == "smbd"'"#,
        fits: [.macOSServer]),
    ])

  static let clientLogs = Remedy(
    "Look at the client's log for this moment: on Windows the event logs Microsoft-Windows-SmbClient/Connectivity and /Security, on Linux dmesg.",
    variants: [
      Remedy(
        "Look at the client's event logs Microsoft-Windows-SmbClient/Connectivity and /Security for this moment:",
        command: "Get-WinEvent -LogName Microsoft-Windows-SmbClient/Connectivity -MaxEvents 50", fits: [.windowsClient]),
      Remedy("Look at the client's kernel log for this moment:", command: "dmesg | grep -i cifs", fits: [.linuxClient]),
      Remedy(
        "Let the client log more. smbclient and programs with libsmbclient accept a debug level:",
        command: "smbclient //SERVER/SHARE -U 'DOMAIN\\USER' -d 5", fits: [.sambaClient]),
      Remedy(
        "Look at the Mac's log for this moment:",
        command: #"log show --last 10m --predicate 'senderImagePath CONTAINS "smb"'"#, fits: [.macOSClient]),
      Remedy("Look at the log of the program that uses this SMB library, with debug messages switched on.", fits: [.otherClient]),
    ])

  static let findInjector = Remedy(
    "Look for an intrusion prevention system, firewall or endpoint protection on the path that is set to reset connections, and for its log entry at this moment.")
}

extension [System] {
  static let windows: Self = [.windowsClient, .windowsServer]
  static let ofSamba: Self = [.sambaClient, .samba]
  /// Servers whose users are accounts of a domain, which is looked after with the tools of Active Directory.
  static let activeDirectory: Self = [.windowsServer, .nas, .azureFiles, .macOSServer]
  static let linuxServers: Self = [.samba, .ksmbd]
  static let unixClients: Self = [.linuxClient, .sambaClient]
}
