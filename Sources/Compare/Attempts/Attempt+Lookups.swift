import Packets
import Protocols
package import Transcripts

// What the client asked resolvers and KDCs for the attempt.

extension Attempt {
  /// - Parameter lookups: those of its case, or all that the client asked for no connection.
  package mutating func read(_ lookups: Lookups) {
    let last = connection?.lastFrame ?? .max
    read(lookups.names.filter { $0.type.isAddress && $0.start.number <= last }, server: connection?.server.address)
    let exchanges = lookups.exchanges.filter { $0.start.number <= last }
    let own = exchanges.filter { $0.connection == connection?.id }
    // A ticket may serve several connections of a case.
    read(own.isEmpty ? exchanges : own)
  }

  // MARK: Names

  /// - Parameter server: to which the name led; nil where no connection follows.
  private mutating func read(_ all: [NameLookup], server: IPAddress?) {
    let leading = Set(all.lazy.filter { one in server.map(one.addresses.contains) ?? true }.map(\.name))
    let names = all.filter { leading.contains($0.name) }
    guard let first = names.first else { return }
    add(.name, "name", first.name, .name, first.start.number)
    if let found = names.first(where: { !$0.addresses.isEmpty }) {
      add(.name, "address", "found", .result, found.answer?.number)
      add(.name, "addresses", found.addresses.map(\.description).sorted().joined(separator: ", "), .name, found.answer?.number, .success)
      add(.name, "alias of", found.canonicalName, .agreement, found.answer?.number, .option)
      outcomes[.name] = .passed
    } else if let none = names.first(where: { $0.isAnswered && !$0.isIncomplete }) {
      let code = none.responseCode == .noError ? "no data" : none.responseCode?.description ?? "no data"
      add(.name, "address", "none: \(code)", .result, none.answer?.number, isFailure: true)
      outcomes[.name] = .failed
    } else if names.contains(where: { !$0.isAnswered && $0.tries > 1 }) {
      add(.name, "address", "no answer", .result, first.start.number, isFailure: true)
      outcomes[.name] = .failed
    } else {
      outcomes[.name] = .inconclusive
      gaps[.name] = "the answer of the name server is not in it"
    }
    add(.name, "name server", "\(first.resolver.address)", .slight, first.start.number)
  }

  // MARK: Kerberos

  private mutating func read(_ exchanges: [KerberosExchange]) {
    guard !exchanges.isEmpty else { return }
    let first = exchanges.filter(\.isForTGT)
    let others = exchanges.filter { !$0.isForTGT && $0.isForFileSharing }
    // Beside the ticket for the server, clients ask for one that they can hand on.
    let services = others.filter { $0.fileServer != nil }
    read(first, "TGT")
    read(services.isEmpty ? others : services, "service ticket")
    let results = [fact(.kerberos, "service ticket"), fact(.kerberos, "TGT")].compactMap(\.self)
    // Who gets a service's ticket had a TGT, whatever came before.
    if let decisive = results.first { outcomes[.kerberos] = decisive.isFailure ? .failed : .passed } else { outcomes[.kerberos] = .inconclusive }
    readPresentedTicket()
    add(.kerberos, "KDC", "\(exchanges[0].kdc.address)", .name, exchanges[0].start.number)
    let dated = exchanges.first { $0.clientClockOffset != nil || $0.clockOffset != nil }
    if let dated, let offset = dated.clientClockOffset ?? dated.clockOffset {
      add(.kerberos, "KDC's clock", Self.words(ofClock: offset, "the client's"), .agreement, dated.reply?.number, .option)
    }
  }

  /// Who presents a ticket has got it, whatever the recording shows.
  private mutating func readPresentedTicket() {
    let hasTicket = fact(.sessionSetup, "service of the ticket") != nil
    let isGranted = fact(.kerberos, "service ticket").map { !$0.isFailure } ?? false
    guard hasTicket || isGranted, facts.contains(where: { $0.step == .kerberos && $0.isFailure && (hasTicket || $0.name == "TGT") }) else { return }
    facts.removeAll { $0.step == .kerberos && $0.isFailure }
    gaps[.kerberos] = "the client has a ticket, but not every answer of the KDC is in it"
    outcomes[.kerberos] = isGranted ? .passed : .notSeen
  }

  private mutating func read(_ exchanges: [KerberosExchange], _ what: String) {
    guard let decisive = Self.decisive(exchanges) else { return }
    let asked = decisive.request != nil ? decisive : exchanges.last { $0.request != nil }
    if let request = asked?.request, let frame = asked?.start.number {
      let isInitial = what == "TGT"
      if isInitial {
        add(.kerberos, "client", request.cname.map { "\($0)@\(request.realm)" }, .name, frame)
      } else {
        add(.kerberos, "service asked for", request.sname, .agreement, frame)
        add(.kerberos, "realm of the service", request.realm, .name, frame)
      }
      add(.kerberos, "\(what): encryption types offered", request.etypes.map(\.description).joined(separator: ", "), .agreement, frame)
      add(.kerberos, "encryption type that proves the password", request.proofEtype.map { "\($0)" }, .agreement, frame, .option)
    }
    switch Self.words(for: decisive) {
    case let words?: add(.kerberos, what, words.value, .result, words.frame, isFailure: !decisive.isGranted)
    case nil: gaps[.kerberos] = "the answer of the KDC is not in it"
    }
    if let grant = decisive.grant {
      add(.kerberos, "\(what): encryption type", "\(grant.ticketEtype)", .agreement, decisive.reply?.number, .success)
      add(.kerberos, "\(what): version of the service's key", grant.ticketKvno.map { "\($0)" }, .agreement, decisive.reply?.number, .success)
    }
    if let start = asked?.request?.stamp.time, let reply = decisive.reply, decisive.start == asked?.start, reply.time.since(start) >= .zero {
      time(.kerberos, "the KDC's answer (\(what))", reply.time.since(start), reply.number)
    }
  }

  /// A ticket that came; else the last refusal, and where there is none the last silence.
  private static func decisive(_ exchanges: [KerberosExchange]) -> KerberosExchange? {
    exchanges.last { $0.isGranted && $0.referral == nil } ?? exchanges.last(where: \.hasFailed)
      ?? exchanges.last { $0.silence != nil && $0.silence != .notCaptured }
      ?? exchanges.last { $0.error != nil } ?? exchanges.last
  }

  private static func words(for exchange: KerberosExchange) -> (value: String, frame: Int)? {
    let (start, reply) = (exchange.start.number, exchange.reply?.number ?? exchange.start.number)
    if exchange.isGranted { return (exchange.referral.map { "referred to the realm \($0)" } ?? "granted", reply) }
    if let error = exchange.error {
      let note = exchange.lacksKeyForProof ? " without a key type that the client offers" : exchange.isStep ? ", and the client does not continue" : ""
      return ("\(error.errorCode)\(note)", reply)
    }
    switch exchange.silence {
    case .unanswered?: return ("no answer", start)
    case .hungUp(let stamp)?: return ("no answer: the KDC closes the connection", stamp.number)
    case .refused(let stamp)?: return ("the KDC's host refuses the connection", stamp.number)
    case .undelivered(let stamp, _)?: return ("the KDC cannot be reached", stamp.number)
    case .unreachable?: return ("the KDC cannot be reached", start)
    case .notCaptured?, nil: return nil
    }
  }
}

extension KerberosExchange {
  /// An AS exchange, or a connection to a KDC before any request.
  fileprivate var isForTGT: Bool {
    if let request { return request.isInitial }
    return (grant?.sname ?? error?.sname?.description ?? "krbtgt").lowercased().hasPrefix("krbtgt")
  }
}
