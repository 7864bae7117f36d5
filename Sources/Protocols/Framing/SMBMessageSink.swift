package import Packets

/// Where a message came from.
package struct MessageOrigin: Hashable, Sendable {
  /// The frame that brought its first byte.
  package var firstFrame: Int
  /// The frame with which its NBSS packet is complete, as Wireshark numbers it.
  package var lastFrame: Int
  package var lastTime: Timestamp
  /// The message came inside COMPRESSION_TRANSFORM_HEADER (MS-SMB2 2.2.42).
  package var isCompressed: Bool
  /// What the user's keys prove about the message.
  package var proof = MessageProof(rawValue: 0)

  package init(firstFrame: Int, lastFrame: Int, lastTime: Timestamp, isCompressed: Bool = false) {
    self.firstFrame = firstFrame
    self.lastFrame = lastFrame
    self.lastTime = lastTime
    self.isCompressed = isCompressed
  }
}

/// What the user's keys prove about a message; nothing without keys.
package struct MessageProof: OptionSet, Hashable, Sendable, Codable {
  package var rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }
  /// The message came inside TRANSFORM_HEADER (MS-SMB2 2.2.41), and a key opened it.
  package static let decrypted = Self(rawValue: 1)
  package static let hasRightSignature = Self(rawValue: 2)
  package static let hasWrongSignature = Self(rawValue: 4)

  /// Asked of every message, where `contains` of another module would not be specialised.
  package var isDecrypted: Bool { rawValue & 1 != 0 }
}

/// Gets what the framer finds in a stream.
package protocol SMBMessageSink: AnyObject {
  /// A message of which only the kind is read: READ, WRITE and the like.
  func passing(_ passed: PassedHeader, _ header: borrowing ByteView, origin: MessageOrigin, side: Side, isComplete: Bool)
  /// A control-plane message whose wanted bytes are there. `isComplete` is false if skipped payload is still to come;
  /// ``packetCompleted(side:frame:)`` then follows.
  func smb2(_ header: SMB2Header, _ message: borrowing ByteView, origin: MessageOrigin, side: Side, isComplete: Bool)
  /// A control-plane message whose end is not in the capture: the bytes that are there.
  func cut(_ header: SMB2Header, _ message: borrowing ByteView, origin: MessageOrigin, side: Side)
  func smb1(_ header: SMB1Header, _ message: borrowing ByteView, origin: MessageOrigin, side: Side)
  /// A message inside TRANSFORM_HEADER (MS-SMB2 2.2.41), with its size before it was encrypted.
  func encrypted(sessionID: UInt64, size: Int, origin: MessageOrigin, side: Side)
  /// The compression that client and server agreed on, as far as it is known.
  var compression: SMB2CompressionAgreement { get }
  /// A message inside COMPRESSION_TRANSFORM_HEADER (2.2.42) that is not decompressed, because it is too long or damaged. Other
  /// messages come as if they had not been compressed.
  func compressed(origin: MessageOrigin, side: Side, damage: DecodeError?)
  /// An NBSS packet that is no session message: its type and first bytes.
  func session(_ type: NBSSType, _ body: borrowing ByteView, origin: MessageOrigin, side: Side)
  /// A message or header that cannot be read; reading goes on at the next message.
  func unreadable(_ structure: String, _ error: DecodeError, frame: FrameStamp, side: Side)
  /// Bytes that the capture lacks where a message was wanted; reading goes on at the next credible boundary.
  func lost(_ count: Int, frame: FrameStamp, side: Side)
  /// The capture lacks the end of a message, but no bytes of the next one.
  func lost(_ count: Int, of head: SMB2MessageHead, frame: FrameStamp, side: Side)
  /// The same behind the beginning of a NEGOTIATE of SMB1.
  func lost(_ count: Int, ofNegotiate request: SMB1NegotiateRequest, frame: FrameStamp, side: Side)
  /// The last bytes of an NBSS packet have passed.
  func packetCompleted(side: Side, frame: FrameStamp)
  /// Of a framer that reads whole messages: a message that is handed on next, with all of its bytes unless it is too long.
  func verify(_ header: SMB2Header, _ message: borrowing ByteView, isWhole: Bool, origin: MessageOrigin) -> MessageProof
  func verify(_ header: SMB1Header, _ message: borrowing ByteView, isWhole: Bool, origin: MessageOrigin) -> MessageProof
  /// Of a framer that reads whole messages: one inside TRANSFORM_HEADER.
  ///
  /// - Returns: what is inside; nil when no key fits.
  func unseal(_ transform: borrowing ByteView, sessionID: UInt64, origin: MessageOrigin, side: Side) -> [UInt8]?
}

extension SMBMessageSink {
  package func verify(_ header: SMB2Header, _ message: borrowing ByteView, isWhole: Bool, origin: MessageOrigin) -> MessageProof { [] }
  package func verify(_ header: SMB1Header, _ message: borrowing ByteView, isWhole: Bool, origin: MessageOrigin) -> MessageProof { [] }
  package func unseal(_ transform: borrowing ByteView, sessionID: UInt64, origin: MessageOrigin, side: Side) -> [UInt8]? { nil }

  package func lost(_ count: Int, ofNegotiate request: SMB1NegotiateRequest, frame: FrameStamp, side: Side) {
    lost(count, frame: frame, side: side)
  }

  package func lost(_ count: Int, of head: SMB2MessageHead, frame: FrameStamp, side: Side) {
    lost(count, frame: frame, side: side)
  }
}
