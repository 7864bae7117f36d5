import Packets
import Protocols
import Rules
import Transcripts

// TCP, the NetBIOS session, and NEGOTIATE.

extension Attempt {
  mutating func readTCP(_ transcript: Transcript) {
    let handshake = transcript.handshake
    let hasOpened = handshake.synAck != nil || handshake.isComplete || transcript.visibility.hasPayload
    var failure = transcript.openingFailure.flatMap { Self.words(for: $0, transcript) }
    if failure == nil, transcript.outcome(of: .transport) == .failed, !hasOpened { failure = ("not accepted", nil) }
    if let failure {
      add(.tcp, "connection", failure.value, .result, failure.frame ?? handshake.syn?.number, isFailure: true)
      outcomes[.tcp] = .failed
    } else {
      if hasOpened { add(.tcp, "connection", "accepted", .result, handshake.synAck?.number) }
      let outcome = transcript.outcome(of: .transport)
      // A NetBIOS session that is refused has its own step.
      outcomes[.tcp] = outcome == .failed ? .passed : outcome
    }
    add(.tcp, "port", "\(transcript.server.port)", .agreement)
    if let syn = handshake.syn { add(.tcp, "options of the client's SYN", Self.words(handshake.synOptions), .slight, syn.number) }
    if let synAck = handshake.synAck {
      add(.tcp, "options of the server's SYN-ACK", Self.words(handshake.synAckOptions), .slight, synAck.number, .success)
      if let trip = handshake.roundTripTime { time(.tcp, "the answer to the SYN", trip, synAck.number) }
    }
  }

  /// nil for a failure of the NetBIOS session.
  private static func words(for failure: OpeningFailure, _ transcript: Transcript) -> (value: String, frame: Int?)? {
    switch failure {
    case .noAnswer: return ("no answer to the SYN", nil)
    case .refused(let reset): return ("refused with a reset", reset.stamp.number)
    case .unreachable(let notice): return ("refused by ICMP from \(notice.error.reporter): \(notice.error.meaning)", notice.stamp.number)
    case .challenged: return ("the server answers the SYN with an ACK of an older connection", nil)
    case .dropped: return ("the recording host drops the SYN", nil)
    case .incomplete(let reset):
      return (reset == nil ? "the client does not confirm the SYN-ACK" : "the SYN-ACK comes too late", reset?.stamp.number)
    case .closedUnused(let end):
      let who = transcript.peer(end.side).rawValue
      return ("accepted, then the \(who) \(end.kind == .rst ? "resets" : "closes") it before any data", end.stamp.number)
    case .sessionRefused, .sessionUnanswered: return nil
    }
  }

  private static func words(_ options: TCPOptions) -> String {
    var words = options.maximumSegmentSize.map { ["MSS \($0)"] } ?? ["no MSS"]
    if options.kinds.contains(.windowScale) { words.append("window scale") }
    if options.kinds.contains(.sackPermitted) { words.append("SACK") }
    if options.kinds.contains(.timestamps) { words.append("timestamps") }
    return words.joined(separator: ", ")
  }

  // MARK: NetBIOS session

  mutating func readNetBIOS(_ transcript: Transcript) {
    guard let last = transcript.sessionPackets.last else { return }
    for packet in transcript.sessionPackets {
      guard let names = packet.names else { continue }
      add(.netbios, "called name", names.called, .agreement, packet.frame)
      add(.netbios, "calling name", names.calling, .name, packet.frame)
    }
    outcomes[.netbios] = .passed
    switch transcript.openingFailure {
    case .sessionRefused(let refusal):
      add(.netbios, "answer", "refused: \(refusal.refusal)", .result, refusal.frame, isFailure: true)
      outcomes[.netbios] = .failed
    case .sessionUnanswered(let asked, _):
      add(.netbios, "answer", "no answer", .result, asked.frame, isFailure: true)
      outcomes[.netbios] = .failed
    default:
      guard last.sender == .server else {
        outcomes[.netbios] = .inconclusive
        gaps[.netbios] = "the answer to the session request is not in it"
        return
      }
      guard last.type == .retarget else { return add(.netbios, "answer", "accepted", .result, last.frame) }
      // What the client does there is another connection.
      add(
        .netbios, "answer", "redirected to \(last.target?.description ?? "another address")", .result, last.frame, isFailure: true)
      outcomes[.netbios] = .failed
    }
  }

  // MARK: NEGOTIATE

  mutating func readNegotiate(_ transcript: Transcript) {
    if let answer = transcript.foreignBeginnings.first(where: { $0.sender == .server }), transcript.traffic.responses == 0 {
      add(.negotiate, "status", "no SMB: \(answer.description)", .result, answer.frame, isFailure: true)
    }
    if let negotiation = transcript.negotiation { read(negotiation) }
    if let smb1 = transcript.smb1 { read(smb1, isFinal: transcript.negotiation == nil) }
    let peers = Peers(transcript.peerTraits)
    add(.negotiate, "client software", peers.client.map(\.name), .name)
    add(.negotiate, "server software", peers.server.map(\.name), .name)
    if let offset = transcript.serverClockOffset {
      add(.negotiate, "server's clock", Self.words(ofClock: offset, "the recording's"), .name, transcript.negotiation?.responseStamp?.frame, .success)
    }
  }

  /// Clocks may differ by five minutes: RFC 4120 1.6.
  static func words(ofClock offset: TimeSpan, _ other: String) -> String {
    guard offset.magnitude > .seconds(300) else { return "agrees with \(other) to five minutes" }
    return "\(offset.magnitude) \(offset > .zero ? "ahead of" : "behind") \(other)"
  }

  private mutating func read(_ negotiation: Negotiation) {
    if let request = negotiation.request {
      let frame = negotiation.requestStamp?.frame
      add(.negotiate, "dialects offered by the client", request.dialects.map(\.description).joined(separator: ", "), .agreement, frame)
      add(.negotiate, "client's SecurityMode", "\(request.securityMode)", .agreement, frame, .choice)
      add(.negotiate, "client's Capabilities", "\(request.capabilities)", .agreement, frame, .choice)
      read(request.contexts, of: "client", frame)
    }
    let frame = negotiation.responseStamp?.frame
    addAnswer(.negotiate, "status", negotiation.responseStamp?.status, asked: negotiation.requestStamp?.frame, answered: frame)
    if let response = negotiation.response {
      add(.negotiate, "dialect chosen by the server", "\(response.dialectRevision)", .agreement, frame, .success)
      add(.negotiate, "server's SecurityMode", "\(response.securityMode)", .agreement, frame, .success)
      add(.negotiate, "server's Capabilities", "\(response.capabilities)", .agreement, frame, .success)
      let sizes = [response.maxTransactSize, response.maxReadSize, response.maxWriteSize].map { "\($0)" }
      add(.negotiate, "largest transact, read and write", sizes.joined(separator: ", "), .slight, frame, .success)
      add(.negotiate, "mechanisms offered by the server", Self.words(negotiation.mechanisms), .agreement, frame, .success)
      read(response.contexts, of: "server", frame)
    }
    time(.negotiate, "the answer to NEGOTIATE", negotiation.requestStamp?.time, negotiation.responseStamp)
  }

  /// A random salt and a name are in the contexts too: those say nothing here.
  private mutating func read(_ contexts: [SMB2NegotiateContext], of peer: String, _ frame: Int?) {
    for context in contexts {
      guard let type = context.type else { continue }
      let weight: AttemptFact.Weight = type == 5 ? .name : .agreement
      add(
        .negotiate, "\(peer)'s \(SMB2NegotiateContext.name(ofType: type)) context", "\(context)", weight, frame, .choice)
    }
  }

  static func words(_ mechanisms: SecurityMechanisms) -> String? {
    mechanisms.rawValue == 0 ? nil : mechanisms.description
  }

  /// - Parameter isFinal: no SMB2 follows.
  private mutating func read(_ smb1: SMB1Negotiation, isFinal: Bool) {
    guard isFinal else {
      return add(.negotiate, "upgrade from SMB1", "yes", .slight, smb1.requestStamp?.number, .option)
    }
    add(.negotiate, "dialects offered by the client", smb1.request.flatMap { $0.isCut ? nil : $0.list }, .agreement, smb1.requestStamp?.number)
    if let response = smb1.response {
      let isRefused = response.dialectIndex == nil
      add(
        .negotiate, "status", isRefused ? "no dialect in common (SMB1)" : "\(NTStatus.success)", .result, smb1.responseFrame,
        isFailure: isRefused)
      add(.negotiate, "dialect chosen by the server", smb1.chosen, .agreement, smb1.responseFrame, .success)
    } else if let upgrade = smb1.upgrade {
      add(.negotiate, "dialect chosen by the server", "\(upgrade)", .agreement, smb1.upgradeFrame, .success)
    } else {
      addAnswer(.negotiate, "status", nil, asked: smb1.requestStamp?.number, answered: nil)
    }
  }
}
