package import Packets
package import Protocols

/// The summary of a connection that a case keeps after its transcript is freed.
package struct ConnectionBrief: Sendable, Codable {
  enum Limit {
    /// Sessions remembered; clients have one or two.
    static let sessions = 8
    /// Trees remembered; clients have a handful.
    static let trees = 16
    /// Referrals remembered; a client asks for one or two before it goes on to their target.
    static let referrals = 8
  }

  package var id: Int
  package var tcpStream: Int
  package var client: Endpoint
  package var server: Endpoint
  package var firstFrame: FrameStamp
  package var lastFrame: FrameStamp
  package var outcome: ConnectionOutcome
  /// The first stage that failed.
  package var failedStage: Stage?
  /// See ``Transcript/isUneventful``.
  var isUneventful = false
  package var hasSMB: Bool
  /// The server talks, and it is SMB as far as can be seen.
  package var hasAnswer: Bool
  /// SYNs to which nothing came back; 0 when there is anything else.
  var silentSYNs = 0
  /// A SYN-ACK with which the connection begins, and behind which nothing comes; nil for any other.
  @OptionalFrame var strayAnswerFrame: Int?
  /// Who sent the first FIN or RST.
  package var endedBy: Peer?
  /// It was used, and it ended without LOGOFF or TREE_DISCONNECT.
  package var endedInUse: Bool
  package var isAdditionalChannel: Bool
  package var mayBeAdditionalChannel: Bool
  /// SMB1 alone, from a client that spoke SMB2 or later with this server a moment before.
  package var isSMB1Fallback: Bool
  /// nil when unknown or zero.
  package var clientGUID: GUID?
  package var serverGUID: GUID?
  /// What the client calls the server, each name once: in NEGOTIATE (SMB2_NETNAME_NEGOTIATE_CONTEXT_ID), in the service
  /// of its ticket and in its shares' paths.
  package var hosts: [String]
  package var dialect: SMB2Dialect?
  /// What the server offers in NEGOTIATE; empty when it leaves the choice to the client, or that is not known.
  package var mechanisms = SecurityMechanisms(rawValue: 0)
  package var negotiateFrame: Int?
  /// SystemTime of the NEGOTIATE response against the capture's clock; positive when the server is ahead.
  package var serverClockOffset: TimeSpan?
  /// Traits of the software of both.
  package var peerTraits = PeerTraits()
  package var sessions: [Session]
  package var trees: [Tree]
  /// The last request for a referral, or of which the capture has too little to tell; nil when there was none.
  package var lastReferralFrame: Int?
  /// The server refused a user whose name the capture lacks.
  package var hidesUser = false
  /// Nothing tells whose last session it is; see ``Transcript/lacksUser(of:)``.
  package var lacksUser = false
  /// The capture has no segment of the server, which answered all the same.
  var isServerUnseen = false
  /// A user whose name the recording lacks got in, or works on as only those do who got in.
  package var isPastLogon = false
  /// SMB2_GLOBAL_CAP_DFS of the client: MS-SMB2 2.2.3. nil when its NEGOTIATE was not captured.
  package var knowsDFS: Bool?
  /// Messages that the capture cannot show may be requests for referrals.
  package var hidesMessages: Bool
  private var rarities = Boxed<Rarities>()

  /// What nearly all connections do not have. Cases hand their connections on by value, and each list makes that slower.
  private struct Rarities: DefaultInitializable, Sendable, Codable {
    var openingFailure: OpeningFailure?
    var sessionPackets: [SessionPacket] = []
    var damagedFrames: [Int] = []
    var asker: Account?
    var referrals: [Referral] = []
    var interfaces: [IPAddress] = []
    @OptionalStamp var useWithHiddenInterfaces: FrameStamp?
    var uncoveredPaths: [UncoveredPath] = []
  }
}

extension ConnectionBrief {
  /// Why no SMB could be spoken at all.
  package var openingFailure: OpeningFailure? { rarities.isAbsent ? nil : rarities.read { $0.openingFailure } }
  /// NetBIOS session packets, the first few.
  package var sessionPackets: [SessionPacket] { rarities.isAbsent ? [] : rarities.read { $0.sessionPackets } }
  /// See ``Transcript/damagedFrames``.
  package var damagedFrames: [Int] { rarities.isAbsent ? [] : rarities.read { $0.damagedFrames } }
  package var hasDamagedFrames: Bool { !rarities.isAbsent && !damagedFrames.isEmpty }
  /// Those with targets, and those asked for after ``uncoveredPaths``; the last few.
  package var referrals: [Referral] { rarities.isAbsent ? [] : rarities.read { $0.referrals } }
  /// See ``Transcript/interfaces``.
  package var interfaces: [IPAddress] { rarities.isAbsent ? [] : rarities.read { $0.interfaces } }
  /// Both know several channels, and what the server says of its addresses is encrypted: the last answer of a connection that moves
  /// data, as further channels are for.
  var useWithHiddenInterfaces: FrameStamp? { rarities.isAbsent ? nil : rarities.read { $0.useWithHiddenInterfaces } }
  /// It has referrals, or addresses for further channels, or may have the latter.
  var namesOthers: Bool { lastReferralFrame != nil || !referrals.isEmpty || !interfaces.isEmpty || useWithHiddenInterfaces != nil }
  /// The first path that the server has no data of, as a DFS namespace leads elsewhere.
  package var uncoveredPaths: [UncoveredPath] { rarities.isAbsent ? [] : rarities.read { $0.uncoveredPaths } }

  /// The user who asked a KDC for a first ticket during this connection without a logon.
  var asker: Account? {
    get { rarities.isAbsent ? nil : rarities.read { $0.asker } }
    set { rarities.value.asker = newValue }
  }
}

extension ConnectionBrief {
  package init(_ transcript: borrowing Transcript) {
    let negotiation = transcript.negotiation
    func known(_ guid: GUID?) -> GUID? { guid.flatMap { $0.isZero ? nil : $0 } }
    id = transcript.id
    tcpStream = transcript.tcpStream
    client = transcript.client
    server = transcript.server
    firstFrame = transcript.firstFrame
    lastFrame = transcript.lastFrame
    outcome = transcript.outcome
    failedStage = transcript.failedStage
    isUneventful = transcript.isUneventful
    hasSMB = transcript.traffic.isSMB || transcript.smb1 != nil
    hasAnswer =
      transcript.openingFailure == nil && transcript.streamEnd(of: .server) > 0 && transcript.foreignBeginnings.isEmpty
      && transcript.sessionPackets.allSatisfy { ![.negativeResponse, .retarget].contains($0.type) }
    silentSYNs = transcript.silentSYNs
    let handshake = transcript.handshake
    strayAnswerFrame = handshake.syn == nil && !transcript.visibility.hasPayload ? handshake.synAck?.number : nil
    endedBy = transcript.ending.map { transcript.peer($0.side) }
    endedInUse = transcript.end.step == .inUse && !transcript.wasLeftOrderly
    isAdditionalChannel = transcript.isAdditionalChannel
    mayBeAdditionalChannel = transcript.mayBeAdditionalChannel
    // Who is let into SMB1 and refused there did not need SMB1 as such.
    isSMB1Fallback = transcript.hasSpokenSMB2 && transcript.sessions.isEmpty
    clientGUID = known(negotiation?.request?.clientGUID)
    serverGUID = known(negotiation?.response?.serverGUID)
    dialect = transcript.dialect
    mechanisms = negotiation?.mechanisms ?? SecurityMechanisms(rawValue: 0)
    negotiateFrame = negotiation?.responseStamp?.frame
    serverClockOffset = transcript.serverClockOffset
    hosts = transcript.serverNames
    peerTraits = transcript.peerTraits(of: hosts)
    sessions = Array(transcript.sessions.suffix(Limit.sessions))
    trees = Array(transcript.trees.suffix(Limit.trees))
    lastReferralFrame = [transcript.referrals.last?.requestStamp.frame, transcript.visibility.cutIoctlFrame].compactMap(\.self).max()
    if let last = transcript.sessions.last {
      (lacksUser, hidesUser) = (transcript.lacksUser(of: last), transcript.hidesUser(of: last))
    }
    isPastLogon = transcript.isPastLogon
    knowsDFS = negotiation?.request.map { $0.capabilities.contains(.dfs) }
    isServerUnseen = transcript.visibility.unseenPeer == .server
    hidesMessages = transcript.traffic.encryptedMessages > 0 || transcript.visibility.mayHideMessages(from: .client)
    recordRarities(transcript)
  }

  private mutating func recordRarities(_ transcript: Transcript) {
    if let failure = transcript.openingFailure { rarities.value.openingFailure = failure }
    if transcript.rarities.isAbsent { return }
    let (packets, damaged, interfaces) = (transcript.sessionPackets, transcript.damagedFrames, transcript.interfaces)
    if !packets.isEmpty { rarities.value.sessionPackets = packets }
    if !damaged.isEmpty { rarities.value.damagedFrames = damaged }
    if !interfaces.isEmpty { rarities.value.interfaces = interfaces }
    if interfaces.isEmpty, transcript.hidesInterfaces { rarities.value.useWithHiddenInterfaces = transcript.traffic.lastUse }
    let uncovered = transcript.uncoveredPaths
    if !uncovered.isEmpty { rarities.value.uncoveredPaths = uncovered }
    let useful = transcript.referrals.filter { referral in
      !referral.targets.isEmpty || uncovered.contains { $0.frame < referral.requestStamp.frame }
    }
    if !useful.isEmpty { rarities.value.referrals = Array(useful.suffix(Limit.referrals)) }
  }

  /// The capture ends while the server is asked for a session.
  package var isLoggingOn: Bool {
    guard endedBy == nil, let last = sessions.last else { return false }
    return !last.isEstablished && last.refusal == nil
  }

  /// The server let someone in, and nobody with a name.
  package var hasOnlyAnonymousSessions: Bool {
    let established = sessions.filter(\.isEstablished)
    return !established.isEmpty && established.allSatisfy(\.identity.isAnonymous)
  }

  /// The session that shows the user: the last established one, otherwise the last attempt.
  package var mainSession: Session? { sessions.last { $0.isEstablished } ?? sessions.last }

  package var identity: Identity? { mainSession?.identity }
}

extension [String] {
  /// Names that differ in case only are one.
  package var withoutRepetitionOfNames: [String] {
    // Nearly always one name.
    if let first, !first.isEmpty, allSatisfy({ $0 == first }) { return [first] }
    var seen: Set<String> = [""]
    return filter { seen.insert($0.lowercased()).inserted }
  }
}

extension Transcript {
  /// The first stage that failed.
  package var failedStage: Stage? { Stage.allCases.first { outcome(of: $0) == .failed } }

  /// SystemTime of the NEGOTIATE response minus the capture's time, in whole seconds; nil if the server sends none.
  package var serverClockOffset: TimeSpan? {
    guard let response = negotiation?.response, let stamp = negotiation?.responseStamp,
      let clock = response.systemTime.timestamp,
      stamp.time.isDated
    else { return nil }
    return clock.since(stamp.time).roundedToSeconds
  }
}

/// `fs01.lab.example` of `cifs/fs01.lab.example@LAB.EXAMPLE`.
package func serviceHost(_ principal: String) -> String? {
  let parts = principal.split(separator: "/", maxSplits: 2)
  guard parts.count >= 2 else { return nil }
  return parts[1].split(separator: "@").first.map(String.init)
}

/// Whether two names mean one host, by their spelling: equal, or the short form of each other.
package func isSameHost(_ left: String, _ right: String) -> Bool {
  let (left, right) = (left.lowercased(), right.lowercased())
  return left == right || left.hasPrefix(right + ".") || right.hasPrefix(left + ".")
}

extension Transcript {
  /// The server refused someone whose request was cut off or not captured, so that the capture does not show who it was.
  package func hidesUser(of session: Session) -> Bool {
    session.refusal != nil && session.identity.mechanism != .kerberos && lacksUser(of: session)
  }

  /// Nothing of the capture tells whose session it is, because a request was cut off or not captured.
  package func lacksUser(of session: Session) -> Bool {
    guard session.identity.user == nil, session.identity.ticketFingerprint == nil, !session.identity.isAnonymous else { return false }
    return session.requestStamp.isUnseen || visibility.isCut
  }
}

extension Transcript {
  /// See ``ConnectionBrief/useWithHiddenInterfaces``.
  fileprivate var hidesInterfaces: Bool {
    traffic.encryptedMessages > 0 && streamEnd(of: .client) + streamEnd(of: .server) >= Self.movedBytes
      && [negotiation?.request?.capabilities, negotiation?.response?.capabilities].allSatisfy { $0?.contains(.multiChannel) ?? false }
  }

  private static let movedBytes = 65_536

  /// See ``ConnectionBrief/isPastLogon``. Nobody asks for a share after a refusal.
  fileprivate var isPastLogon: Bool {
    visibility.unseenPeer == .server && !sessions.isEmpty && !trees.isEmpty
      || sessions.indices.contains {
        sessions[$0].isEstablished && !sessions[$0].hasNoKey && sessions[$0].identity.user == nil && sessions[$0].identity.mechanism != .kerberos
      }
  }
}
