package import Packets

/// One negotiate context of SMB 3.1.1: MS-SMB2 2.2.3.1 (request) and 2.2.4.1 (response).
package enum SMB2NegotiateContext: Equatable, Sendable {
  /// PREAUTH_INTEGRITY_CAPABILITIES (0x0001, 2.2.3.1.1): 1 is SHA-512.
  case preauthIntegrity(hashAlgorithms: [UInt16])
  /// ENCRYPTION_CAPABILITIES (0x0002, 2.2.3.1.2).
  case encryption([SMB2Cipher])
  /// COMPRESSION_CAPABILITIES (0x0003, 2.2.3.1.3); several algorithms in one message when chained.
  case compression([UInt16], isChained: Bool)
  /// NETNAME_NEGOTIATE_CONTEXT_ID (0x0005, 2.2.3.1.4): the server name the client dialled.
  case netName(String)
  /// TRANSPORT_CAPABILITIES (0x0006, 2.2.3.1.5).
  case transport(flags: UInt32)
  /// RDMA_TRANSFORM_CAPABILITIES (0x0007, 2.2.3.1.6).
  case rdmaTransform([UInt16])
  /// SIGNING_CAPABILITIES (0x0008, 2.2.3.1.7): 0 HMAC-SHA256, 1 AES-CMAC, 2 AES-GMAC.
  case signing([UInt16])
  /// 2.2.3.1: a type that is not listed is skipped.
  case other(type: UInt16)
  /// The rest of the list could not be read.
  case unreadable(DecodeError)
}

extension [SMB2NegotiateContext] {
  package var netName: String? {
    lazy.compactMap { if case .netName(let name) = $0 { name } else { nil } }.first
  }

  package var ciphers: [SMB2Cipher]? {
    lazy.compactMap { if case .encryption(let ciphers) = $0 { ciphers } else { nil } }.first
  }

  package var compression: SMB2CompressionAgreement? {
    lazy.compactMap {
      if case .compression(let algorithms, let isChained) = $0 {
        SMB2CompressionAgreement(algorithms: algorithms, isChained: isChained)
      } else {
        nil
      }
    }.first
  }

  /// Why the list, or the rest of it, could not be read.
  package var error: DecodeError? {
    lazy.compactMap { if case .unreadable(let error) = $0 { error } else { nil } }.first
  }

  package var signingAlgorithms: [UInt16]? {
    lazy.compactMap { if case .signing(let algorithms) = $0 { algorithms } else { nil } }.first
  }

  /// Reads the list: each context is ContextType 2, DataLength 2, Reserved 4 and data, and begins on an 8-byte
  /// boundary counted from the SMB2 header.
  ///
  /// - Parameters:
  ///   - start: NegotiateContextOffset, from the SMB2 header.
  ///   - count: NegotiateContextCount.
  ///   - isWhole: false when the capture lacks the end of the message. The list then ends before the first context that is
  ///     not all there.
  init(_ message: borrowing ByteView, at start: UInt32, count: UInt16, isWhole: Bool) {
    self = []
    var offset = Int(start)
    do throws(DecodeError) {
      for index in 0..<Int(count) {
        if index > 0 { offset = (offset + 7) & ~7 }
        if !isWhole, offset + 8 > message.count { return }
        let type = try message.u16le(at: offset)
        let length = Int(try message.u16le(at: offset + 2))
        let available = Swift.max(0, message.count - offset - 8)
        guard length <= available else {
          guard isWhole else { return }
          let claim = "\(SMB2NegotiateContext.name(ofType: type)) claims \(length) bytes, and \(available) are there"
          throw DecodeError(offset: message.base + offset + 2, reason: .malformed(claim))
        }
        append(try SMB2NegotiateContext(type: type, message.view(at: offset + 8, count: length)))
        offset += 8 + length
      }
    } catch {
      append(.unreadable(error))
    }
  }
}

extension SMB2NegotiateContext {
  package init(type: UInt16, _ data: borrowing ByteView) throws(DecodeError) {
    switch type {
    case 0x0001: self = .preauthIntegrity(hashAlgorithms: try Self.list(data, from: 4))
    case 0x0002: self = .encryption(try Self.list(data, from: 2).map(SMB2Cipher.init))
    case 0x0003: self = .compression(try Self.list(data, from: 8), isChained: try data.u32le(at: 4) & 1 != 0)
    case 0x0005:
      guard data.count.isMultiple(of: 2) else {
        throw DecodeError(offset: data.base, reason: .malformed("NETNAME has \(data.count) bytes, and UTF-16 needs an even number"))
      }
      self = .netName(data.utf16LittleEndian())
    case 0x0006: self = .transport(flags: try data.u32le(at: 0))
    case 0x0007: self = .rdmaTransform(try Self.list(data, from: 8))
    case 0x0008: self = .signing(try Self.list(data, from: 2))
    default: self = .other(type: type)
    }
  }

  /// A count in the first two bytes, and that many 16-bit numbers from `start` on.
  private static func list(_ data: borrowing ByteView, from start: Int) throws(DecodeError) -> [UInt16] {
    try data.view(at: start, count: Int(data.u16le(at: 0)) * 2).u16leArray()
  }
}

/// Cipher identifiers: MS-SMB2 2.2.3.1.2.
package struct SMB2Cipher: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
  package var rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }
  /// Response only: no cipher in common.
  package static let none = Self(rawValue: 0)
  package static let aes128CCM = Self(rawValue: 1)
  package static let aes128GCM = Self(rawValue: 2)
  package static let aes256GCM = Self(rawValue: 4)
  package var isAES256: Bool { rawValue == 3 || rawValue == 4 }

  package var description: String {
    switch rawValue {
    case 0: "none"
    case 1: "AES-128-CCM"
    case 2: "AES-128-GCM"
    case 3: "AES-256-CCM"
    case 4: "AES-256-GCM"
    default: hexadecimal(rawValue)
    }
  }
}
