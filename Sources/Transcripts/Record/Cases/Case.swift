package import Packets

/// One client's attempt to reach one server: its connections, and what the client asked of KDCs and resolvers for them.
package struct Case: Sendable {
  /// From 1, in the order in which the cases began.
  package var id: Int
  /// By their first frame.
  package private(set) var connections: [ConnectionBrief] = []
  /// The index of each connection in ``connections``; not needed for a single connection.
  private var places: [Int: Int] = [:]
  /// See ``kerberosRefusals``.
  private var refusals: [Int] = []
  private var successes = OnDemand<Successes>()
  /// Of connections that did not fail themselves.
  private var lastingSuccesses = OnDemand<Successes>()
  private(set) var names = HostNames()
  /// Addresses of the server beside that of its first connection.
  private var otherAddresses: Set<IPAddress> = []
  private(set) var hasSMB = false
  /// A connection that is no further channel of another one works.
  private var hasMainChannel = false
  private var mainChannels = OnDemand<MainChannels>()
  private var hasWorked = false
  private var areAllUneventful = true
  /// See ``ConnectionBrief/strayAnswerFrame``.
  private(set) var hasStrayAnswer = false
  /// A connection of it says where else the client may go: what few do.
  private(set) var namesOthers = false
  private var hasDialect = false
  /// Not only the NetBIOS session service was tried.
  private var hasDirectPort = false
  package private(set) var start: Timestamp
  package private(set) var end: Timestamp
  /// Exchanges with KDCs, each with the connection it served, and look-ups of the server's name.
  package var lookups = Lookups()
  /// The last request for a DFS referral that the client sent to any server; nil when there was none.
  package var lastReferralFrame: Int?
  /// No connection came about, and the client works at another address of the server, or at the server that gave this address
  /// for further channels.
  var worksAtOtherAddress = false
  /// Answers to its SYNs that came from other addresses than those that were asked.
  package internal(set) var answersFromElsewhere: [StrayAnswer] = []
  /// The client works at another target of the DFS referral that led here.
  var worksAtOtherTarget = false
  /// DFS referrals that sent the client to this server.
  package var referrals: [CaseReferral] = []
  /// DFS referrals that this server gave, and whose targets the client never tries to reach.
  package var uncontacted: [UncontactedReferral] = []
  /// The first connections to targets of DFS referrals that this server gave.
  package var targetConnections: [Int] = []

  /// An attempt that starts later than this behind the end of another is a new one.
  package static let timeout = TimeSpan.seconds(60)

  package init(id: Int, _ first: ConnectionBrief) {
    self.id = id
    start = first.firstFrame.time
    end = start
    append(first)
  }

  mutating func append(_ connection: ConnectionBrief) {
    let isRefused = connection.sessions.contains { $0.kerberosError != nil || !$0.isEstablished && $0.identity.mechanism == .kerberos }
    if isRefused { refusals.append(connections.count) }
    if connections.count == 1 { places[connections[0].id] = 0 }
    if !connections.isEmpty { places[connection.id] = connections.count }
    connections.append(connection)
    end = max(end, connection.lastFrame.time)
    for host in connection.hosts { names.insert(host) }
    if connection.server.address != server { otherAddresses.insert(connection.server.address) }
    hasSMB = hasSMB || connection.hasSMB
    hasMainChannel = hasMainChannel || !connection.isAdditionalChannel && connection.outcome == .established
    hasWorked = hasWorked || connection.outcome == .established
    areAllUneventful = areAllUneventful && connection.isUneventful
    hasStrayAnswer = hasStrayAnswer || connection.strayAnswerFrame != nil
    namesOthers = namesOthers || connection.namesOthers
    hasDialect = hasDialect || connection.dialect != nil
    hasDirectPort = hasDirectPort || connection.server.port != 139
  }

  /// No further connection will come.
  mutating func seal() {
    guard connections.count > 1 else { return }
    successes = OnDemand { [connections] in Successes(connections) }
    mainChannels = OnDemand { [connections] in MainChannels(connections) }
    lastingSuccesses = OnDemand { [connections] in Successes(connections.filter { $0.outcome != .failed }) }
  }

  /// A connection without a visible end failed nevertheless, as the requests beside it show.
  package mutating func fail(_ id: Int, at stage: Stage?) {
    guard let place = place(of: id), connections[place].outcome == .inconclusive else { return }
    connections[place].outcome = .failed
    connections[place].failedStage = connections[place].failedStage ?? stage
  }

  /// Without a session there is nothing else that says whose attempt a connection was.
  mutating func record(asker: Account, on id: Int) {
    if let place = place(of: id), connections[place].sessions.isEmpty { connections[place].asker = asker }
  }
}

extension Case {
  /// Every connection of it went well, and nothing was asked of others for it: see ``Transcript/isUneventful``.
  package var isUneventful: Bool {
    areAllUneventful && lookups.isEmpty && referrals.isEmpty && uncontacted.isEmpty && answersFromElsewhere.isEmpty
  }
  package var client: IPAddress { connections[0].client.address }
  package var server: IPAddress { connections[0].server.address }
  /// Addresses of the server.
  package var addresses: Set<IPAddress> { otherAddresses.union([server]) }

  package func connection(_ id: Int) -> ConnectionBrief? { place(of: id).map { connections[$0] } }

  private func place(of id: Int) -> Int? {
    connections.count == 1 ? (connections[0].id == id ? 0 : nil) : places[id]
  }

  /// The connections with a logon by Kerberos that did not succeed, or not at once: none in nearly all cases.
  package var kerberosRefusals: [ConnectionBrief] { refusals.map { connections[$0] } }

  /// What the client calls the server; when the messages do not tell, the names it looked up that led there.
  package var hosts: [String] {
    guard names.all.isEmpty else { return names.all }
    return lookups.names.filter { $0.addresses.contains(server) }.map(\.name).withoutRepetitionOfNames
  }

  /// Whether a later connection, or a later step of the same one, reached what this one failed at.
  package func isSuperseded(_ goal: Goal, on failed: ConnectionBrief, at frame: Int) -> Bool {
    if worksAtOtherTarget { return true }
    if worksAtOtherAddress, goal.reach == .answer || failed.sessions.isEmpty { return true }
    return goal.reach == .session && failed.reaches(goal, after: frame) || (successes.value?.includes(goal, insteadOf: failed, at: frame) ?? false)
  }

  /// The connections that failed for good.
  package var failedForGood: [ConnectionBrief] {
    if areAllUneventful { return [] }
    return connections.filter {
      $0.outcome == .failed && !isNeedless($0) && !isSuperseded($0.goal, on: $0, at: $0.lastFrame.number)
    }
  }

  /// The client got in after all: a later attempt that only got further and failed there supersedes nothing.
  package func isMadeUpFor(_ failed: ConnectionBrief) -> Bool {
    if worksAtOtherAddress || worksAtOtherTarget { return true }
    return isNeedless(failed)
      ? hasWorked : lastingSuccesses.value?.includes(failed.goal, insteadOf: failed, at: failed.lastFrame.number) ?? false
  }

  /// Port 139 is tried beside 445, and may well be closed; what a further channel would have carried goes by the first.
  private func isNeedless(_ failed: ConnectionBrief) -> Bool {
    failed.server.port == 139 && failed.openingFailure != nil && hasDirectPort
      || isBesideMain(failed)
  }

  /// A further channel, or one more way to connect, of a client whose main way is another connection.
  package func isBesideMain(_ failed: ConnectionBrief) -> Bool {
    isChannelBesideMain(failed) || failed.isSMB1Fallback && hasDialect
  }

  /// The client opened it beside a connection that works, as it opens further channels.
  package func isChannelBesideMain(_ failed: ConnectionBrief) -> Bool {
    // A share that is asked for on it is asked for nowhere else.
    if failed.isAdditionalChannel { return hasMainChannel && failed.failedStage != .treeConnect }
    guard failed.mayBeAdditionalChannel, hasMainChannel else { return false }
    return mainChannels.value?.includes(beside: failed) ?? false
  }

  package var outcome: ConnectionOutcome {
    if areAllUneventful { return .established }
    if unreachable != nil { return .failed }
    if connections.contains(where: { $0.outcome == .failed }), !failedForGood.isEmpty { return .failed }
    for outcome in [ConnectionOutcome.established, .inconclusive] where connections.contains(where: { $0.outcome == outcome }) {
      return outcome
    }
    return connections.contains { $0.outcome == .failed } ? .established : .notSMB
  }
}

/// A DFS referral, as the case of its target sees it.
package struct CaseReferral: Sendable {
  /// What the client asked about.
  package var path: String
  /// `\\server\share`
  package var target: String
  /// The server that answered, and the frame.
  package var server: IPAddress
  package var frame: Int
  var time: Timestamp
  /// The recording shows that the target's name is that of the server; otherwise only that the client went there at once.
  package var isNamed = true
  /// The other targets of the same answer: a client takes any of them.
  var others: [String] = []
}
