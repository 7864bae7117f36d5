package import Packets
package import Protocols

/// Where an SMB message is in the capture, and the header fields that are needed later.
package struct MessageStamp: Sendable, Codable {
  /// The frame that brought its first byte.
  package var firstFrame: Int
  /// The frame in which it is complete, as Wireshark numbers it.
  package var frame: Int
  package var time: Timestamp
  /// nil in a request.
  package var status: NTStatus?
  package var isSigned: Bool
  package var hasZeroSignature: Bool
  package var isCompressed: Bool
  /// What the user's keys prove about the message.
  package var proof = MessageProof(rawValue: 0)
  package var isSMB1: Bool
  /// CreditRequest or CreditResponse of SMB2.
  package var credits: UInt16

  init(_ header: SMB2Header, _ origin: MessageOrigin) {
    firstFrame = origin.firstFrame
    frame = origin.lastFrame
    time = origin.lastTime
    status = header.status
    proof = origin.proof
    // An opened seal proves as much as a signature.
    let isSealed = proof.isDecrypted
    isSigned = header.isSigned || isSealed
    hasZeroSignature = header.signature.isZero && !isSealed
    isCompressed = origin.isCompressed
    isSMB1 = false
    credits = header.credits
  }

  /// Of a message of which only the beginning was captured.
  init(_ head: SMB2MessageHead, _ frame: FrameStamp) {
    firstFrame = frame.number
    self.frame = frame.number
    time = frame.time
    status = head.status
    isSigned = head.flags.contains(.signed)
    hasZeroSignature = false
    isCompressed = false
    isSMB1 = false
    credits = 1
  }

  /// The capture does not have the message.
  package var isUnseen: Bool { frame == 0 }

  /// Of a request that the capture does not have: no frame, and the time of its answer.
  init(unseenBefore reply: MessageStamp) {
    self = reply
    (firstFrame, frame) = (0, 0)
    status = nil
    (isSigned, hasZeroSignature, isCompressed) = (true, false, false)
    credits = 1
  }

  init(_ header: SMB1Header, _ origin: MessageOrigin) {
    firstFrame = origin.firstFrame
    frame = origin.lastFrame
    time = origin.lastTime
    status = header.isResponse ? header.status : nil
    isSigned = header.isSigned
    hasZeroSignature = header.hasZeroSignature
    isCompressed = false
    proof = origin.proof
    isSMB1 = true
    credits = 1
  }

  /// A key shows that its signature, or its seal, is right.
  package var hasRightSignature: Bool { proof.contains(.hasRightSignature) || proof.isDecrypted }
  /// A key shows that its signature is wrong.
  package var hasWrongSignature: Bool { proof.contains(.hasWrongSignature) }

  package var frameStamp: FrameStamp { FrameStamp(number: frame, time: time) }
}
