// What Windows calls reasons and places of pktmon's drop events, as far as they can befall TCP and IP.
extension HostDrop {
  static let reasons: [UInt32: String] = [
    // The virtual switch.
    1: "InvalidData", 2: "InvalidPacket", 3: "Resources", 4: "NotReady", 5: "Disconnected", 6: "NotAccepted", 7: "Busy", 8: "Filtered",
    9: "FilteredVLAN", 10: "UnauthorizedVLAN", 11: "UnauthorizedMAC", 12: "FailedSecurityPolicy", 13: "FailedPvlanSetting", 14: "Qos",
    15: "Ipsec", 16: "MacSpoofing", 17: "DhcpGuard", 18: "RouterGuard", 19: "BridgeReserved", 33: "NicDisabled",
    34: "FailedPacketFilter", 35: "SwitchDataFlowDisabled", 36: "FilteredIsolationUntagged", 38: "LowPower",
    // NDIS and network cards.
    201: "Pause", 202: "Reset", 203: "SendAborted", 204: "ProtocolNotBound", 401: "MicroportError", 402: "VfNotReady",
    403: "MicroportNotReady", 404: "VMBusError",
    // TCP/IP, framing layer.
    601: "FL_LoopbackPacket", 602: "FL_InvalidSnapHeader", 603: "FL_InvalidEthernetType", 604: "FL_InvalidPacketLength",
    605: "FL_HeaderNotContiguous", 606: "FL_InvalidDestinationType", 607: "FL_InterfaceNotReady", 608: "FL_ProviderNotReady",
    613: "FL_NoClientInterface",
    // The filtering platform of the virtual switch.
    705: "BlockNonIp", 707: "Ipv4Guard", 708: "Ipv6Guard", 709: "MacGuard", 711: "UnicastNoDestination", 712: "UnicastPortNotReady",
    715: "Intercept", 716: "InterceptBlock", 718: "PortBlocked", 719: "NicSuspended",
    // TCP/IP, network layer.
    901: "NL_BadSourceAddress", 902: "NL_NotLocallyDestined", 903: "NL_ProtocolUnreachable", 904: "NL_PortUnreachable",
    905: "NL_BadLength", 906: "NL_MalformedHeader", 907: "NL_NoRoute", 908: "NL_BeyondScope", 909: "NL_InspectionDrop",
    911: "NL_AdministrativelyProhibited", 912: "NL_BadChecksum", 914: "NL_HopLimitExceeded", 915: "NL_AddressUnreachable",
    918: "NL_ArbitrationUnhandled", 919: "NL_InspectionAbsorb", 920: "NL_DontFragmentMtuExceeded", 922: "NL_AddressResolutionTimeout",
    923: "NL_AddressResolutionFailure", 924: "NL_IpsecFailure", 926: "NL_IpsnpiClientDrop", 928: "NL_RoutingFailure",
    931: "NL_SessionStateFailure", 944: "NL_InternalError", 945: "NL_AdministrativelyConfigured", 947: "NL_LoopbackDisallowed",
    949: "NL_QueueFull", 950: "NL_InterfaceDisabled", 996: "NL_NlClientDiscard",
    // TCP.
    1200: "INET_SourceUnspecified", 1201: "INET_DestinationMulticast", 1202: "INET_HeaderInvalid", 1203: "INET_ChecksumInvalid",
    1204: "INET_EndpointNotFound", 1205: "INET_ConnectedPath", 1206: "INET_SessionState", 1207: "INET_ReceiveInspection",
    1208: "INET_AckInvalid", 1209: "INET_ExpectedSyn", 1210: "INET_Rst", 1211: "INET_SynRcvdSyn", 1212: "INET_SimultaneousConnect",
    1213: "INET_PawsFailed", 1214: "INET_LandAttack", 1215: "INET_MissedReset", 1216: "INET_OutsideWindow",
    1217: "INET_DuplicateSegment", 1218: "INET_ClosedWindow", 1219: "INET_TcbRemoved", 1220: "INET_FinWait2",
    1221: "INET_ReassemblyConflict", 1222: "INET_FinReceived", 1223: "INET_ListenerInvalidFlags", 1224: "INET_TcbNotInTcbTable",
    1225: "INET_TimeWaitTcbReceivedRstOutsideWindow", 1226: "INET_TimeWaitTcbSynAndOtherFlags", 1227: "INET_TimeWaitTcb",
    1229: "INET_PauseAccept", 1230: "INET_SynAttack", 1231: "INET_AcceptInspection", 1232: "INET_AcceptRedirection",
    // IPsec.
    1401: "Ipsec_BadSpi", 1402: "Ipsec_SALifetimeExpired", 1403: "Ipsec_WrongSA", 1404: "Ipsec_ReplayCheckFailed",
    1405: "Ipsec_InvalidPacket", 1406: "Ipsec_IntegrityCheckFailed", 1407: "Ipsec_ClearTextDrop", 1408: "Ipsec_AuthFirewallDrop",
    1409: "Ipsec_ThrottleDrop",
    // Network cards with drivers of the newer kind.
    1501: "NetCx_NetPacketLayoutParseFailure", 1502: "NetCx_SoftwareChecksumFailure", 1503: "NetCx_NicQueueStop",
    1504: "NetCx_InvalidNetBufferLength", 1505: "NetCx_LSOFailure",
  ]

  static let places: [UInt32: String] = [
    0xe000_4100: "SEND_FWD", 0xe000_4102: "SEND_FWD_INSPECT", 0xe000_4134: "RCV_DELIVERED", 0xe000_4139: "RCV_RECEIVE_PKTS",
    0xe000_413a: "SEND_NEIGHBOR_QUEUE1", 0xe000_413d: "SEND_LB_INSPECT", 0xe000_414d: "RCV_IPSNPI_CLIENT_DROP",
    0xe000_4170: "SEND_COMMON_INSPECT", 0xe000_4500: "RCV_TCP_MATCH", 0xe000_4501: "RCV_TCP_LISTENER",
    0xe000_4502: "RCV_TCP_LISTENER_INSPECT1", 0xe000_4503: "RCV_TCP_LISTENER_INSPECT2", 0xe000_4504: "RCV_TCP_SYN_RECEIVE_INSPECT",
    0xe000_4505: "RCV_TCP_INSPECT", 0xe000_4506: "RCV_TCP_RECEIVE", 0xe000_4704: "RCV_RAW_RECEIVE",
  ]
}
