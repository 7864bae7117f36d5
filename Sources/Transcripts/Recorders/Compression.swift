import Packets
import Protocols

extension SMBConversation {
  var compression: SMB2CompressionAgreement { transcript.compression }

  func compressed(origin: MessageOrigin, side: Side, damage: DecodeError?) {
    countPassed()
    transcript.recordClosedMessage(by: transcript.peer(side), isDamaged: damage != nil, frame: FrameStamp(number: origin.lastFrame, time: origin.lastTime))
    if let damage { record(unreadable: "SMB2 COMPRESSION_TRANSFORM", damage, frame: origin.lastFrame, side: side) }
    observer?.observe(
      ObservedMessage(
        content: .compressed(isUnreadable: damage != nil), origin: origin, tcpStream: transcript.tcpStream))
  }
}

// Compressed messages: those that can be read are like others; these are about the rest.
extension Transcript {
  /// What the two agreed on: MS-SMB2 3.2.5.2, 3.3.5.4.
  var compression: SMB2CompressionAgreement {
    guard let response = negotiation?.response else { return .unknown }
    return response.contexts.compression ?? (response.isWhole ? .nothing : .unknown)
  }

  /// Counts a compressed message that stays closed.
  mutating func recordClosedMessage(by sender: Peer, isDamaged: Bool, frame: FrameStamp) {
    traffic.compressedMessages += 1
    if sender == .server {
      traffic.responsesSinceValidation += 1
      recordAnswer(in: frame)
    } else {
      if compression == .nothing, rarities.read({ $0.compressedUnasked }) == nil { rarities.value.compressedUnasked = frame }
      recordRequests(1, in: frame)
    }
    guard isDamaged else { return }
    if sender == .client { visibility.unreadableFromClient += 1 } else { visibility.unreadableFromServer += 1 }
  }

  /// Compressed messages that were passed by because of their length.
  package var longCompressedMessages: Int {
    traffic.compressedMessages - visibility.unreadableFromClient - visibility.unreadableFromServer
  }
}
