package import Packets

/// Facts about the recording as a whole, for the rules about it.
package struct RecordingFacts: Sendable, Codable {
  enum Limit {
    /// Servers and KDCs whose clock is remembered.
    static let clocks = 256
    /// SYNs without an answer at the end of the recording.
    static let openSYNs = 256
    /// Client computers that are recognised by the identifier in their NTLM logons.
    static let machines = 4096
    /// Identifiers that several computers share.
    static let sharedMachines = 16
  }

  /// How often something occurred, and the first few times.
  package struct Tally<Example: Sendable & Codable>: Sendable, Codable {
    package private(set) var count = 0
    package private(set) var examples: [Example] = []

    package mutating func record(_ example: Example) {
      count += 1
      if examples.count < 5 { examples.append(example) }
    }
  }

  /// A connection, by its ends.
  package struct Ends: Sendable, Codable {
    package var client: Endpoint
    package var server: Endpoint
    package var firstFrame: Int
  }

  /// A connection of which one side is not recorded.
  package struct OneSide: Sendable, Codable {
    package var ends: Ends
    package var unseen: Peer
  }

  /// A connection with bytes that are not recorded.
  package struct Loss: Sendable, Codable {
    package var ends: Ends
    package var lost: LostBytes
  }

  /// A connection that is encrypted from a frame on.
  package struct Encryption: Sendable, Codable {
    package var ends: Ends
    package var frame: Int
  }

  /// A request without an answer at the end of the recording.
  package struct OpenQuestion: Sendable, Codable {
    package var ends: Ends
    package var question: String
    package var asked: FrameStamp
    /// A healthy server would have answered long before, although a client may wait longer.
    package var isOverdue = false
  }

  /// A server's clock, held against that of the capture.
  package struct Clock: Sendable, Codable {
    package var server: IPAddress
    package var frame: Int
    /// By how much SystemTime in the NEGOTIATE response, or stime in a KRB-ERROR, is ahead.
    package var offset: TimeSpan
  }

  /// A computer that logged on with NTLM, as it describes itself.
  package struct Machine: Sendable, Codable {
    package var client: IPAddress
    package var workstation: String
    package var user: String?
    /// SESSION_SETUP with the AUTHENTICATE message.
    package var frame: Int
  }

  /// Two computers with one identifier.
  package struct MachinePair: Sendable, Codable {
    package var first: Machine
    package var second: Machine
  }

  /// Packets that the recorder of a file says it lost.
  package struct LostPackets: Sendable, Codable {
    package var file: String
    package var count: Int

    package init(file: String, count: Int) {
      self.file = file
      self.count = count
    }
  }

  package var counts = FrameCounts()
  /// Connections with SMB or to a port of SMB.
  package var connections = 0
  package var startedBefore = Tally<Ends>()
  /// Connections with segments of both sides.
  var bothDirections = 0
  package var oneDirectional = Tally<OneSide>()
  package var gaps = Tally<Loss>()
  package var cut = Tally<Loss>()
  package var encrypted = Tally<Encryption>()
  package var openQuestions = Tally<OpenQuestion>()
  package private(set) var overdueQuestions = 0
  private var openSYNs: [OpenQuestion] = []
  /// Datagrams and connections from or to a KDC's port, and a resolver's: 0 means that the recording leaves them out.
  package internal(set) var kerberosFlows = 0
  package internal(set) var nameFlows = 0
  /// Clients asked for names or hosts in vain, and so may never have come to use SMB.
  package internal(set) var hasVainSearches = false
  package var segments = 0
  package var copiedSegments = 0
  package var clocks: [IPAddress: Clock] = [:]
  /// Of KDCs that sent an error, because it has their time: RFC 4120 5.9.1.
  package private(set) var kdcClocks: [IPAddress: Clock] = [:]
  /// By MachineID of MsvAvSingleHost.
  private var machines: [UInt64: Machine] = [:]
  /// Two computers with one identifier; the first pair of each.
  package private(set) var sharedMachines: [MachinePair] = []
  private var sharedMachineIDs: Set<UInt64> = []
  package var hidden: [HiddenTransport] = []
  /// What hosts are called in answers of the NetBIOS name service.
  package var hosts = HostDirectory()
  /// Clients that probe many hosts.
  package var sweeps: [HostSweep] = []
  package var damage: [CaptureWarning] = []
  /// Of those files whose recorder lost any.
  package var lostPackets: [LostPackets] = []

  package init() {}

  /// Takes a connection that is over.
  ///
  /// - Parameter isAtEnd: because the recording is.
  mutating func record(_ transcript: Transcript, isAtEnd: Bool) {
    guard transcript.outcome != .notSMB else { return }
    connections += 1
    let ends = Ends(client: transcript.client, server: transcript.server, firstFrame: transcript.firstFrame.number)
    let visibility = transcript.visibility
    if transcript.trace(of: .client).segments > 0, transcript.trace(of: .server).segments > 0 { bothDirections += 1 }
    if visibility.startsMidstream { startedBefore.record(ends) }
    if let unseen = visibility.unseenPeer {
      oneDirectional.record(OneSide(ends: ends, unseen: unseen))
    } else if let lost = visibility.lost.first {
      let loss = Loss(ends: ends, lost: lost)
      if visibility.isCut { cut.record(loss) } else { gaps.record(loss) }
    }
    if let frame = transcript.traffic.firstEncryptedFrame, transcript.outcome(of: .treeConnect) == .notSeen {
      encrypted.record(Encryption(ends: ends, frame: frame))
    }
    if isAtEnd, let (question, asked) = transcript.openQuestion, transcript.captureEnd.since(asked.time) < Transcript.timeout {
      let isOverdue = transcript.captureEnd.since(asked.time) >= End.timeout && !transcript.end.hasInterim && !transcript.mayBeAdditionalChannel
      openQuestions.record(OpenQuestion(ends: ends, question: question, asked: asked, isOverdue: isOverdue))
      if isOverdue { overdueQuestions += 1 }
    }
    if isAtEnd, let asked = transcript.openSYN, openSYNs.count < Limit.openSYNs {
      openSYNs.append(OpenQuestion(ends: ends, question: "the TCP SYN", asked: asked))
    }
    for peer in [Peer.client, .server] {
      segments += Int(transcript.trace(of: peer).segments) + Int(transcript.trace(of: peer).copies)
      copiedSegments += Int(transcript.trace(of: peer).copies)
    }
    recordClock(transcript)
    for index in transcript.sessions.indices { recordMachine(of: transcript.sessions[index], transcript.client.address) }
  }

  /// One computer may have several addresses, and NAT gives several one; only another name makes it another computer.
  private mutating func recordMachine(of session: Session, _ client: IPAddress) {
    guard let ntlm = session.ntlm, ntlm.machineID != 0, let name = session.identity.workstation, !name.isEmpty else { return }
    let machine = Machine(client: client, workstation: name, user: session.identity.user, frame: session.requestStamp.frame)
    guard let known = machines[ntlm.machineID] else {
      if machines.count < Limit.machines { machines[ntlm.machineID] = machine }
      return
    }
    guard known.client != client, known.workstation.lowercased() != name.lowercased(),
      sharedMachines.count < Limit.sharedMachines, sharedMachineIDs.insert(ntlm.machineID).inserted
    else { return }
    sharedMachines.append(MachinePair(first: known, second: machine))
  }

  /// Counts the SYNs without an answer of clients that did not reach the server in another way meanwhile.
  mutating func settleSYNs(_ hasSucceeded: (_ client: IPAddress, _ server: IPAddress) -> Bool) {
    for question in openSYNs where !hasSucceeded(question.ends.client.address, question.ends.server.address) {
      openQuestions.record(question)
    }
    openSYNs = []
  }

  /// Frees what is needed only while connections come.
  package mutating func close() {
    (machines, sharedMachineIDs, openSYNs) = ([:], [], [])
  }

  /// Takes what was asked of KDCs.
  mutating func recordClocks(_ exchanges: [KerberosExchange]) {
    for exchange in exchanges where kdcClocks[exchange.kdc.address] == nil && kdcClocks.count < Limit.clocks {
      guard let offset = exchange.clockOffset, let reply = exchange.reply else { continue }
      kdcClocks[exchange.kdc.address] = Clock(
        server: exchange.kdc.address, frame: reply.number, offset: offset)
    }
  }

  private mutating func recordClock(_ transcript: Transcript) {
    guard let offset = transcript.serverClockOffset, let stamp = transcript.negotiation?.responseStamp,
      clocks[transcript.server.address] == nil, clocks.count < Limit.clocks
    else { return }
    clocks[transcript.server.address] = Clock(
      server: transcript.server.address, frame: stamp.frame, offset: offset)
  }
}

extension Transcript {
  /// What the client or its TCP was waiting for when the recording ended, unless it had waited long enough to tell.
  var openQuestion: (question: String, asked: FrameStamp)? {
    guard ending == nil, outcome != .failed, visibility.unseenPeer == nil else { return nil }
    if let validation = validations.last(where: { $0.responseStamp == nil }) {
      return ("Validate Negotiate", validation.requestStamp.asked)
    }
    if let tree = trees.last, tree.replyStamp == nil { return ("TREE_CONNECT", tree.requestStamp.asked) }
    if let session = sessions.last, !session.isAnswered { return ("SESSION_SETUP", session.requestStamp.asked) }
    if !sessions.isEmpty || !trees.isEmpty { return nil }
    if let stamp = negotiation?.requestStamp, negotiation?.responseStamp == nil { return ("NEGOTIATE", stamp.asked) }
    if let smb1, smb1.request != nil, smb1.response == nil, smb1.upgrade == nil, negotiation == nil, let asked = smb1.requestStamp {
      return ("NEGOTIATE", asked)
    }
    return nil
  }
}

extension Transcript {
  /// A SYN that has no answer, and not long enough to tell.
  fileprivate var openSYN: FrameStamp? {
    guard let syn = handshake.syn, handshake.synAck == nil, !handshake.isAnsweredUnseen, ending == nil,
      visibility.unseenPeer == nil, !visibility.hasPayload, outcome != .failed, captureEnd.since(syn.time) < Self.timeout
    else { return nil }
    return syn
  }
}

extension MessageStamp {
  var asked: FrameStamp { FrameStamp(number: frame, time: time) }
}
