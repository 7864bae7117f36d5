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
  mutating func note(_ connection: TCPConnection, captureEnd: Timestamp) {
    let serverSide = clientSide.other
    transport = TransportFacts(connection, clientSide: clientSide, captureEnd: captureEnd)
    visibility.hasPayload =
      connection.state.nextOffset(of: clientSide) > 0 || connection.state.nextOffset(of: serverSide) > 0
    visibility.startsMidstream = handshake.synFrame == 0 && handshake.synAckFrame == 0
    visibility.missingFromClient = connection.state.missingBytes(from: clientSide)
    visibility.missingFromServer = connection.state.missingBytes(from: serverSide)
    visibility.conflictingSegments = connection.state.conflictingSegments
    visibility.isCut = connection.state.isCut
    visibility.limitsReached += connection.state.heldLimitsReached + connection.state.closingsNotKept
    if connection.state.acknowledgedOffset(of: serverSide) <= connection.state.nextOffset(of: serverSide) {
      visibility.unseenServerTail = connection.state.unseenTail(of: serverSide)
    }
    for peer in [Peer.client, .server] {
      let side = peer == .client ? clientSide : serverSide
      if trace(of: peer).segments == 0, connection.state.isConfirmed(side) || visibility.startsMidstream {
        visibility.unseenPeer = peer
      }
      // The peer confirmed more than the capture shows: the end of this stream was lost on the way to it.
      let beyond = connection.state.acknowledgedOffset(of: side) - connection.state.nextOffset(of: side)
      if beyond > 1 { noteUnseenTail(of: peer, count: beyond) }
    }
  }

  private mutating func noteUnseenTail(of peer: Peer, count: Int) {
    if peer == .client { visibility.missingFromClient += count } else { visibility.missingFromServer += count }
    visibility.lost.append(LostBytes(sender: peer, frame: lastFrame.number, count: count))
  }
}
