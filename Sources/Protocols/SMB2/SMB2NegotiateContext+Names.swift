import Packets

/// Names of negotiate contexts: MS-SMB2 2.2.3.1, without `SMB2_` and `_CAPABILITIES`.
extension SMB2NegotiateContext {
  package static func name(ofType type: UInt16) -> String {
    switch type {
    case 0x0001: "PREAUTH_INTEGRITY"
    case 0x0002: "ENCRYPTION"
    case 0x0003: "COMPRESSION"
    case 0x0005: "NETNAME"
    case 0x0006: "TRANSPORT"
    case 0x0007: "RDMA_TRANSFORM"
    case 0x0008: "SIGNING"
    // Of the SMB 3.1.1 POSIX extensions (Samba, cifs.ko, ksmbd).
    case 0x0100: "POSIX"
    default: "context \(hexadecimal(type))"
    }
  }

  /// nil for the rest of a list that could not be read.
  package var type: UInt16? {
    switch self {
    case .preauthIntegrity: 0x0001
    case .encryption: 0x0002
    case .compression: 0x0003
    case .netName: 0x0005
    case .transport: 0x0006
    case .rdmaTransform: 0x0007
    case .signing: 0x0008
    case .other(let type): type
    case .unreadable: nil
    }
  }

  /// MS-SMB2 2.2.3.1.7.
  package static func signingName(_ algorithm: UInt16) -> String {
    switch algorithm {
    case 0: "HMAC-SHA256"
    case 1: "AES-CMAC"
    case 2: "AES-GMAC"
    default: hexadecimal(algorithm)
    }
  }
}

extension SMB2NegotiateContext: CustomStringConvertible {
  /// The name and the algorithms: `SIGNING (AES-GMAC, AES-CMAC)`.
  package var description: String {
    let name = type.map(Self.name) ?? "unreadable"
    switch self {
    case .encryption(let ciphers): return "\(name) (\(ciphers.map(\.description).joined(separator: ", ")))"
    case .signing(let algorithms): return "\(name) (\(algorithms.map(Self.signingName).joined(separator: ", ")))"
    case .netName(let host): return "\(name) (\(host))"
    case .unreadable(let error): return "\(error.reason)"
    default: return name
    }
  }
}
