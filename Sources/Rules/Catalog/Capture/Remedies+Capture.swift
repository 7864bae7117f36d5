/// How to make a better recording.
extension Remedy {
  static let captureWhole = Remedy(
    "Record again on one of the two hosts, from before the connection is opened until after the failure, with whole packets:",
    command: "tcpdump -i any -s 0 -w smb.pcap port 445 or port 139 or port 88 or port 53 or icmp or icmp6")

  static let captureWholeWindows = Remedy(
    "On Windows record with the built-in pktmon; smbdx reads its trace directly:",
    command: "pktmon start --capture --pkt-size 0 -f smb.etl; pktmon stop",
    fits: .windows)
}
