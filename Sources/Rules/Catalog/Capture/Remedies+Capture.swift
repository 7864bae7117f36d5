/// How to make a better recording.
extension Remedy {
  static let captureWhole = Remedy(
    "Record again on one of the two hosts, from before the connection is opened until after the failure, with whole packets:",
    command: "tcpdump -i any -s 0 -w smb.pcap port 445 or port 139 or port 88 or port 53 or icmp or icmp6")

  static let captureWholeWindows = Remedy(
    "On Windows record with the built-in pktmon; smbdx reads its trace directly:",
    command: RecorderOfWindows.command,
    fits: .windows)

  static let captureWithLargerBuffer = Remedy(
    "Record on one of the two hosts, with a filter for the two addresses and a larger buffer (tcpdump -B 65536).")
}

/// The recorders that every Windows has.
package enum RecorderOfWindows {
  /// Every packet, and all of it.
  package static let command = "pktmon start --capture --pkt-size 0 -f smb.etl; pktmon stop"
  /// The same before Windows 10 2004.
  package static let oldCommand = "netsh trace start capture=yes tracefile=smb.etl; netsh trace stop"

  fileprivate static let captureWhole = Remedy(
    "Record again on one of the two hosts, from before the connection is opened until after the failure. “\(oldCommand)” does the same on a Windows without pktmon:",
    command: command)
  fileprivate static let captureLess = Remedy(
    "Record on one of the two hosts, and only the ports that matter, so that Windows loses less:",
    command: "pktmon filter add SMB -p 445; pktmon filter add Kerberos -p 88; pktmon filter add DNS -p 53")
}

extension [Remedy] {
  /// The same with the recorders of Windows where one names that of other systems.
  package var forRecordersOfWindows: [Remedy] {
    var written: [Remedy] = []
    for remedy in self {
      let remedy =
        switch remedy {
        case .captureWhole, .captureWholeWindows: RecorderOfWindows.captureWhole
        case .captureWithLargerBuffer: RecorderOfWindows.captureLess
        default: remedy
        }
      if !written.contains(remedy) { written.append(remedy) }
    }
    return written
  }
}
