package import Packets

/// Where a message came from.
package struct MessageOrigin: Hashable, Sendable {
  /// The frame that brought its first byte.
  package var firstFrame: Int
  /// The frame with which its NBSS packet is complete, as Wireshark numbers it.
  package var lastFrame: Int
  package var lastTime: Timestamp
  /// It came inside COMPRESSION_TRANSFORM_HEADER (MS-SMB2 2.2.42).
  package var isCompressed: Bool
  /// What keys show of it.
  package var proof = MessageProof(rawValue: 0)

  package init(firstFrame: Int, lastFrame: Int, lastTime: Timestamp, isCompressed: Bool = false) {
    self.firstFrame = firstFrame
    self.lastFrame = lastFrame
    self.lastTime = lastTime
    self.isCompressed = isCompressed
  }
}

/// What the keys that the user gave show of a message; nothing without keys.
package struct MessageProof: OptionSet, Hashable, Sendable, Codable {
  package var rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }
  /// It came inside TRANSFORM_HEADER (MS-SMB2 2.2.41), whose seal is right.
  package static let decrypted = Self(rawValue: 1)
  package static let hasRightSignature = Self(rawValue: 2)
  package static let hasWrongSignature = Self(rawValue: 4)

  /// Asked of every message, where `contains` of another module would not be specialised.
  package var isDecrypted: Bool { rawValue & 1 != 0 }
}

/// What the framer hands on.
package protocol SMBMessageSink: AnyObject {
  /// A message of which only the kind is read: READ, WRITE and the like.
  func passing(_ passed: PassedHeader, _ header: borrowing ByteView, origin: MessageOrigin, side: Side, isComplete: Bool)
  /// A control-plane message whose wanted bytes are there. `isComplete` is false if skipped payload is still to come;
  /// ``packetCompleted(side:frame:)`` then follows.
  func smb2(_ header: SMB2Header, _ message: borrowing ByteView, origin: MessageOrigin, side: Side, isComplete: Bool)
  /// A control-plane message of which the capture lacks the end: as much as there is. It is on its way since the frame that
  /// `origin` names.
  func cut(_ header: SMB2Header, _ message: borrowing ByteView, origin: MessageOrigin, side: Side)
  func smb1(_ header: SMB1Header, _ message: borrowing ByteView, origin: MessageOrigin, side: Side)
  /// A message inside TRANSFORM_HEADER (MS-SMB2 2.2.41), with its size before it was encrypted.
  func encrypted(sessionID: UInt64, size: Int, origin: MessageOrigin, side: Side)
  /// What client and server may compress with, as far as it is known.
  var compression: SMB2CompressionAgreement { get }
  /// A message inside COMPRESSION_TRANSFORM_HEADER (2.2.42) that stays closed: it is too long to be looked into, or
  /// damaged. What can be read is handed on as if it had come plain.
  func compressed(origin: MessageOrigin, side: Side, damage: DecodeError?)
  /// An NBSS packet that is no session message: its type and first bytes.
  func session(_ type: NBSSType, _ body: borrowing ByteView, origin: MessageOrigin, side: Side)
  /// Bytes that cannot be read as what they should be; reading goes on at the next message.
  func unreadable(_ structure: String, _ error: DecodeError, frame: FrameStamp, side: Side)
  /// Bytes that the capture lacks where a message was wanted; reading goes on at the next credible boundary.
  func lost(_ count: Int, frame: FrameStamp, side: Side)
  /// Bytes that the capture lacks behind the beginning of a message, and no more than that message: where the next begins
  /// is known.
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
