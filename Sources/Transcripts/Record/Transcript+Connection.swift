import Packets

extension Transcript {
  /// A transcript of a connection of which nothing is known but its ends.
  init(client: Endpoint, server: Endpoint, clientSide: Side) {
    self.init(id: 0, tcpStream: 0, client: client, server: server, clientSide: clientSide)
  }

  mutating func orient(client side: Side) {
    guard side != clientSide else { return }
    clientSide = side
    swap(&client, &server)
  }

  /// Takes over what TCP knows, once no more segments will come.
  mutating func record(_ connection: TCPConnection, captureEnd: Timestamp) {
    let serverSide = clientSide.other
    transport = TransportFacts(connection, clientSide: clientSide, captureEnd: captureEnd)
    visibility.hasPayload =
      connection.state.nextOffset(of: clientSide) > 0 || connection.state.nextOffset(of: serverSide) > 0
    visibility.startsMidstream = handshake.syn == nil && handshake.synAck == nil
    visibility.unseenClientHead = connection.state.unseenHead(of: clientSide)
    visibility.unseenServerHead = connection.state.unseenHead(of: serverSide)
    if visibility.startsMidstream, hasServerSaidNothing {
      visibility.unseenServerHead += connection.state.nextOffset(of: serverSide)
    }
    visibility.lacksAnswers = hasGoneOnUnanswered
    visibility.missingFromClient = connection.state.missingBytes(from: clientSide)
    visibility.missingFromServer = connection.state.missingBytes(from: serverSide)
    dropUndelivered()
    visibility.conflictingSegments = connection.state.conflictingSegments
    visibility.isCut = connection.state.isCut
    visibility.limitsReached += connection.state.heldLimitsReached + connection.state.closingsNotKept
    if connection.state.acknowledgedOffset(of: serverSide) <= connection.state.nextOffset(of: serverSide) {
      visibility.unseenServerTail = connection.state.unseenTail(of: serverSide)
    }
    for peer in [Peer.client, .server] {
      let side = peer == .client ? clientSide : serverSide
      let hasOpened = (peer == .client ? handshake.syn : handshake.synAck) != nil
      let hasEnded = terminations.contains { self.peer($0.side) == peer && !$0.isUnseen && !$0.isIgnored }
      if trace(of: peer).segments == 0, !hasOpened, !hasEnded, connection.state.isConfirmed(side) || visibility.startsMidstream {
        visibility.unseenPeer = peer
      }
      // The peer confirmed more than the capture shows: the end of this stream was lost on the way to it.
      let confirmed = connection.state.acknowledgedOffset(of: side)
      // RFC 9293 3.4: a FIN takes a number, also one that the capture lacks.
      let hasFin = terminations.contains { $0.side == side && $0.kind == .fin && !$0.isIgnored && $0.end < confirmed }
      let beyond = confirmed - connection.state.nextOffset(of: side) - (hasFin ? 1 : 0)
      if beyond > (hasFin ? 0 : 1), visibility.unseenPeer != peer { recordUnseenTail(of: peer, count: beyond) }
    }
  }

  /// The recording did not lose bytes that the receiver lacks too.
  private mutating func dropUndelivered() {
    for peer in [Peer.client, .server] {
      guard let hole = sending(of: peer).undelivered,
        let index = visibility.lost.lastIndex(where: { $0.sender == peer && $0.frame == hole.behind.number })
      else { continue }
      visibility.lost.remove(at: index)
      if peer == .client { visibility.missingFromClient -= hole.count } else { visibility.missingFromServer -= hole.count }
    }
  }

  /// The recording has one direction of everything: what answered the SYN would not be in it.
  mutating func recordUnrecordedAnswer() {
    if handshake.syn != nil, handshake.synAck == nil, trace(of: .server).segments == 0,
      !terminations.contains(where: { peer($0.side) == .server })
    {
      visibility.unseenPeer = .server
    }
  }

  /// NEGOTIATE was asked, and nothing else was said.
  var hasOnlyBegun: Bool {
    guard traffic.responses == 0, sessions.isEmpty, trees.isEmpty, validations.isEmpty, traffic.requests <= 1 else { return false }
    return negotiation.map { $0.requestStamp != nil && traffic.requests == 1 } ?? (smb1?.request != nil && smb1?.response == nil)
  }

  private var hasGoneOnUnanswered: Bool {
    let isNegotiateOpen = negotiation?.requestStamp != nil && negotiation?.responseStamp == nil
    let isLogonOpen = !sessions.isEmpty && !sessions.contains { $0.replyStamp != nil }
    return isNegotiateOpen && !(sessions.isEmpty && trees.isEmpty) || isLogonOpen && !trees.isEmpty
  }

  /// Nothing is known about what the server sent.
  private var hasServerSaidNothing: Bool {
    traffic.responses + traffic.encryptedMessages + traffic.cutMessages == 0 && smb1?.response == nil && foreignBeginnings.isEmpty
      && !sessionPackets.contains { $0.sender == .server }
  }

  private mutating func recordUnseenTail(of peer: Peer, count: Int) {
    if peer == .client { visibility.missingFromClient += count } else { visibility.missingFromServer += count }
    visibility.lost.append(LostBytes(sender: peer, frame: lastFrame.number, time: lastFrame.time, count: count))
  }
}
