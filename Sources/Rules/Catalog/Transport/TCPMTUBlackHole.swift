import Packets
import Transcripts

extension Rule {
  static let tcpMTUBlackHole = Rule(
    id: "tcp-mtu-black-hole",
    severity: .error,
    phase: .transport,
    // It explains the silence that follows.
    nature: .reset,
    summary: "Small segments get through, but large ones do not.",
    explanation: """
      The handshake and small messages got through. Then a large segment was sent again and again, and its first \
      byte was never confirmed. Somewhere on the path packets of this size do not fit, and the ICMP error that \
      should inform the sender does not arrive or is ignored. SESSION_SETUP with a Kerberos ticket is often the \
      first victim, because it is the first message that fills a packet.
      """,
    whenBenign: """
      When a small segment is lost, or the host disappeared. smbdx does not report these, and reports nothing if a \
      segment of the same size got through before.
      """,
    howToVerify: """
      Ping with the largest size and without fragmentation, from the client and from the server. The largest size \
      that gets through is the MTU of the path.
      """,
    causes: [
      "a tunnel (VPN, PPPoE, GRE, VXLAN) that leaves less room, while a firewall filters ICMP",
      "jumbo frames on one side only",
      "a router or VPN gateway that should reduce the MSS and does not",
    ],
    remedies: [.testMTU, .lowerMTU, .captureOtherSideOfSilence],
    references: ["RFC 1191", "RFC 8201", "RFC 4821"]
  ) { transcript in
    guard transcript.hasTroubledDelivery else { return [] }
    return [Peer.client, .server].compactMap { peer in
      if let hole = transcript.missingLargeSegments(of: peer) { return transcript.observation(of: hole, peer) }
      guard let hole = transcript.blackHole(of: peer) else { return nil }
      let repetition = hole.repetition
      let confirmed = transcript.sending(of: peer).longestConfirmed
      var evidence = [
        Evidence(transcript.handshake.syn?.number, .client, "SYN, MSS \(transcript.trace(of: .client).maximumSegmentSize)"),
        Evidence(transcript.handshake.synAck?.number, .server, "SYN-ACK, MSS \(transcript.trace(of: .server).maximumSegmentSize)"),
        Evidence(repetition.first.number, peer, "\(hole.size) bytes again; the longest segment confirmed so far had \(confirmed)"),
        Evidence(repetition.last.number, peer, "the last of \(repetition.copies) repetitions, \(repetition.latest) bytes"),
      ].compactMap(\.self)
      if let notice = hole.notice {
        evidence.append(
          Evidence(notice.stamp.number, nil, "ICMP from \(notice.error.reporter): too big, MTU \(notice.error.mtu)"))
      }
      return Observation(
        hole.isCertain ? .likely : .possible,
        "segments of \(hole.size) bytes from the \(peer.rawValue) do not get through, smaller ones do",
        evidence: evidence)
    }
  }
}

/// A segment that is too large for the path.
struct BlackHole {
  var repetition: Retransmission
  /// Bytes of payload.
  var size: Int
  var notice: ICMPNotice?
  /// The other side was still there, or a router complained, or the same bytes passed in smaller pieces.
  var isCertain: Bool
}

extension Transcript {
  /// What a path must carry at least (RFC 8200 5); what is not larger than this passes everywhere.
  private static let smallestMTU = 1280
  /// Headers of IPv4 and TCP.
  private static let headers = 40

  func blackHole(of peer: Peer) -> BlackHole? {
    let sending = sending(of: peer)
    guard let repetition = sending.retransmission, repetition.copies >= 2 else { return nil }
    // A host that lets its card cut the segments shows longer ones than it sends.
    let limits = [trace(of: .client), trace(of: .server)].map { Int($0.maximumSegmentSize) }.filter { $0 > 0 }
    let size = min(repetition.longest, limits.min() ?? repetition.longest)
    let isCut = repetition.latest + Self.headers <= Self.smallestMTU
    guard size + Self.headers > Self.smallestMTU, sending.longestConfirmed < size, sending.isStuck || isCut,
      hasAnswers, trace(of: peer.other).zeroWindow == nil,
      // What passed before the recording began is not known, and what passed since is.
      !visibility.mayHideMessages(from: peer, behind: visibility.startsMidstream ? firstFrame.number : 0)
    else { return nil }
    let notice = notices.first { $0.error.isTooBig && self.peer($0.sender) == peer }
    // A repeated acknowledgment says that something smaller behind it has arrived.
    let isAlive =
      repetition.duplicateAcknowledgments > 0
      || trace(of: peer.other).lastTime.map { $0 > repetition.first.time } ?? false
    // A client that is still there acknowledges something, or leaves: from one that is gone nothing comes.
    guard peer == .client || isAlive || notice != nil || !sending.isStuck else { return nil }
    return BlackHole(
      repetition: repetition, size: size, notice: notice, isCertain: isAlive || notice != nil || !sending.isStuck)
  }

  /// Messages got through both ways.
  private var hasAnswers: Bool { negotiation?.responseStamp != nil || smb1?.response != nil || traffic.responses > 0 && visibility.startsMidstream }

  /// Bytes of large segments that never arrived here, as the receiver's acknowledgments show, while a smaller one behind them did.
  func missingLargeSegments(of peer: Peer) -> UndeliveredBytes? {
    let limits = [trace(of: .client), trace(of: .server)].map { Int($0.maximumSegmentSize) }.filter { $0 > 0 }
    guard let hole = sending(of: peer).undelivered, let size = limits.min(), size + Self.headers > Self.smallestMTU,
      hole.count >= size, sending(of: peer).longestConfirmed < size, hasAnswers
    else { return nil }
    return hole
  }

  fileprivate func observation(of hole: UndeliveredBytes, _ peer: Peer) -> Observation {
    Observation(
      .likely, "\(counted(hole.count, "byte")) of the \(peer.rawValue), in segments of full size, never arrive, but a smaller segment behind them does",
      evidence: [
        Evidence(handshake.syn?.number, .client, "SYN, MSS \(trace(of: .client).maximumSegmentSize)"),
        Evidence(handshake.synAck?.number, .server, "SYN-ACK, MSS \(trace(of: .server).maximumSegmentSize)"),
        Evidence(hole.behind.number, peer, "\(counted(hole.count, "byte")) before this frame are missing, and the \(peer.other.rawValue) does not acknowledge them"),
      ].compactMap(\.self) + evidenceOfEnd)
  }

  /// The frame with which the connection is in use: the first request behind a connected share.
  var establishmentEnd: Int { traffic.firstTreeUse?.number ?? .max }
}
