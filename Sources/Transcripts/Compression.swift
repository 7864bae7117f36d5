import Protocols

// Compressed messages: those that can be read are like others; these are about the rest.
extension Transcript {
  /// What the two agreed on: MS-SMB2 3.2.5.2, 3.3.5.4.
  var compression: SMB2CompressionAgreement {
    guard let response = negotiation?.response else { return .unknown }
    return response.contexts.compression ?? .nothing
  }

  /// Counts a compressed message that stays closed.
  mutating func noteClosedMessage(by sender: Peer, isDamaged: Bool, frame: Int) {
    traffic.compressedMessages += 1
    if sender == .server {
      traffic.responsesSinceValidation += 1
      traffic.isAwaitingAnswer = false
    } else {
      noteRequests(1, in: frame)
    }
    guard isDamaged else { return }
    if sender == .client { visibility.unreadableFromClient += 1 } else { visibility.unreadableFromServer += 1 }
  }

  /// Compressed messages that were passed by because of their length.
  package var longCompressedMessages: Int {
    traffic.compressedMessages - visibility.unreadableFromClient - visibility.unreadableFromServer
  }
}
