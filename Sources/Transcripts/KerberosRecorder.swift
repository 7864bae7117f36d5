import DequeModule
import Packets
import Protocols

/// Pairs requests and answers on port 88, over UDP and TCP, and remembers what failed: RFC 4120 7.2.
final class KerberosRecorder {
  enum Limit {
    /// Requests waiting for an answer.
    static let openRequests = 1024
    /// Failed exchanges kept for the report.
    static let failures = 1024
    /// Bytes of records that are not yet whole, of all connections together.
    static let heldBytes = 8 * 1024 * 1024
    /// Tickets by which an AP-REQ tells its user.
    static let tickets = 8192
  }

  static let port: UInt16 = 88

  /// The ends of a flow: UDP answers go back to the client's port.
  private struct Flow: Hashable {
    var client: Endpoint
    var kdc: Endpoint
  }

  /// What makes two requests the same one, tried again.
  private struct Goal: Hashable {
    var client: IPAddress
    var isInitial: Bool
    var realm: String
    var cname: String?
    var sname: String
  }

  private(set) var failures: [KerberosExchange] = []
  fileprivate(set) var limitsReached = 0
  private var open: [Flow: (facts: KerberosRequestFacts, ticket: UInt64?)] = [:]
  /// Flows with an open request, the oldest first; some may have been answered since.
  private var openOrder: Deque<Flow> = []
  /// Failures by what was asked for, to mark those that are overcome.
  private var failuresByGoal: [Goal: [Int]] = [:]
  /// Messages that were none, or are cut.
  private(set) var unreadableMessages = 0
  /// Bytes that the connections to KDCs hold.
  var heldBytes = 0
  private var users: [UInt64: (user: String, realm: String)] = [:]
  private let observer: (any MessageObserver)?

  init(observer: (any MessageObserver)?) { self.observer = observer }

  /// Who a ticket was issued to.
  func user(ofTicket fingerprint: UInt64) -> (user: String, realm: String)? { users[fingerprint] }

  /// Takes one message between a client and a KDC.
  func take(
    _ bytes: [UInt8], from source: Endpoint, to destination: Endpoint, transport: KerberosExchange.Transport,
    origin: MessageOrigin
  ) {
    guard let message = try? KerberosMessage(bytes) else {
      unreadableMessages += 1
      return
    }
    let stamp = FrameStamp(number: origin.lastFrame, time: origin.lastTime)
    let stream: Int? = if case .tcp(let stream) = transport { stream } else { nil }
    observer?.observe(ObservedMessage(content: .kerberos(message), origin: origin, tcpStream: stream))
    switch message {
    case .asReq(let request):
      note(request, isInitial: true, Flow(client: source, kdc: destination), stamp)
    case .tgsReq(let request):
      note(request, isInitial: false, Flow(client: source, kdc: destination), stamp)
    case .asRep(let reply), .tgsRep(let reply):
      grant(reply, Flow(client: destination, kdc: source))
    case .error(let error):
      fail(error, Flow(client: destination, kdc: source), transport, stamp)
    default: break
    }
  }

  private func note(_ request: KerberosKDCRequest, isInitial: Bool, _ flow: Flow, _ stamp: FrameStamp) {
    if open[flow] == nil {
      makeRoom()
      openOrder.append(flow)
    }
    let facts = KerberosRequestFacts(
      stamp: stamp, isInitial: isInitial, cname: request.cname?.description, realm: request.realm,
      sname: request.sname?.description ?? "", etypes: request.etypes,
      hasPreauthentication: request.hasPreauthentication, isArmored: request.isArmored)
    open[flow] = (facts, request.presentedTicket?.fingerprint)
  }

  /// Forgets the oldest request when too many wait, and those that no longer do.
  private func makeRoom() {
    while openOrder.count >= Limit.openRequests, let oldest = openOrder.popFirst() {
      if open.removeValue(forKey: oldest) != nil { limitsReached += 1 }
    }
  }

  private func grant(_ reply: KerberosKDCReply, _ flow: Flow) {
    let request = open.removeValue(forKey: flow)
    if users.count < Limit.tickets {
      // RFC 8062 2: an armored exchange hides its client; the ticket it presented was issued to the same user.
      let isHidden = reply.cname.components.first == "WELLKNOWN"
      users[reply.ticket.fingerprint] =
        (isHidden ? request?.ticket.flatMap { users[$0] } : nil) ?? (reply.cname.description, reply.crealm)
    } else {
      limitsReached += 1
    }
    guard let request else { return }
    let goal = goal(of: request.facts, flow.client.address)
    for index in failuresByGoal[goal] ?? [] { failures[index].succeededLater = true }
    if !goal.isInitial { overcomeSpellings(of: goal, at: request.facts.stamp.time) }
  }

  /// A ticket for another spelling of the same service (short and full name, `HOST/` and `cifs/`) within ten seconds
  /// overcomes "no such service" too.
  private func overcomeSpellings(of goal: Goal, at time: Timestamp) {
    guard let host = Self.fileServer(goal.sname) else { return }
    for index in failures.indices where failures[index].error?.errorCode.rawValue == 7 {
      guard failures[index].client == goal.client, let request = failures[index].request,
        let failed = Self.fileServer(request.sname.lowercased()),
        failed == host || failed.hasPrefix(host + ".") || host.hasPrefix(failed + "."),
        abs(time.since(request.stamp.time)) <= 10_000_000_000
      else { continue }
      failures[index].succeededLater = true
    }
  }

  /// The host in a principal under which file servers are asked for; nil for other services.
  private static func fileServer(_ principal: String) -> String? {
    let parts = principal.split(separator: "/")
    guard parts.count >= 2, parts[0] == "cifs" || parts[0] == "host" else { return nil }
    return String(parts[1])
  }

  private func fail(
    _ error: KerberosError, _ flow: Flow, _ transport: KerberosExchange.Transport, _ stamp: FrameStamp
  ) {
    let request = open.removeValue(forKey: flow)?.facts
    guard !error.errorCode.isStepOfPreauthentication else { return }
    guard failures.count < Limit.failures else {
      limitsReached += 1
      return
    }
    // Other services' tickets say nothing about SMB.
    if let request, !request.isInitial, !Self.matters(request.sname) { return }
    if let request { failuresByGoal[goal(of: request, flow.client.address), default: []].append(failures.count) }
    failures.append(
      KerberosExchange(
        client: flow.client.address, kdc: flow.kdc, transport: transport, request: request, reply: stamp, error: error))
  }

  private static func matters(_ principal: String) -> Bool {
    ["cifs", "host", "krbtgt"].contains(principal.split(separator: "/").first.map { $0.lowercased() } ?? "")
  }

  private func goal(of request: KerberosRequestFacts, _ client: IPAddress) -> Goal {
    Goal(
      client: client, isInitial: request.isInitial, realm: request.realm.lowercased(),
      cname: request.cname?.lowercased(), sname: request.sname.lowercased())
  }

  /// The failed exchanges, each with what became of its goal. The same error over UDP and again over TCP is one.
  func finish(clientsWithSMB: Set<IPAddress>) -> [KerberosExchange] {
    var seen: Set<[String]> = []
    return failures.compactMap { exchange in
      var exchange = exchange
      exchange.isBesideSMB = clientsWithSMB.contains(exchange.client)
      guard let request = exchange.request else { return exchange }
      let goal = goal(of: request, exchange.client)
      let code = exchange.error.map { String($0.errorCode.rawValue) } ?? ""
      let key = [exchange.client.description, goal.realm, goal.cname ?? "", goal.sname, code, "\(goal.isInitial)"]
      return seen.insert(key).inserted ? exchange : nil
    }
  }
}

/// Reads the records of one TCP connection to a KDC: a 4-byte big-endian length before each message (RFC 4120 7.2.2).
final class KerberosConversation: StreamConsumer {
  /// A ticket with a large authorisation list is some tens of KiB; Windows limits it to 65,535 bytes.
  private static let maximumRecord = 128 * 1024

  private struct Record {
    var bytes: [UInt8] = []
    var firstFrame = 0
    /// After a hole or nonsense nothing more is read of this direction.
    var isLost = false
  }

  private let recorder: KerberosRecorder
  private let endpoints: (Endpoint, Endpoint)
  var tcpStream = 0
  private var records = (first: Record(), second: Record())

  init(recorder: KerberosRecorder, endpoints: (Endpoint, Endpoint)) {
    self.recorder = recorder
    self.endpoints = endpoints
  }

  func receive(_ chunk: borrowing StreamChunk) -> Int {
    switch chunk.side {
    case .first: read(chunk, &records.first, from: endpoints.0, to: endpoints.1)
    case .second: read(chunk, &records.second, from: endpoints.1, to: endpoints.0)
    }
    return 0
  }

  func missed(_ count: Int, at offset: Int, side: Side, frame: FrameStamp) {
    switch side {
    case .first: lose(&records.first)
    case .second: lose(&records.second)
    }
  }

  /// The connection is over.
  func finish() {
    lose(&records.first)
    lose(&records.second)
  }

  private func lose(_ record: inout Record) {
    recorder.heldBytes -= record.bytes.count
    record = Record(isLost: true)
  }

  private func read(_ chunk: borrowing StreamChunk, _ record: inout Record, from: Endpoint, to: Endpoint) {
    guard !record.isLost else { return }
    if record.bytes.isEmpty { record.firstFrame = chunk.frame.number }
    recorder.heldBytes -= record.bytes.count
    defer { recorder.heldBytes += record.bytes.count }
    guard recorder.heldBytes + record.bytes.count + chunk.bytes.count <= KerberosRecorder.Limit.heldBytes else {
      recorder.limitsReached += 1
      record = Record(isLost: true)
      return
    }
    chunk.bytes.append(to: &record.bytes)
    let bytes = record.bytes
    let view = ByteView(bytes.span)
    var start = 0
    while true {
      guard let length = try? view.u32be(at: start) else { break }
      guard length > 0, length <= Self.maximumRecord else {
        record = Record(isLost: true)
        return
      }
      guard let body = try? view.view(at: start + 4, count: Int(length)) else { break }
      let origin = MessageOrigin(
        firstFrame: record.firstFrame, lastFrame: chunk.frame.number, lastTime: chunk.frame.time)
      recorder.take(body.copy(), from: from, to: to, transport: .tcp(stream: tcpStream), origin: origin)
      record.firstFrame = chunk.frame.number
      start += 4 + Int(length)
    }
    if start > 0 { record.bytes = Array(bytes[start...]) }
  }
}
