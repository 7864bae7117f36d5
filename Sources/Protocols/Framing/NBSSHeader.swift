package import Packets

/// NetBIOS session service packet types: RFC 1002 4.3.1.
package struct NBSSType: RawRepresentable, Hashable, Sendable, Codable {
  package var rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The standard library's `==` for `RawRepresentable` is not specialised in other modules: each call would look it up at run
  /// time.
  package static func == (left: Self, right: Self) -> Bool { left.rawValue == right.rawValue }

  package static let message = Self(rawValue: 0x00)
  package static let sessionRequest = Self(rawValue: 0x81)
  package static let positiveResponse = Self(rawValue: 0x82)
  package static let negativeResponse = Self(rawValue: 0x83)
  package static let retarget = Self(rawValue: 0x84)
  package static let keepAlive = Self(rawValue: 0x85)

  package var isKnown: Bool { self == .message || (0x81...0x85).contains(rawValue) }
}

/// The four bytes before every SMB message, on port 139 (RFC 1002 4.3.1) and on direct TCP (MS-SMB2 2.1). Big-endian.
package struct NBSSHeader: Equatable, Sendable {
  package static let length = 4

  package var type: NBSSType  // 0
  /// Bytes behind this header. 24 bits on direct TCP; 17 on port 139, whose other flag bits must be 0.
  package var payloadLength: Int

  package init(_ bytes: borrowing ByteView) throws(DecodeError) {
    type = NBSSType(rawValue: try bytes.u8(at: 0))
    payloadLength = Int(try bytes.u8(at: 1)) << 16 | Int(try bytes.u16be(at: 2))
  }
}

extension NBSSHeader {
  /// Whether the first bytes of a stream are neither an NBSS packet nor the beginning of one that holds SMB.
  package static func isForeign(_ bytes: borrowing ByteView) -> Bool {
    guard let type = (try? bytes.u8(at: 0)).map(NBSSType.init) else { return false }
    guard type == .message else { return !type.isKnown }
    guard let magic = try? bytes.u32le(at: 4) else { return false }
    return magic >> 8 != 0x42_4d53
  }

  /// Whether a segment is exactly one packet that opens or refuses a session: RFC 1002 4.3.2 to 4.3.5.
  package static func isSessionPacket(_ segment: borrowing ByteView) -> Bool {
    guard let header = try? NBSSHeader(segment), header.payloadLength == segment.count - length else { return false }
    return switch header.type {
    case .sessionRequest: header.payloadLength == 68
    case .positiveResponse: header.payloadLength == 0
    case .negativeResponse: header.payloadLength == 1
    case .retarget: header.payloadLength == 6
    default: false
    }
  }

  /// Address and port of a retarget response: RFC 1002 4.3.5. Big-endian.
  package static func target(_ body: borrowing ByteView) throws(DecodeError) -> Endpoint {
    Endpoint(address: IPAddress(ipv4: try body.u32be(at: 0)), port: try body.u16be(at: 4))
  }
}

/// Recognises SMB by its bytes, on any port.
package enum SMBSignature {
  /// Bytes that ``isCredible(_:at:)`` needs: NBSS header, ProtocolId and StructureSize.
  static let span = 10

  /// Whether an SMB message may begin at `offset`: an NBSS message of plausible length, one of the four
  /// protocol ids, and for SMB2 the size its header must state (MS-SMB2 2.2.1).
  package static func isCredible(_ bytes: borrowing ByteView, at offset: Int) -> Bool {
    guard let word = try? bytes.u32le(at: offset + 4), word >> 8 == 0x42_4d53,
      let type = try? bytes.u8(at: offset), type == 0,
      let high = try? bytes.u8(at: offset + 1), let low = try? bytes.u16be(at: offset + 2)
    else { return false }
    let length = Int(high) << 16 | Int(low)
    switch SMB2Protocol(rawValue: word) {
    case .plain: return length >= SMB2Header.length && (try? bytes.u16le(at: offset + 8)) == 64
    case .encrypted: return length > 52
    case .compressed: return length > 16
    case .smb1: return length >= SMB1Header.length
    default: return false
    }
  }

  /// A stricter test for a whole segment on a port that is not SMB's: the command exists, and another message follows in the
  /// same segment. File contents that look like one message seldom look like two.
  package static func begins(_ segment: borrowing ByteView) -> Bool {
    guard isCredible(segment, at: 0), let word = try? segment.u32be(at: 0) else { return false }
    let isPlain = (try? segment.u32le(at: NBSSHeader.length)) == SMB2Protocol.plain.rawValue
    if isPlain, let command = try? segment.u16le(at: 16), !SMB2Command(rawValue: command).isKnown { return false }
    let next = NBSSHeader.length + Int(word)
    return next + span > segment.count || isCredible(segment, at: next)
  }

  /// Whether a first segment too short for ``isCredible(_:at:)`` may still become an SMB message.
  package static func mayBegin(_ bytes: borrowing ByteView) -> Bool {
    guard bytes.count < span, (try? bytes.u8(at: 0)) == 0 else { return false }
    guard let magic = try? bytes.u32le(at: 4) else { return true }
    return magic >> 8 == 0x42_4d53
  }
}
