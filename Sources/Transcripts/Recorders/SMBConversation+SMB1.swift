import Packets
import Protocols

// SMB1 messages on their way into the transcript.
extension SMBConversation {
  func smb1(_ header: SMB1Header, _ message: borrowing ByteView, origin: MessageOrigin, side: Side) {
    countPassed()
    transcript.orient(by: header.isResponse, side: side)
    transcript.count(header, origin, by: transcript.peer(side))
    if header.isResponse { transcript.recordWork(header, message, FrameStamp(number: origin.lastFrame, time: origin.lastTime)) }
    guard header.command.isControlPlane else { return }
    context.frameMatters = true
    var body: SMB1Body?
    do throws(DecodeError) {
      if header.command == .negotiate {
        try transcript.recordNegotiate(header, message, origin)
      } else {
        let read = SMB1Body(message, header: header)
        takeSMB1(header, read, MessageStamp(header, origin))
        body = read
        if let damage = read.damage { throw damage }
      }
    } catch {
      let kind = "\(header.command) \(header.isResponse ? "Response" : "Request")"
      record(unreadable: kind, error, frame: origin.lastFrame, side: side)
    }
    observer?.observe(
      ObservedMessage(content: .smb1(header, transcript.smb1, body), origin: origin, tcpStream: transcript.tcpStream))
  }

  /// MS-CIFS 3.2.5.1: an answer repeats the numbers of its request. No MessageId of SMB2 is as large as these.
  private func takeSMB1(_ header: SMB1Header, _ body: SMB1Body, _ stamp: MessageStamp) {
    let number = header.exchangeID | UInt64(header.command.rawValue) << 48 | 1 << 63
    guard header.isResponse else {
      guard let open = transcript.open(header, body, stamp) else { return }
      guard let early = earlyReplies.firstIndex(where: { $0.messageID == number }),
        case .smb1(let header, let body, let stamp) = earlyReplies[early].content
      else { return wait(for: open, number) }
      earlyReplies.remove(at: early)
      return transcript.answer(open, header, body, stamp)
    }
    // Some servers put a ProcessId of their own into the answer.
    guard let index = openRequests.firstIndex(where: { $0.messageID == number })
      ?? openRequests.firstIndex(where: { $0.messageID >> 48 == number >> 48 && UInt16(truncatingIfNeeded: $0.messageID) == header.multiplexID })
    else {
      guard header.command.establishes, body.isShort else { return }
      return keep(EarlyReply(messageID: number, content: .smb1(header, body, stamp)))
    }
    let open = openRequests.remove(at: index).request
    transcript.answer(open, header, body, stamp)
  }
}

extension SMB1Command {
  /// Its answer is waited for.
  fileprivate var establishes: Bool { [.sessionSetupAndX, .treeConnectAndX].contains(self) }
}

extension SMB1Body {
  fileprivate var isShort: Bool {
    guard case .sessionSetupResponse(let response)? = commands.first else { return true }
    return (response.token ?? []).count <= SMBConversation.keptToken
  }
}
