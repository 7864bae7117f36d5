/// Where services listen.
package struct ServicePorts: Sendable, Equatable {
  /// RFC 1002 4.3 and MS-SMB2 2.1. SMB is recognised on others too, by its bytes: once there are any.
  package private(set) var smb: [UInt16] = [445, 139]
  /// RFC 4120 7.2.1.
  package private(set) var kerberos: [UInt16] = [88]
  /// RFC 1035 4.2.
  let dns: [UInt16] = [53]

  package init(furtherSMB: [UInt16] = [], furtherKerberos: [UInt16] = []) {
    smb += furtherSMB
    kerberos += furtherKerberos
  }
}
