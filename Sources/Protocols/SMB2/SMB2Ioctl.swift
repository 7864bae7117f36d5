package import Packets

/// SMB2 IOCTL Request: MS-SMB2 2.2.31. Little-endian.
package struct SMB2IoctlRequest: Equatable, Sendable {
  package var controlCode: SMB2ControlCode  // 4
  package var maxOutputResponse: UInt32  // 44, bytes
  /// The input of FSCTL_VALIDATE_NEGOTIATE_INFO; nil for other control codes. Offset from the header at 24, count at 28
  package var validateNegotiate: SMB2ValidateNegotiateRequest?
  /// The path of FSCTL_DFS_GET_REFERRALS and its extended form; nil for other control codes, and when it is unreadable.
  package var referralPath: String?

  /// The fixed part, of a message whose end is missing.
  package init(beginning message: borrowing ByteView) throws(DecodeError) {
    let body = try message.view(from: SMB2Header.length)
    try body.expect("StructureSize", at: 0, equals: 57)
    controlCode = SMB2ControlCode(rawValue: try body.u32le(at: 4))
    maxOutputResponse = try body.u32le(at: 44)
  }

  package init(_ message: borrowing ByteView) throws(DecodeError) {
    try self.init(beginning: message)
    let body = try message.view(from: SMB2Header.length)
    let (offset, count) = (Int(try body.u32le(at: 24)), Int(try body.u32le(at: 28)))
    switch controlCode {
    case .validateNegotiateInfo:
      validateNegotiate = try SMB2ValidateNegotiateRequest(message.view(at: offset, count: count))
    case .dfsGetReferrals:
      referralPath = try? DFSReferral.requestPath(message.view(at: offset, count: count))
    case .dfsGetReferralsExtended:
      referralPath = try? DFSReferral.extendedRequestPath(message.view(at: offset, count: count))
    default: break
    }
  }
}

/// SMB2 IOCTL Response: MS-SMB2 2.2.32. Little-endian.
package struct SMB2IoctlResponse: Equatable, Sendable {
  package var controlCode: SMB2ControlCode  // 4
  package var outputCount: UInt32  // 36, bytes
  /// The output of FSCTL_VALIDATE_NEGOTIATE_INFO; nil for other control codes and another length than 24 bytes.
  /// Offset from the header at 32
  package var validateNegotiate: SMB2ValidateNegotiateResponse?
  /// The targets of a DFS referral, as far as they were read; empty for other control codes.
  package var referralTargets: [String] = []
  /// The addresses that FSCTL_QUERY_NETWORK_INTERFACE_INFO gives; empty for other control codes.
  package var interfaces: [IPAddress] = []

  package init(_ message: borrowing ByteView) throws(DecodeError) {
    let body = try message.view(from: SMB2Header.length)
    try body.expect("StructureSize", at: 0, equals: 49)
    controlCode = SMB2ControlCode(rawValue: try body.u32le(at: 4))
    outputCount = try body.u32le(at: 36)
    let offset = Int(try body.u32le(at: 32))
    if controlCode == .validateNegotiateInfo, outputCount == 24 {
      validateNegotiate = try SMB2ValidateNegotiateResponse(message.view(at: offset, count: Int(outputCount)))
    } else if controlCode.asksForReferrals, offset <= message.count {
      referralTargets = DFSReferral.targets(try message.view(from: offset).prefix(Int(outputCount)))
    } else if controlCode == .queryNetworkInterfaceInfo, offset <= message.count {
      interfaces = SMB2NetworkInterfaces.addresses(try message.view(from: offset).prefix(Int(outputCount)))
    }
  }
}

/// VALIDATE_NEGOTIATE_INFO Request: MS-SMB2 2.2.31.4. Little-endian.
package struct SMB2ValidateNegotiateRequest: Equatable, Sendable {
  package var capabilities: SMB2Capabilities  // 0
  package var clientGUID: GUID  // 4
  package var securityMode: SMB2SecurityMode  // 20
  /// The client's whole list, in its order. Count at 22, then 2 bytes each
  package var dialects: [SMB2Dialect]
  /// Bytes of the whole input.
  package var inputCount: Int

  /// The list is valid and ends where the input ends. A malformed request proves nothing about the NEGOTIATE before it.
  package var isWellFormed: Bool { !dialects.isEmpty && inputCount == 24 + 2 * dialects.count }

  /// Bytes of the whole message (2.2.1, 2.2.31) with a list of one to six dialects: more are not defined.
  package static let usualMessageSizes = SMB2Header.length + 56 + 24 + 2...SMB2Header.length + 56 + 24 + 12

  package init(_ input: borrowing ByteView) throws(DecodeError) {
    inputCount = input.count
    capabilities = SMB2Capabilities(rawValue: try input.u32le(at: 0))
    clientGUID = try GUID(input, at: 4)
    securityMode = SMB2SecurityMode(rawValue: try input.u16le(at: 20))
    dialects = try input.view(at: 24, count: 2 * Int(input.u16le(at: 22))).u16leArray().map(SMB2Dialect.init)
  }
}

/// VALIDATE_NEGOTIATE_INFO Response: MS-SMB2 2.2.32.6. Little-endian, 24 bytes.
package struct SMB2ValidateNegotiateResponse: Equatable, Sendable {
  package var capabilities: SMB2Capabilities  // 0
  package var serverGUID: GUID  // 4
  package var securityMode: SMB2SecurityMode  // 20
  package var dialect: SMB2Dialect  // 22

  package init(_ output: borrowing ByteView) throws(DecodeError) {
    capabilities = SMB2Capabilities(rawValue: try output.u32le(at: 0))
    serverGUID = try GUID(output, at: 4)
    securityMode = SMB2SecurityMode(rawValue: try output.u16le(at: 20))
    dialect = SMB2Dialect(rawValue: try output.u16le(at: 22))
  }
}

/// Control codes: MS-SMB2 2.2.31, MS-FSCC 2.3.
package struct SMB2ControlCode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  package var rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }
  package static let validateNegotiateInfo = Self(rawValue: 0x0014_0204)
  package static let dfsGetReferrals = Self(rawValue: 0x0006_0194)
  package static let dfsGetReferralsExtended = Self(rawValue: 0x0006_01b0)
  package static let queryNetworkInterfaceInfo = Self(rawValue: 0x0014_01fc)

  /// Clients send it on their own, before they work with a share.
  package var isPreparation: Bool { asksForReferrals || self == .queryNetworkInterfaceInfo || self == .validateNegotiateInfo }
  package var asksForReferrals: Bool { self == .dfsGetReferrals || self == .dfsGetReferralsExtended }

  package var description: String {
    switch rawValue {
    case 0x0014_0204: "FSCTL_VALIDATE_NEGOTIATE_INFO"
    case 0x0006_0194: "FSCTL_DFS_GET_REFERRALS"
    case 0x0006_01b0: "FSCTL_DFS_GET_REFERRALS_EX"
    case 0x0014_01fc: "FSCTL_QUERY_NETWORK_INTERFACE_INFO"
    case 0x0011_c017: "FSCTL_PIPE_TRANSCEIVE"
    case 0x0011_0018: "FSCTL_PIPE_WAIT"
    case 0x0014_0078: "FSCTL_SRV_REQUEST_RESUME_KEY"
    default: hexadecimal(rawValue)
    }
  }
}
