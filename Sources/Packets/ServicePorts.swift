/// The ports of services: one table for the analysis, the filter of `live`, `extract` and redaction.
package struct ServicePorts: Sendable, Equatable {
  /// RFC 1002 4.3 and MS-SMB2 2.1. SMB is recognised on others too, by its bytes: once there are any.
  package private(set) var smb: [UInt16] = [445, 139]
  /// RFC 4120 7.2.1.
  package private(set) var kerberos: [UInt16] = [88]
  /// RFC 1035 4.2.
  package let dns: [UInt16] = [53]
  /// RFC 1002 4.2, over UDP.
  package let netBIOSNames: UInt16 = 137
  /// QUIC, SMB Direct over iWARP and over RoCE, where SMB may hide: IANA, MS-SMBD 2.1.
  package static let quic: UInt16 = 443, iwarp: UInt16 = 5445, roce: UInt16 = 4791

  package init(furtherSMB: [UInt16] = [], furtherKerberos: [UInt16] = []) {
    smb += furtherSMB
    kerberos += furtherKerberos
  }
}

extension ServicePorts {
  /// The services that a client needs besides SMB.
  package enum LookupService {
    case kerberos, dns
  }

  /// The service of a packet, by the port of either end.
  package func lookupService(_ one: UInt16, _ other: UInt16) -> LookupService? {
    if kerberos.contains(one) || kerberos.contains(other) { return .kerberos }
    return dns.contains(one) || dns.contains(other) ? .dns : nil
  }
}
