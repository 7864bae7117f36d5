extension Rule {
  /// Rules about TCP and the NetBIOS session service: what keeps two hosts from speaking SMB at all.
  static let transportRules: [Rule] = [
    tcpSynTimeout, tcpSynRefused, tcpICMPUnreachable, tcpHandshakeIncomplete, tcpClosedBeforeSMB, nbssSessionRefused,
    nbssRetarget, nbssNameRetry, netbiosPortClosed, smbUnexpectedPayload, tcpMTUBlackHole, tcpZeroWindowStall, tcpPacketLossAtEstablishment,
    connectionResetInUse, smbAlternativePort, smbOverQUICRefused, smbOverQUICNotVisible, smbOverRDMANotVisible,
  ]
}
