/// The statuses that this program itself decides by: MS-ERREF 2.3.1.
extension NTStatus {
  package static let bufferOverflow = Self(rawValue: 0x8000_0005)
  package static let accessDenied = Self(rawValue: 0xc000_0022)
  package static let invalidParameter = Self(rawValue: 0xc000_000d)
  package static let invalidDeviceRequest = Self(rawValue: 0xc000_0010)
  package static let notSupported = Self(rawValue: 0xc000_00bb)
  package static let networkNameDeleted = Self(rawValue: 0xc000_00c9)
  package static let noSuchFile = Self(rawValue: 0xC000_000F)
  package static let objectNameNotFound = Self(rawValue: 0xc000_0034)
  package static let objectNameCollision = Self(rawValue: 0xc000_0035)
  package static let objectPathNotFound = Self(rawValue: 0xc000_003a)
  package static let fileClosed = Self(rawValue: 0xc000_0128)
  package static let fsDriverRequired = Self(rawValue: 0xc000_019c)
  package static let userSessionDeleted = Self(rawValue: 0xc000_0203)
  package static let badNetworkName = Self(rawValue: 0xc000_00cc)
  package static let logonFailure = Self(rawValue: 0xc000_006d)
  package static let wrongPassword = Self(rawValue: 0xc000_006a)
  package static let noSuchUser = Self(rawValue: 0xc000_0064)
  package static let noLogonServers = Self(rawValue: 0xc000_005e)
  package static let networkSessionExpired = Self(rawValue: 0xc000_035c)
  package static let pathNotCovered = Self(rawValue: 0xc000_0257)
  package static let badClusterDialect = Self(rawValue: 0xc05d_0001)

  /// MS-SMB2 3.3.5.2.9
  package var saysSessionIsGone: Bool { self == .networkSessionExpired || self == .userSessionDeleted }
  /// MS-SMB2 3.3.5.2.11
  package var saysShareIsGone: Bool { self == .networkNameDeleted }
}
