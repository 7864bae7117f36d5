package import Packets
import Protocols
import Rules
package import Transcripts

/// A step on the way to a share, in the order in which they come.
package enum AttemptStep: Int, Sendable, CaseIterable, Comparable {
  case tcp, negotiate, sessionSetup, treeConnect, validateNegotiate, use

  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

  package var name: String {
    switch self {
    case .tcp: "TCP"
    case .negotiate: "Negotiate"
    case .sessionSetup: "Session Setup"
    case .treeConnect: "Tree Connect"
    case .validateNegotiate: "Validate Negotiate"
    case .use: "after the share was connected"
    }
  }
}

/// One thing that an attempt shows, by a name under which another attempt shows the same thing.
package struct AttemptFact: Sendable, Equatable {
  /// How likely it is that a difference is decisive.
  package enum Weight: Int, Sendable, Comparable {
    /// Sizes and the like.
    case slight
    /// Who asks, and what the hosts are.
    case name
    /// What the two agree on.
    case agreement
    /// What came of it.
    case result

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  package var step: AttemptStep
  package var name: String
  package var value: String
  package var weight: Weight
  /// Its frame; 0 if none.
  package var frame = 0
}

/// One connection as an attempt to reach something: what was asked, agreed and answered, without numbers that are never the
/// same twice.
package struct Attempt: Sendable {
  package var client: Endpoint
  package var server: Endpoint
  package var tcpStream: Int
  package var firstFrame: FrameStamp
  package var outcome: ConnectionOutcome
  package var stages: [StageOutcome]
  package var share: String?
  package private(set) var facts: [AttemptFact] = []
  /// What each step took, from its request to its answer.
  package private(set) var times: [(step: AttemptStep, name: String, time: TimeSpan, frame: Int)] = []

  package init(_ transcript: Transcript) {
    client = transcript.client
    server = transcript.server
    tcpStream = transcript.tcpStream
    firstFrame = transcript.firstFrame
    outcome = transcript.outcome
    stages = Stage.allCases.map { transcript.outcome(of: $0) }
    share = (transcript.trees.first { !$0.isPipeShare } ?? transcript.trees.first)?.share.lowercased()
    readTCP(transcript)
    if let negotiation = transcript.negotiation { read(negotiation) }
    if let smb1 = transcript.smb1 { read(smb1) }
    for session in transcript.sessions.prefix(Limit.sessions) { read(session) }
    for (place, tree) in transcript.trees.prefix(Limit.trees).enumerated() { read(tree, place) }
    if let validation = transcript.lastValidation {
      read(validation, transcript)
    } else if transcript.settledValidations > 0 {
      // Equal and signed ones are only counted.
      add(.validateNegotiate, "status", "\(NTStatus.success)", .result)
      add(.validateNegotiate, "agrees with NEGOTIATE", "yes", .result)
    }
    readUse(transcript)
  }

  private enum Limit {
    /// Logons of an attempt that are compared; the first of each kind of fact counts.
    static let sessions = 2
    /// Shares likewise.
    static let trees = 8
  }

  package func outcome(of step: AttemptStep) -> StageOutcome {
    switch step {
    case .tcp: stages[0]
    case .negotiate: stages[1]
    case .sessionSetup: stages[2]
    case .treeConnect: stages[3]
    case .validateNegotiate: stages[4]
    case .use: outcome == .established ? .passed : .inconclusive
    }
  }

  private mutating func add(
    _ step: AttemptStep, _ name: String, _ value: String?, _ weight: AttemptFact.Weight, _ frame: Int? = nil
  ) {
    guard let value, !facts.contains(where: { $0.step == step && $0.name == name }) else { return }
    facts.append(AttemptFact(step: step, name: name, value: value, weight: weight, frame: frame ?? 0))
  }

  private mutating func time(_ step: AttemptStep, _ name: String, _ from: Timestamp?, _ stamp: MessageStamp?) {
    guard let from, let stamp, stamp.time.since(from) >= .zero else { return }
    times.append((step, name, stamp.time.since(from), stamp.frame))
  }
}

// MARK: TCP and NEGOTIATE

extension Attempt {
  private mutating func readTCP(_ transcript: Transcript) {
    let handshake = transcript.handshake
    let opening =
      handshake.synFrame == 0 && handshake.synAckFrame == 0 ? nil : handshake.synAckFrame > 0 ? "accepted" : handshake.isComplete ? "accepted" : "not accepted"
    add(.tcp, "connection", opening, .result, handshake.synAckFrame > 0 ? handshake.synAckFrame : handshake.synFrame)
    add(.tcp, "port", "\(server.port)", .agreement)
    if handshake.synFrame > 0 { add(.tcp, "options of the client's SYN", Self.words(handshake.synOptions), .slight, handshake.synFrame) }
    if handshake.synAckFrame > 0 {
      add(.tcp, "options of the server's SYN-ACK", Self.words(handshake.synAckOptions), .slight, handshake.synAckFrame)
    }
    if let trip = handshake.roundTripTime { times.append((.tcp, "the answer to the SYN", trip, handshake.synAckFrame)) }
    let peers = Peers(transcript.peerTraits)
    add(.negotiate, "client software", peers.client.map(\.name), .name)
    add(.negotiate, "server software", peers.server.map(\.name), .name)
  }

  private static func words(_ options: TCPOptions) -> String {
    var words = options.maximumSegmentSize.map { ["MSS \($0)"] } ?? ["no MSS"]
    if options.kinds.contains(.windowScale) { words.append("window scale") }
    if options.kinds.contains(.sackPermitted) { words.append("SACK") }
    if options.kinds.contains(.timestamps) { words.append("timestamps") }
    return words.joined(separator: ", ")
  }

  private mutating func read(_ negotiation: Negotiation) {
    if let request = negotiation.request {
      let frame = negotiation.requestStamp?.frame
      add(.negotiate, "dialects offered by the client", request.dialects.map(\.description).joined(separator: ", "), .agreement, frame)
      add(.negotiate, "client's SecurityMode", "\(request.securityMode)", .agreement, frame)
      add(.negotiate, "client's Capabilities", "\(request.capabilities)", .agreement, frame)
      read(request.contexts, of: "client", frame)
    }
    let frame = negotiation.responseStamp?.frame
    add(.negotiate, "status", negotiation.responseStamp?.status.map { "\($0)" } ?? "no answer", .result, frame)
    if let response = negotiation.response {
      add(.negotiate, "dialect chosen by the server", "\(response.dialectRevision)", .agreement, frame)
      add(.negotiate, "server's SecurityMode", "\(response.securityMode)", .agreement, frame)
      add(.negotiate, "server's Capabilities", "\(response.capabilities)", .agreement, frame)
      let sizes = [response.maxTransactSize, response.maxReadSize, response.maxWriteSize].map { "\($0)" }
      add(.negotiate, "largest transact, read and write", sizes.joined(separator: ", "), .slight, frame)
      add(.negotiate, "mechanisms offered by the server", Self.words(negotiation.mechanisms), .agreement, frame)
      read(response.contexts, of: "server", frame)
    }
    time(.negotiate, "the answer to NEGOTIATE", negotiation.requestStamp?.time, negotiation.responseStamp)
  }

  /// A random salt and a name are in the contexts too: those say nothing here.
  private mutating func read(_ contexts: [SMB2NegotiateContext], of peer: String, _ frame: Int?) {
    for context in contexts {
      guard let type = context.type else { continue }
      let weight: AttemptFact.Weight = type == 5 ? .name : .agreement
      add(.negotiate, "\(peer)'s \(SMB2NegotiateContext.name(ofType: type)) context", "\(context)", weight, frame)
    }
  }

  private static func words(_ mechanisms: SecurityMechanisms) -> String? {
    mechanisms.rawValue == 0 ? nil : mechanisms.description
  }

  private mutating func read(_ smb1: SMB1Negotiation) {
    add(.negotiate, "SMB1 dialects offered by the client", smb1.request?.dialects.joined(separator: ", "), .agreement, smb1.requestFrame)
    add(.negotiate, "SMB1 dialect chosen by the server", smb1.chosen, .agreement, smb1.responseFrame)
    add(.negotiate, "upgrade from SMB1 to", smb1.upgrade.map { "\($0)" }, .agreement, smb1.upgradeFrame)
  }
}

// MARK: Logon and shares

extension Attempt {
  private mutating func read(_ session: Session) {
    let frame = session.requestStamp.frame
    let identity = session.identity
    let status = session.isEstablished ? NTStatus.success : session.replyStamp?.status
    add(.sessionSetup, "status", status.map { "\($0)" } ?? "no answer", .result, session.replyStamp?.frame ?? frame)
    add(.sessionSetup, "mechanism", identity.mechanism?.words, .agreement, frame)
    add(.sessionSetup, "mechanisms offered by the client", Self.words(identity.offered), .agreement, frame)
    add(.sessionSetup, "user", identity.isAnonymous ? "anonymous" : identity.user, .name, frame)
    add(.sessionSetup, "domain or realm", identity.domain, .name, frame)
    add(.sessionSetup, "workstation", identity.workstation, .slight, frame)
    add(.sessionSetup, "service of the ticket", identity.service, .agreement, frame)
    if let keys = identity.ticketKeys {
      add(.sessionSetup, "encryption type of the ticket", "\(keys.ticketEtype)", .agreement, frame)
      add(.sessionSetup, "version of the service's key", keys.kvno.map { "\($0)" }, .agreement, frame)
    }
    if let ntlm = session.ntlm { read(ntlm, frame) }
    add(.sessionSetup, "client's SecurityMode", "\(session.securityMode)", .agreement, frame)
    if session.isEstablished {
      let flags = session.flags
      let kind = flags.contains(.isGuest) ? "guest" : flags.contains(.isNull) ? "anonymous" : "user"
      add(.sessionSetup, "session", kind + (flags.contains(.encryptData) ? ", encrypted" : ""), .agreement, session.establishedFrame)
    }
    if let error = session.kerberosError {
      add(.sessionSetup, "Kerberos error of the server", "\(error.error.errorCode)", .result, error.frame)
    }
    time(.sessionSetup, "the last answer to SESSION_SETUP", session.requestStamp.time, session.replyStamp)
  }

  private mutating func read(_ ntlm: NTLMExchange, _ frame: Int) {
    add(.sessionSetup, "NTLM version", ntlm.response == nil ? nil : ntlm.isVersion1 ? "NTLMv1" : "NTLMv2", .agreement, frame)
    add(.sessionSetup, "NTLM target name", ntlm.targetName, .name, frame)
    add(.sessionSetup, "NTLM flags of the server", ntlm.hasChallenge ? hexadecimal(ntlm.serverFlags.rawValue) : nil, .agreement, ntlm.challengeFrame)
    add(.sessionSetup, "server's own name", ntlm.dnsComputerName ?? ntlm.nbComputerName, .name, ntlm.challengeFrame)
    add(.sessionSetup, "server's domain", ntlm.dnsDomainName ?? ntlm.nbDomainName, .name, ntlm.challengeFrame)
    add(.sessionSetup, "server in a domain", ntlm.hasChallenge ? (ntlm.isDomainMember ? "yes" : "no") : nil, .agreement, ntlm.challengeFrame)
    add(.sessionSetup, "channel bindings", ntlm.response == nil ? nil : ntlm.hasChannelBindings ? "yes" : "no", .slight, frame)
  }

  /// Shares are numbered in order, because their names may be what differs.
  private mutating func read(_ tree: Tree, _ place: Int) {
    let which = tree.isPipeShare ? "IPC$" : "share"
    let frame = tree.replyStamp?.frame ?? tree.requestStamp.frame
    add(.treeConnect, "\(which): status", tree.replyStamp?.status.map { "\($0)" } ?? "no answer", .result, frame)
    add(.treeConnect, "\(which): path", tree.path, .name, tree.requestStamp.frame)
    if let response = tree.response {
      add(.treeConnect, "\(which): kind", "\(response.shareType)", .agreement, frame)
      add(.treeConnect, "\(which): ShareFlags", hexadecimal(response.shareFlags.rawValue), .agreement, frame)
      add(.treeConnect, "\(which): Capabilities", hexadecimal(response.capabilities), .agreement, frame)
      add(.treeConnect, "\(which): MaximalAccess", hexadecimal(response.maximalAccess), .agreement, frame)
    }
    if tree.deniedCreateFrame != nil { add(.use, "\(which): first file", "access denied", .result, tree.deniedCreateFrame) }
    if tree.missingPathFrame != nil { add(.use, "\(which): first file", "not there", .result, tree.missingPathFrame) }
    if tree.hasOpenedFile { add(.use, "\(which): first file", "opened", .result) }
    time(.treeConnect, "the answer to TREE_CONNECT (\(which))", tree.requestStamp.time, tree.replyStamp)
  }

  private mutating func read(_ validation: Validation, _ transcript: Transcript) {
    let frame = validation.responseStamp?.frame ?? validation.requestStamp.frame
    add(.validateNegotiate, "status", validation.responseStamp?.status.map { "\($0)" } ?? "no answer", .result, frame)
    let unequal = validation.comparison(with: transcript.negotiation).filter { !$0.isEqual }
    add(
      .validateNegotiate, "agrees with NEGOTIATE",
      unequal.isEmpty ? "yes" : "no: \(unequal.map(\.field.specificationName).joined(separator: ", "))", .result, frame)
    time(.validateNegotiate, "the answer to Validate Negotiate", validation.requestStamp.time, validation.responseStamp)
  }

  private mutating func readUse(_ transcript: Transcript) {
    if !transcript.sessions.isEmpty {
      add(.use, "client signs", transcript.protection.hasSigned(.client) ? "yes" : "no", .agreement)
      add(.use, "server signs", transcript.protection.hasSigned(.server) ? "yes" : "no", .agreement)
      add(.use, "encryption", transcript.traffic.encryptedMessages > 0 ? "yes" : "no", .agreement)
    }
    guard let ending = transcript.ending else { return }
    let who = transcript.peer(ending.side).rawValue
    add(.use, "ended by", "\(ending.kind.rawValue.uppercased()) of the \(who)", .slight, ending.stamp.number)
  }
}

extension Identity.Mechanism {
  fileprivate var words: String {
    switch self {
    case .ntlm: "NTLM"
    case .kerberos: "Kerberos"
    case .other: "another mechanism"
    }
  }
}
