import DequeModule
import Packets
import Protocols

/// Pairs requests to KDCs and their answers, over UDP and TCP: RFC 4120 7.2.
final class KerberosRecorder {
  enum Limit {
    /// Requests waiting for an answer.
    static let openRequests = 1024
    /// Failed or unanswered exchanges that are kept for the report.
    static let failures = 1024
    /// Other exchanges that are kept: granted tickets and intermediate steps. A connection needs only those shortly before it.
    static let others = 2048
    /// Tickets that reveal the user of an AP-REQ.
    static let tickets = 8192
    /// Characters kept of a name or text that a KDC sends.
    static let text = 256
    /// Encryption types kept of a request.
    static let etypes = 32
  }

  /// The same packet captured twice (two interfaces, a mirror port) comes within this time.
  private static let copyInterval = TimeSpan.milliseconds(100)
  /// A ticket for another spelling of a service's name supersedes an error within this time.
  private static let spellingInterval = TimeSpan.seconds(10)

  private struct Open {
    var exchange: KerberosExchange
    var goal: Goal
    var lastTry: Timestamp
    /// The ticket that a TGS-REQ presents.
    var presented: UInt64?
  }

  fileprivate struct Kept {
    var exchange: KerberosExchange
    var goal: Goal?
  }

  private var failures = Recent<Kept>(limit: Limit.failures)
  private var others = Recent<Kept>(limit: Limit.others)
  private var tickets = Recent<UInt64>(limit: Limit.tickets)
  private var open: [Flow: Open] = [:]
  /// Flows with an open request, the oldest first; some may have been answered since.
  private var openOrder: Deque<Flow> = []
  /// Failures that may still be superseded, by the requested service, and unknown services also by their host.
  private var failuresByGoal: [Goal: [Int]] = [:]
  private var failuresByHost: [ServiceHost: [Int]] = [:]
  /// Requests without an answer, by what they ask for.
  private var openByGoal: [Goal: Set<Flow>] = [:]
  /// Steps that may yet be followed, by what follows them.
  private var steps: [Step: [Int]] = [:]
  /// Realms from which each client was sent to another one, while it has not asked there.
  private var realmsLeft: [IPAddress: Set<String>] = [:]
  private var requestsNotKept = 0
  /// Messages that could not be read.
  private(set) var unreadableMessages = 0
  /// Of ``tickets``.
  private var users: [UInt64: (user: String, realm: String)] = [:]
  private let ports: [UInt16]
  private let observer: (any MessageObserver)?

  /// - Parameter ports: those of KDCs.
  init(ports: [UInt16], observer: (any MessageObserver)?) {
    self.ports = ports
    self.observer = observer
  }

  var limitsReached: Int { failures.forgotten + others.forgotten + tickets.forgotten + requestsNotKept }

  /// Who a ticket was issued to.
  func user(ofTicket fingerprint: UInt64) -> (user: String, realm: String)? { users[fingerprint] }

  /// Where the KDC issued this client a ticket for a file server lately.
  func ticket(of client: IPAddress, for host: String, since start: Timestamp, before frame: Int) -> FrameStamp? {
    // The newest few are enough: the question comes when a connection is over.
    others.newest(64).first {
      guard $0.exchange.client == client, $0.exchange.isGranted, $0.exchange.referral == nil, let reply = $0.exchange.reply, reply.number < frame else { return false }
      return start.since(reply.time) <= Self.spellingInterval && $0.exchange.fileServer.map { isSameHost($0, host) } ?? false
    }?.exchange.reply
  }

  /// Takes one message between a client and a KDC.
  func take(
    _ bytes: [UInt8], from source: Endpoint, to destination: Endpoint, transport: KerberosExchange.Transport,
    origin: MessageOrigin
  ) {
    guard let message = (try? KerberosMessage(bytes)) ?? KerberosMessage(beginning: bytes) else {
      unreadableMessages += 1
      recordUnread(from: source, to: destination)
      return
    }
    let stamp = FrameStamp(number: origin.lastFrame, time: origin.lastTime)
    let stream: Int? = if case .tcp(let stream) = transport { stream } else { nil }
    observer?.observe(ObservedMessage(content: .kerberos(message), origin: origin, tcpStream: stream))
    switch message {
    case .asReq(let request):
      record(request, isInitial: true, Flow(client: source, kdc: destination), transport, stamp)
    case .tgsReq(let request):
      record(request, isInitial: false, Flow(client: source, kdc: destination), transport, stamp)
    case .asRep(let reply), .tgsRep(let reply):
      grant(reply, Flow(client: destination, kdc: source), transport, stamp)
    case .error(let error):
      fail(error, Flow(client: destination, kdc: source), transport, stamp)
    default: break
    }
  }

  /// An answer that is cut, or a fragment of an answer, still counts as an answer.
  func recordUnread(from source: Endpoint, to destination: Endpoint) {
    open[Flow(client: destination, kdc: source)]?.exchange.silence = .notCaptured
  }

  /// The KDC's host, or a router, says by ICMP that a request did not arrive.
  func recordUndelivered(_ error: ICMPError, _ stamp: FrameStamp) {
    open[Flow(client: error.source, kdc: error.destination)]?.exchange.silence =
      error.reporter == error.destination.address ? .refused(stamp) : .undelivered(stamp, by: error.reporter)
  }

  // MARK: Requests

  private func record(
    _ request: KerberosKDCRequest, isInitial: Bool, _ flow: Flow, _ transport: KerberosExchange.Transport,
    _ stamp: FrameStamp
  ) {
    let facts = KerberosRequestFacts(request, isInitial: isInitial, stamp)
    let presented = request.presentedTicket?.fingerprint
    let owner = presented.flatMap { users[$0] }?.user
    let goal = Goal(facts, of: isInitial ? facts.cname : owner, flow.client.address)
    recordFollowed(by: facts, of: flow.client.address, transport)
    if let presented { follow(Step(client: flow.client.address, kind: .use(ticket: presented))) }
    if let known = open[flow] {
      // The same bytes again are another try, or another copy of the same packet.
      if known.goal == goal, known.exchange.request?.nonce == facts.nonce {
        if stamp.time.since(known.lastTry) > Self.copyInterval { open[flow]?.exchange.tries += 1 }
        open[flow]?.lastTry = stamp.time
        return
      }
      close(flow, at: stamp.time)
    }
    makeRoom(at: stamp.time)
    openOrder.append(flow)
    openByGoal[goal, default: []].insert(flow)
    open[flow] = Open(
      exchange: KerberosExchange(
        client: flow.client.address, kdc: flow.kdc, transport: transport, start: stamp, request: facts, ticketOwner: owner),
      goal: goal, lastTry: stamp.time, presented: presented)
  }

  /// Gives up the oldest request when too many wait, and forgets those that no longer do.
  private func makeRoom(at time: Timestamp) {
    while openOrder.count >= Limit.openRequests, let oldest = openOrder.popFirst() {
      guard open[oldest] != nil else { continue }
      requestsNotKept += 1
      open[oldest]?.exchange.silence = .notCaptured
      close(oldest, at: time)
    }
  }

  /// Marks the steps that asked the client to do what it does now.
  private func recordFollowed(by request: KerberosRequestFacts, of client: IPAddress, _ transport: KerberosExchange.Transport) {
    guard !steps.isEmpty else { return }
    if transport != .udp { follow(Step(client: client, kind: .askOverTCP)) }
    if request.isInitial {
      follow(Step(client: client, kind: .prove(user: nil)))
      if let user = request.cname?.lowercased() { follow(Step(client: client, kind: .prove(user: user))) }
    }
    guard let realms = realmsLeft[client] else { return }
    let realm = request.realm.lowercased()
    for other in realms where other != realm { follow(Step(client: client, kind: .askElsewhere(than: other))) }
    realmsLeft[client] = realms.contains(realm) ? [realm] : nil
  }

  private func follow(_ step: Step) {
    for number in steps.removeValue(forKey: step) ?? [] { others.change(number) { $0.exchange.isFollowed = true } }
  }

  private func removeOpen(_ flow: Flow) -> Open? {
    guard let request = open.removeValue(forKey: flow) else { return nil }
    openByGoal[request.goal]?.remove(flow)
    if openByGoal[request.goal]?.isEmpty == true { openByGoal[request.goal] = nil }
    return request
  }

  // MARK: Answers

  private func grant(
    _ reply: KerberosKDCReply, _ flow: Flow, _ transport: KerberosExchange.Transport, _ stamp: FrameStamp
  ) {
    let request = removeOpen(flow)
    let grant = KerberosGrant(reply)
    // RFC 8062 2: an armored exchange hides its client; the ticket it presented was issued to the same user. Where that
    // was not captured, the user is unknown: the placeholder is no user.
    let isHidden = reply.cname.components.first?.uppercased() == "WELLKNOWN"
    let owner = isHidden ? request?.presented.flatMap { users[$0] } : (grant.cname, grant.crealm)
    if let owner { record(ticket: grant.ticketFingerprint, of: owner) }
    var exchange = answered(request, flow, transport, stamp)
    exchange.grant = grant
    keepOther(exchange, request?.goal)
    if let request { overcome(request.goal, at: request.exchange.start.time) }
  }

  private func fail(
    _ error: KerberosError, _ flow: Flow, _ transport: KerberosExchange.Transport, _ stamp: FrameStamp
  ) {
    let request = removeOpen(flow)
    var exchange = answered(request, flow, transport, stamp)
    exchange.error = error.clipped(to: Limit.text)
    // Older MIT KDCs repeat the nonce of the request, a signed number, where the client's time belongs.
    if let nonce = request?.exchange.request?.nonce, let ctime = exchange.error?.ctime?.secondsSince1970,
      ctime == Int64(nonce) || ctime == Int64(Int32(bitPattern: nonce))
    {
      exchange.error?.ctime = nil
    }
    if exchange.isStep {
      keepOther(exchange, request?.goal)
    } else if exchange.isForFileSharing {
      keepFailure(exchange, request?.goal)
    }
  }

  private func answered(
    _ request: Open?, _ flow: Flow, _ transport: KerberosExchange.Transport, _ stamp: FrameStamp
  ) -> KerberosExchange {
    var exchange = request?.exchange
      ?? KerberosExchange(client: flow.client.address, kdc: flow.kdc, transport: transport, start: stamp)
    exchange.reply = stamp
    exchange.silence = nil
    return exchange
  }

  // MARK: Keeping

  private func record(ticket: UInt64, of owner: (user: String, realm: String)) {
    guard users.updateValue(owner, forKey: ticket) == nil else { return }
    if let oldest = tickets.nextToGo { users[oldest.element] = nil }
    tickets.append(ticket)
  }

  private func keepFailure(_ exchange: KerberosExchange, _ goal: Goal?) {
    if let oldest = failures.nextToGo {
      if let goal = oldest.element.goal { Self.forget(oldest.number, under: goal, in: &failuresByGoal) }
      if let host = oldest.element.exchange.unknownHost { Self.forget(oldest.number, under: host, in: &failuresByHost) }
    }
    let number = failures.append(Kept(exchange: exchange, goal: goal))
    if let goal { failuresByGoal[goal, default: []].append(number) }
    if let host = exchange.unknownHost { failuresByHost[host, default: []].append(number) }
  }

  private func keepOther(_ exchange: KerberosExchange, _ goal: Goal?) {
    if let oldest = others.nextToGo, let step = oldest.element.exchange.step {
      Self.forget(oldest.number, under: step, in: &steps)
      if case .askElsewhere(let realm) = step.kind, steps[step] == nil {
        realmsLeft[step.client]?.remove(realm)
        if realmsLeft[step.client]?.isEmpty == true { realmsLeft[step.client] = nil }
      }
    }
    let number = others.append(Kept(exchange: exchange, goal: goal))
    guard let step = exchange.step else { return }
    steps[step, default: []].append(number)
    if case .askElsewhere(let realm) = step.kind { realmsLeft[exchange.client, default: []].insert(realm) }
  }

  /// Takes what has to go out of its list, of which it is the oldest.
  private static func forget<Key: Hashable>(_ number: Int, under key: Key, in lists: inout [Key: [Int]]) {
    guard lists[key]?.first == number else { return }
    lists[key]?.removeFirst()
    if lists[key]?.isEmpty == true { lists[key] = nil }
  }

  /// A ticket supersedes earlier failures to get it, and for "no such service" under another spelling of its name
  /// (short and full, `HOST/` and `cifs/`). A superseded failure stays superseded.
  private func overcome(_ goal: Goal, at time: Timestamp) {
    for goal in Set([goal, goal.ofAnyone]) {
      for number in failuresByGoal.removeValue(forKey: goal) ?? [] { failures.change(number) { $0.exchange.succeededLater = true } }
      for flow in openByGoal[goal] ?? [] { open[flow]?.exchange.succeededLater = true }
    }
    guard !goal.isInitial, goal.sname.hasPrefix("cifs/") || goal.sname.hasPrefix("host/"), let reached = serviceHost(goal.sname)
    else { return }
    let host = ServiceHost(client: goal.client, label: reached.lowercased().prefix { $0 != "." })
    guard let candidates = failuresByHost[host] else { return }
    let left = candidates.filter { number in
      guard let failed = failures[number]?.exchange, failed.fileServer.map({ isSameHost($0, reached) }) ?? false,
        time.since(failed.start.time).magnitude <= Self.spellingInterval, isOfSameUser(failures[number]?.goal, goal)
      else {
        // Too old for every ticket that is still to come.
        return failures[number].map { time.since($0.exchange.start.time) <= Self.spellingInterval } ?? false
      }
      failures.change(number) { $0.exchange.succeededLater = true }
      return false
    }
    failuresByHost[host] = left.isEmpty ? nil : left
  }

  /// A ticket of one user is none of another, as far as their tickets tell who they are.
  private func isOfSameUser(_ failed: Goal?, _ reached: Goal) -> Bool {
    guard let user = failed?.user, let other = reached.user else { return true }
    return user == other
  }

  // MARK: Silence

  /// No answer to this request will come.
  private func close(_ flow: Flow, at time: Timestamp, _ silence: KerberosExchange.Silence = .unanswered) {
    guard let request = removeOpen(flow) else { return }
    var exchange = request.exchange
    exchange.silence = exchange.silence ?? silence
    exchange.waited = time.since(exchange.start.time)
    if exchange.isForFileSharing { keepFailure(exchange, request.goal) }
  }

  /// What ``finish(at:clientsWithSMB:)`` would say now, while the recording goes on.
  func snapshot(at now: Timestamp, clientsWithSMB: Set<IPAddress>) -> [KerberosExchange] {
    let kept = (failures, others, open, failuresByGoal, failuresByHost)
    let keptOpen = (openByGoal, steps, realmsLeft)
    defer {
      (failures, others, open, failuresByGoal, failuresByHost) = kept
      (openByGoal, steps, realmsLeft) = keptOpen
    }
    return finish(at: now, clientsWithSMB: clientsWithSMB)
  }

  /// The recording is over.
  ///
  /// - Returns: the exchanges in order, each with what became of it.
  func finish(at captureEnd: Timestamp, clientsWithSMB: Set<IPAddress>) -> [KerberosExchange] {
    for flow in openOrder { close(flow, at: captureEnd) }
    let kept = (Array(failures.all) + Array(others.all)).sorted { $0.exchange.start.number < $1.exchange.start.number }
    return kept.map {
      var exchange = $0.exchange
      exchange.isBesideSMB = clientsWithSMB.contains(exchange.client)
      if exchange.isStep, !exchange.isFollowed, let reply = exchange.reply { exchange.waited = captureEnd.since(reply.time) }
      return exchange
    }
  }
}

extension KerberosRecorder: RecordReader {
  var lengthWidth: Int { 4 }
  /// A ticket with a large authorisation list is some tens of KiB; Windows limits it to 65,535 bytes.
  var maximumRecord: Int { 128 * 1024 }

  func take(_ record: [UInt8], from source: Endpoint, to destination: Endpoint, tcpStream: Int, origin: MessageOrigin) {
    take(record, from: source, to: destination, transport: .tcp(stream: tcpStream), origin: origin)
  }

  func lost(after beginning: [UInt8], from source: Endpoint, to destination: Endpoint, tcpStream: Int, origin: MessageOrigin) {
    guard beginning.count > lengthWidth else { return recordUnread(from: source, to: destination) }
    take(Array(beginning.dropFirst(lengthWidth)), from: source, to: destination, transport: .tcp(stream: tcpStream), origin: origin)
  }

  /// A segment of the request or the answer that never arrived, although smaller ones did.
  private func recordLostSegment(_ flow: Flow, _ state: TCPState, _ kdcSide: Side) {
    if let hole = state.undelivered(of: kdcSide), let last = state.trace(of: kdcSide.other).lastTime, last.since(hole.behind.time) >= End.promptness {
      // The client lacks these bytes too, so it never had its answer.
      open[flow]?.exchange.silence = .unanswered
      open[flow]?.exchange.lostBytes = hole.count
    } else if let repeated = state.retransmission(of: kdcSide.other), state.acknowledgedOffset(of: kdcSide.other) <= repeated.offset,
      repeated.copies >= End.repetitions
    {
      open[flow]?.exchange.lostBytes = repeated.longest
    }
  }

  func ended(_ connection: TCPConnection) {
    let ends = connection.endpoints
    let kdcSide: Side = ports.contains(ends.first.port) ? .first : .second
    let flow = kdcSide == .first
      ? Flow(client: ends.second, kdc: ends.first) : Flow(client: ends.first, kdc: ends.second)
    let state = connection.state
    let termination = state.terminations.first { $0.side == kdcSide && !$0.isIgnored }
    if open[flow] != nil {
      recordLostSegment(flow, state, kdcSide)
      let isSeen = (state.trace(of: kdcSide).segments > 0 || termination != nil) && state.missingBytes(from: kdcSide) == 0
      let silence: KerberosExchange.Silence =
        !isSeen ? .notCaptured : termination.map { .hungUp($0.stamp) } ?? .unanswered
      return close(flow, at: (termination?.stamp ?? connection.lastFrame).time, silence)
    }
    let handshake = connection.handshake
    guard let syn = handshake.syn, handshake.synAck == nil, state.nextOffset(of: kdcSide.other) == 0,
      handshake.initiator == kdcSide.other
    else { return }
    var exchange = KerberosExchange(
      client: flow.client.address, kdc: flow.kdc, transport: .tcp(stream: connection.tcpStream),
      start: syn)
    exchange.tries = max(1, Int(handshake.synCount))
    if let termination, termination.kind == .rst {
      exchange.silence = .refused(termination.stamp)
    } else {
      exchange.silence = .unreachable
    }
    exchange.waited = (termination?.stamp ?? connection.lastFrame).time.since(syn.time)
    keepFailure(exchange, nil)
  }
}
