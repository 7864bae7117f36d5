extension Rule {
  /// Rules about TCP and the NetBIOS session service: what keeps two hosts from speaking SMB at all.
  static let transportRules: [Rule] = [
    tcpSynTimeout, tcpSynRefused, tcpICMPUnreachable, hostDroppedPacket, tcpHandshakeIncomplete, tcpClosedBeforeSMB, nbssSessionRefused, nbssNotReached,
    nbssRetarget, nbssNameRetry, netbiosPortClosed, smbUnexpectedPayload, tcpMTUBlackHole, messageNotDelivered, tcpZeroWindowStall,
    tcpPacketLossAtEstablishment, connectionResetInUse, requestUnansweredInUse, smbAlternativePort, tcpHostSweep,
    smbOverQUICRefused, smbOverQUICNotVisible, smbOverRDMANotVisible, tcpChallengeACK, tcpAnswerFromOtherAddress,
  ]
}
