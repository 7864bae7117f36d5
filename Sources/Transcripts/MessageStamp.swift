package import Packets
package import Protocols

/// Where an SMB2 message is in the capture, and what its header says.
package struct MessageStamp: Sendable {
  /// The frame that brought its first byte.
  package var firstFrame: Int
  /// The frame in which it is complete, as Wireshark numbers it.
  package var frame: Int
  package var time: Timestamp
  package var messageID: UInt64
  package var sessionID: UInt64
  package var treeID: UInt32?
  /// nil in a request.
  package var status: NTStatus?
  package var isSigned: Bool
  package var signature: SMB2Signature

  init(_ header: SMB2Header, _ origin: MessageOrigin) {
    firstFrame = origin.firstFrame
    frame = origin.lastFrame
    time = origin.lastTime
    messageID = header.messageID
    sessionID = header.sessionID
    treeID = header.treeID
    status = header.status
    isSigned = header.isSigned
    signature = header.signature
  }
}
