import Algorithms
import Packets
import Protocols

/// What a case says of itself to tell which look-ups and exchanges with KDCs served it: made once, asked for each of them.
struct CaseClaims {
  /// Why an exchange belongs to a case, the better reason first.
  enum Claim: Int, Comparable {
    /// It asks for the ticket of a server that the client calls so.
    case service
    /// It is about the user who logs on.
    case user
    /// The client turns to the KDC in the middle of a connection, and nothing says for which service or user.
    case time

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  /// A first ticket that failed longer than this before the connection is another story.
  private static let nearness = TimeSpan.seconds(30)

  /// Frames between the answer to NEGOTIATE and the end of a connection without a logon.
  private struct Pause {
    var frames: ClosedRange<Int>
    var connection: Int
  }

  let hosts: HostNames
  /// Names of servers that the client is sent to by DFS referrals.
  let targets: HostNames
  let addresses: Set<IPAddress>
  let users: Set<String>
  private var pauses: [Pause] = []
  /// Where each connection began, and whether the client left it without a logon.
  private var beginnings: [(stamp: FrameStamp, isWithoutLogon: Bool)] = []
  /// When users logged on with NTLM.
  private var ntlmLogons: [Timestamp] = []
  private let start: Timestamp
  private let end: Timestamp
  /// What the server calls itself, where the client opens its address: the name may be what it did not find.
  let ownNames: HostNames
  /// Every name is an address, and for an address there is no Kerberos.
  private let isByAddress: Bool

  init(_ one: Case) {
    let names = one.hosts
    // Also what the client calls the server in NTLM, where it comes to no share.
    hosts = HostNames(names + one.connections.lazy.flatMap(\.sessions).compactMap { $0.ntlm?.targetName.flatMap(serviceHost) })
    targets = HostNames(one.connections.lazy.flatMap(\.referrals).flatMap(\.targets).compactMap(\.targetHost))
    addresses = Set(one.connections.map(\.server.address))
    users = Set(one.connections.lazy.flatMap(\.sessions).flatMap(\.identity.namesAtKDC))
    (start, end) = (one.start, one.end)
    isByAddress = !names.isEmpty && names.allSatisfy(\.isAddress)
    ownNames = isByAddress ? HostNames(one.connections.lazy.flatMap(\.sessions).flatMap(\.ownNamesOfServer)) : HostNames()
    for connection in one.connections {
      ntlmLogons += connection.sessions.lazy.filter { $0.identity.mechanism == .ntlm && !$0.identity.isAnonymous }.map(\.requestStamp.time)
      if connection.hasSMB { beginnings.append((connection.firstFrame, connection.dialect != nil && connection.sessions.isEmpty)) }
      // Of an answer that was cut the dialect is not known.
      guard connection.failedStage != .negotiate, connection.sessions.isEmpty, let answer = connection.negotiateFrame,
        answer < connection.lastFrame.number
      else { continue }
      pauses.append(Pause(frames: answer...connection.lastFrame.number, connection: connection.id))
    }
  }

  /// A look-up that led to the server, or of a name by which the client calls it or is sent on from it.
  func isServed(by lookup: NameLookup) -> Bool {
    guard start.since(lookup.start.time) <= Case.timeout, lookup.start.time.since(end) <= Case.timeout else { return false }
    return lookup.addresses.contains(where: addresses.contains) || hosts.contains(lookup.name) || targets.contains(lookup.name)
      || lookup.addresses.isEmpty && lookup.start.time <= start && ownNames.contains(lookup.name)
  }

  func isNear(_ search: NeighborSearch) -> Bool {
    start.since(search.last.time) <= Case.timeout && search.first.time.since(end) <= Case.timeout
  }

  /// The connection that stood idle when a client looked for a host.
  func pause(during search: NeighborSearch) -> Int? { pause(at: search.last.number) ?? pause(at: search.first.number) }

  /// Why an exchange near in time belongs to the case; nil when it does not.
  func claim(on exchange: KerberosExchange) -> Claim? {
    // An error repeats what was asked for, where the request was not captured.
    guard let service = exchange.request?.sname ?? exchange.error?.sname?.description else {
      if exchange.silence != nil { return .user }
      // An error of which only the beginning was captured.
      return exchange.error != nil && pause(at: exchange.start.number) != nil ? .time : nil
    }
    if let host = serviceHost(service), !service.lowercased().hasPrefix("krbtgt/") {
      if hosts.contains(host) { return .service }
      return hosts.isEmpty && (pause(at: exchange.start.number) != nil || leadsToNTLM(exchange)) ? .time : nil
    }
    // The first ticket, or one for another realm's KDC.
    if isByAddress { return nil }
    let isNear = start.since(exchange.start.time) <= Self.nearness && exchange.start.time.since(end) <= Self.nearness
    guard isNear else { return nil }
    if let user = exchange.request?.cname ?? exchange.error?.cname?.description, !users.isEmpty {
      // Another user, who got no further than to ask.
      let mayFail = pause(at: exchange.start.number) != nil || leadsToNoLogon(exchange)
      return users.contains(user.withoutRealm) || mayFail ? .user : nil
    }
    return hosts.isEmpty && pause(at: exchange.start.number) != nil ? .time : .user
  }

  /// The next connection is one that the client left without a logon, as who gets no ticket does.
  private func leadsToNoLogon(_ exchange: KerberosExchange) -> Bool {
    let place = beginnings.partitioningIndex { $0.stamp.number > exchange.start.number }
    guard exchange.hasFailed, place < beginnings.count else { return false }
    return beginnings[place].isWithoutLogon && beginnings[place].stamp.time.since(exchange.start.time) <= Self.nearness
  }

  /// Nobody answers, and the client soon logs on with NTLM to a server whose name is not known.
  private func leadsToNTLM(_ exchange: KerberosExchange) -> Bool {
    guard exchange.silence != nil, exchange.silence != .notCaptured, !exchange.succeededLater else { return false }
    return ntlmLogons.contains { (.zero ... Self.nearness).contains($0.since(exchange.start.time)) }
  }

  /// The connection that stood idle at a frame.
  func pause(at frame: Int) -> Int? {
    // In the order in which they began; the last one that had begun is the one.
    let behind = pauses.partitioningIndex { $0.frames.lowerBound > frame }
    guard behind > 0, pauses[behind - 1].frames.contains(frame) else { return nil }
    return pauses[behind - 1].connection
  }
}

extension Session {
  /// Of its CHALLENGE.
  fileprivate var ownNamesOfServer: [String] { [ntlm?.nbComputerName, ntlm?.dnsComputerName].compactMap(\.self) }
}

extension String {
  /// `alice` of `alice@LAB.EXAMPLE`, in lower case.
  package var withoutRealm: String {
    utf8.contains(UInt8(ascii: "@")) ? split(separator: "@").first.map { $0.lowercased() } ?? "" : lowercased()
  }

  /// `fs02` of `\\fs02\data`.
  package var targetHost: String? {
    hasPrefix("\\") ? split(separator: "\\", omittingEmptySubsequences: true).first.map(String.init) : nil
  }

  /// An IPv4 or IPv6 address rather than a name, or Windows' way to write IPv6 as one.
  package var isAddress: Bool {
    utf8.contains(UInt8(ascii: ":")) || utf8.count > 17 && lowercased().hasSuffix(".ipv6-literal.net") || (!isEmpty && utf8.allSatisfy { $0 == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
  }
}

extension Identity {
  /// As a KDC may be asked for the user: programs that take the backslash of `LAB\alice` for an escape ask for `LABalice`.
  fileprivate var namesAtKDC: [String] {
    guard let user, !user.isEmpty else { return [] }
    let name = user.withoutRealm
    return domain.flatMap { $0.isEmpty ? nil : [name, $0.lowercased() + name] } ?? [name]
  }
}
