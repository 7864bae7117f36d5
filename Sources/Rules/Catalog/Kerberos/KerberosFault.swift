import Packets
import Proof
import Protocols
import Transcripts

/// A Kerberos error that stands: of a KDC, or of the file server.
struct KerberosFault: Sendable {
  /// To what the error is the answer: three stories with causes of their own.
  enum Role: Sendable, CaseIterable {
    /// AS-REQ: the client asks for its first ticket and proves its password (RFC 4120 3.1).
    case firstTicket
    /// TGS-REQ: it asks for a service's ticket and shows its first one (RFC 4120 3.3).
    case serviceTicket
    /// SESSION_SETUP: it shows the service's ticket to the file server (RFC 4120 3.2).
    case fileServer
  }

  /// RFC 4120 leaves the tolerance to the site; five minutes is everybody's default.
  static let tolerance: TimeSpan = .minutes(5)

  var error: KerberosError
  /// nil for an error of the file server.
  var exchange: KerberosExchange?
  var connection: Int?
  /// The service whose ticket the file server refuses.
  var service: String?
  /// The keys of the ticket that the file server was shown.
  var keys: KerberosKeyUse?
  /// What the user's keytab says of it.
  var verdict: TicketVerdict?
  /// Why the file server refuses its ticket, where a keytab or another ticket tells it.
  var story: KerberosFamily.Story?
  /// The client overcame it, with another ticket or with another time.
  var isSuperseded = false
  /// It then logged on, as far as is known.
  var hasGotIn = true
  var frame: Int
  var requestFrame: Int?
  /// The clock of the capture when the error was sent.
  var time: Timestamp?
  /// Its request is unknown, and something was granted later.
  var mayBeCorrected = false
  /// Another error explains the same connection better.
  var isSecondary = false
  /// The realm in the server's name, of which this KDC had said just before that it does not know it.
  var unknownRealm: String?

  var code: Int32 { error.errorCode.rawValue }

  var role: Role {
    guard let exchange else { return .fileServer }
    if let request = exchange.request { return request.isInitial ? .firstTicket : .serviceTicket }
    // The error repeats what was asked for.
    return error.sname?.components.first?.lowercased() == "krbtgt" ? .firstTicket : .serviceTicket
  }

  /// Those of a case, or of a client outside of any; each once.
  static func all(_ lookups: Lookups, _ one: Case?) -> [KerberosFault] {
    let ofServer = (one?.kerberosRefusals ?? []).flatMap { connection in
      connection.sessions.compactMap { KerberosFault($0, on: connection.id) }
    }
    let refused = Set(ofServer.lazy.filter { !$0.isSuperseded }.map(\.connection))
    let abandoned = Set((one?.connections ?? []).lazy.filter(\.leavesWithoutLogon).map(\.id))
    let lastGrant = lookups.exchanges.last(where: \.isGranted)?.reply?.number ?? 0
    let lastService = lookups.exchanges.last { $0.asksForService }?.start.number ?? 0
    var unknownRealms: [String] = []
    let afterSilence = lookups.exchanges.afterSilentRealm
    var faults = ofServer
      + lookups.exchanges.compactMap {
        // A client that does not know the realm of a server tries the domain in its name, and then its own realm.
        if $0.asksForRealm, $0.error?.errorCode == .serviceUnknown, $0.start.number < lastService {
          if let realm = $0.foreignRealm, unknownRealms.count < Self.realms { unknownRealms.append(realm) }
          return nil
        }
        guard var fault = KerberosFault($0) else { return nil }
        fault.mayBeCorrected = fault.frame < lastGrant
        // What the server says of the very ticket needs no attribution.
        fault.isSecondary = $0.connection != nil && refused.contains($0.connection) || afterSilence.contains($0.start.number)
        if let host = $0.fileServer?.lowercased() { fault.unknownRealm = unknownRealms.last { host.hasSuffix("." + $0.lowercased()) } }
        return fault
      }
    faults.blameClockForTickets()
    faults.blameClockForLeaving(abandoned)
    return faults
  }

  /// Realms of which a KDC may say that it does not know them, before they are no longer kept.
  private static let realms = 64

  private init?(_ exchange: KerberosExchange) {
    // A clock that is wrong is worth a word, although the client then corrected its time.
    let isCorrected = exchange.error?.errorCode.rawValue == 37 && exchange.succeededLater
    guard let error = exchange.error, exchange.hasFailed || exchange.isKeyless || isCorrected, !exchange.isRepetition,
      let reply = exchange.reply, !exchange.isProbe
    else { return nil }
    self.error = error
    self.exchange = exchange
    isSuperseded = isCorrected
    connection = exchange.connection
    frame = reply.number
    requestFrame = exchange.request?.stamp.number
    time = reply.time
  }

  private init?(_ session: Session, on connection: Int) {
    guard let answer = session.kerberosError, !answer.error.errorCode.isStepOfPreauthentication else { return nil }
    error = answer.error
    self.connection = connection
    isSuperseded = session.isEstablished
    service = session.identity.service
    keys = session.identity.ticketKeys
    verdict = session.ticketVerdict
    story = session.ticketStory
    frame = answer.frame
    requestFrame = answer.requestFrame
    time = answer.time
  }

  /// By how much the clock of the sender is ahead of the capture's.
  private var clockOffset: TimeSpan? {
    guard let stime = error.stime, let time else { return nil }
    return plausible(.seconds(Int(stime.secondsSince1970 - time.secondsSince1970)))
  }

  /// A recording whose times were changed shows every clock years off.
  private func plausible(_ offset: TimeSpan) -> TimeSpan? { offset.magnitude > ClockDifference.credible ? nil : offset }

  /// By how much the sender's clock is ahead of the client's.
  private var clientOffset: TimeSpan? {
    guard let stime = error.stime, let ctime = error.ctime else { return nil }
    return .seconds(Int(stime.secondsSince1970 - ctime.secondsSince1970))
  }

  /// A ticket that has expired, is not valid yet or cannot be read, while clocks are known to differ.
  var isLikelySkew: Bool {
    // The key is at fault for certain.
    guard verdict?.difference == nil else { return false }
    let betweenServers = exchange?.serverClockOffset.flatMap { server in clockOffset.map { server - $0 } }
    switch code {
    case 32, 33: return [clockOffset, clientOffset, betweenServers].contains { ($0 ?? .zero).magnitude > Self.tolerance }
    case 31: return role != .firstTicket && (betweenServers ?? .zero).magnitude > Self.tolerance
    default: return false
    }
  }

  /// The clock of who refuses agrees with the recording's and, as far as it is known, with the client's.
  var clocksAgree: Bool {
    clockOffset.map { $0.magnitude <= Self.tolerance } == true && (clientOffset ?? .zero).magnitude <= Self.tolerance
  }

  /// The client asks for the service of an address, and addresses are not registered.
  var isForAddress: Bool { exchange?.fileServer?.isAddressLiteral ?? false }
}

extension KerberosFault {
  var observation: Observation {
    Observation(
      confidence, summary, evidence: evidence,
      // What was granted later may be what was refused here.
      severity: exchange != nil && exchange?.request == nil && mayBeCorrected || isSecondary || isSuperseded ? .info : isOfAbsentUser ? .error : nil,
      goal: Goal(), connections: connection.map { [$0] } ?? [], tcpStream: connection == nil ? tcpStream : nil)
  }

  /// What other users of the client get says nothing of this one.
  private var isOfAbsentUser: Bool { exchange?.isOfAbsentUser == true && exchange?.isBesideSMB == true }

  /// What the error says is proven; that it is the story of this connection, its time alone does not prove.
  private var confidence: Confidence {
    if exchange?.isJoinedByTime == true { return .possible }
    return code != 37 && isLikelySkew || exchange?.isKeyless == true ? .likely : .proven
  }

  private var tcpStream: Int? {
    if case .tcp(let number)? = exchange?.transport { number } else { nil }
  }

  private var name: String { error.errorCode.name ?? "error \(code)" }

  private var summary: String { brief + (code == 14 || exchange?.isKeyless == true ? offer : "") + (isAboutTicket ? verdict?.clause ?? "" : "") }

  private var isAboutTicket: Bool { code == 60 || KerberosFamily.ticketCodes.contains(code) }

  /// The summary without lists, to be part of another sentence.
  var brief: String {
    let sender = exchange.map { "the KDC \($0.kdc.address)" } ?? "the server"
    let subject = exchange == nil ? "the ticket for \(service ?? "its service")" : self.subject
    if let state { return "\(sender) refuses \(subject): \(state) (\(name))" }
    if isSuperseded {
      return "\(sender) answers \(name) for \(subject)" + (difference.map { ": \($0)" } ?? "") + (hasGotIn ? "; the client tried again and got in" : "; the client tried again, and this request succeeded")
    }
    if exchange?.isKeyless == true {
      return "\(sender) has no key for \(subject) that matches the types that the client offers"
    }
    if let alias = exchange?.alias {
      return "no account has the SPN \(subject): "
        + (alias.witness == .resolver
          ? "DNS calls \(alias.name) an alias of \(alias.hostName)" : "the server calls itself \(alias.hostName)")
    }
    let meaning = difference ?? saysWhatFailed ?? error.errorCode.meaning?.withoutFullStop
    return "\(sender) answers \(name) for \(subject)" + (meaning.map { ": \($0)" } ?? "")
  }

  /// What the code means to this request, where that differs from what it says of itself.
  private var saysWhatFailed: String? {
    if isWrongPassword { return "the password proof does not match the key of the account" }
    if isServiceDisabled { return "the service's account is disabled or locked" }
    if role == .fileServer, code == 60 { return "the file server failed and gave no reason" }
    guard role == .serviceTicket else { return nil }
    switch code {
    case 31, 41: return "the KDC cannot decrypt the client's ticket-granting ticket or its proof"
    case 44, 45: return "the KDC does not have the key of the client's ticket-granting ticket"
    case 50: return "the KDC does not accept the checksum in the client's proof that it owns the ticket-granting ticket"
    default: return nil
    }
  }

  /// A proof of the password that the KDC cannot read: older MIT KDCs say so with 31, newer ones and all others with 24.
  var isWrongPassword: Bool {
    code == 31 && role == .firstTicket && exchange?.request?.hasPreauthentication == true
  }

  /// MIT KDCs hide a disabled service behind "unknown", and say the truth in their text only.
  var isServiceDisabled: Bool { code == 7 && error.eText == "SERVER LOCKED OUT" }

  /// `; it offers aes256-cts-hmac-sha1-96 (18)`, with what the account has, where the answer tells.
  private var offer: String {
    guard let offered = exchange?.request?.etypes, !offered.isEmpty else { return "" }
    let known = error.eData?.offeredEtypes ?? []
    return "; the client offers \(KeyText.list(offered))" + (known.isEmpty ? "" : ", the account has \(KeyText.list(known))")
  }

  /// Who asked, or for what.
  private var subject: String {
    guard exchange?.request?.isInitial == true || exchange?.request == nil && exchange?.fileServer == nil && ![7, 8].contains(code) else {
      return exchange?.request?.sname ?? error.sname?.description ?? "a service"
    }
    let user = exchange?.request?.cname ?? error.cname?.description ?? "a user"
    return [user, exchange?.request?.realm ?? error.crealm ?? error.realm].compactMap(\.self).joined(separator: "@")
  }

  /// How far the clocks are apart, when that is the matter.
  private var difference: String? {
    guard code == 37 || isLikelySkew else { return nil }
    if let clientOffset, clientOffset.magnitude > Self.tolerance {
      return "its clock is \(clientOffset.aheadOrBehind) the client's"
    }
    if let clockOffset, clockOffset.magnitude > Self.tolerance {
      return "its clock is \(clockOffset.aheadOrBehind) the capture's"
    }
    guard let server = exchange?.serverClockOffset, let clockOffset,
      (server - clockOffset).magnitude > Self.tolerance
    else { return nil }
    return "the file server's clock is \((server - clockOffset).aheadOrBehind) the KDC's"
  }

  private var evidence: [Evidence] {
    var answer = "\(name) (\(code))"
    if let status = error.eData?.extendedStatus { answer += ", \(status)" }
    if let text = error.eText, !text.isEmpty { answer += ", “\(text)”" }
    if [31, 32, 33, 37].contains(code), !isWrongPassword, let clockOffset {
      answer += clockOffset == .zero ? ", its clock agrees with the capture's" : ", its clock is \(clockOffset.aheadOrBehind) the capture's"
    }
    if isWrongPassword || code == 14 || exchange?.isKeyless == true, let known = error.eData?.offeredEtypes, !known.isEmpty {
      answer += ", with keys of \(KeyText.list(known))"
    }
    let request = exchange.map { $0.request.map { $0.text(for: role, code) } ?? "" }
      ?? "SESSION_SETUP with an AP-REQ for \(service ?? "its service")" + (keys.map { ", \(KeyText.of($0))" } ?? "") + (verdict?.note ?? "")
    return [
      exchange?.alias.flatMap {
        Evidence($0.frame, nil, $0.witness == .resolver ? "DNS: \($0.name) is an alias of \($0.hostName)" : "NTLM logon: the server calls itself \($0.hostName)")
      },
      Evidence(requestFrame, .client, request), Evidence(frame, .server, "KRB-ERROR \(answer)"),
    ].compactMap(\.self)
  }

  /// Which state the account is in, from the status that comes with the error: MS-KILE 2.2.1.
  var state: String? {
    guard [1, 12, 18, 21, 23].contains(code) else { return nil }
    switch error.eData?.extendedStatus?.rawValue {
    case 0xC000_0072: return "the account is disabled"
    case 0xC000_0234: return "the account is locked out after too many wrong passwords"
    case 0xC000_0193: return "the account has expired"
    case 0xC000_0071: return "the password has expired"
    case 0xC000_0224: return "the password must be changed at the next logon"
    case 0xC000_006F: return "the account's logon hours do not permit a logon now"
    case 0xC000_0070: return "the account may not log on from this workstation: its list “Log On To” names others, or an authentication policy does"
    case 0xC000_02FA: return "the account may only log on with a smart card, and the client sent a password"
    case 0xC000_0413: return "an authentication policy or selective authentication forbids it"
    default: break
    }
    switch code {
    case 1: return "the account has expired"
    case 21: return "the account is not valid yet"
    case 23: return "the password has expired or must be changed"
    case 18: return "the account is disabled, locked, expired or outside its logon hours"
    default: return nil
    }
  }
}

extension TimeSpan {
  /// Of a clock: `2 h 5 min ahead of`, `5 min 1 s behind`.
  var aheadOrBehind: String { "\(magnitude) " + (self > .zero ? "ahead of" : "behind") }
}

extension KerberosExchange {
  /// Clients ask for delegation and renewal just to see whether they may: MS-SFU 3.1.5.2, RFC 4120 3.3.3. Who asks for a file
  /// server's ticket in the name of a user needs it.
  fileprivate var isProbe: Bool {
    guard error?.errorCode.rawValue == 13, let options = request?.options else { return false }
    return !options.isDisjoint(with: [.renew, .forwarded]) || options.contains(.constrainedDelegation) && fileServer == nil
  }
}

extension KerberosExchange {
  fileprivate var asksForRealm: Bool {
    guard let request, !request.isInitial else { return false }
    return request.sname.lowercased().hasPrefix("krbtgt/")
  }

  /// The realm to which a trust leads, when a ticket for its KDC is asked for.
  var foreignRealm: String? {
    guard asksForRealm, let request, let realm = request.sname.split(separator: "/").last.map(String.init),
      realm.lowercased() != request.realm.lowercased()
    else { return nil }
    return realm
  }

  fileprivate var asksForService: Bool {
    guard let request, !request.isInitial else { return false }
    return !request.sname.lowercased().hasPrefix("krbtgt/")
  }

  /// The KDC has no key with which the client could prove the password, and the client did not go on.
  var isKeyless: Bool { lacksKeyForProof && !isFollowed && !succeededLater }
}

extension KerberosRequestFacts {
  /// `TGS-REQ for cifs/fs01, with a ticket-granting ticket in aes256-cts-hmac-sha1-96 (18), kvno 2`
  fileprivate func text(for role: KerberosFault.Role, _ code: Int32) -> String {
    var text = "\(isInitial ? "AS-REQ" : "TGS-REQ") for \(sname)"
    switch (role, code) {
    case (_, 14), (_, 25): text += etypes.isEmpty ? "" : ", offering \(KeyText.list(etypes))"
    case (.firstTicket, 24), (.firstTicket, 31):
      text += proofEtype.map { ", with a password proof encrypted with \($0)" } ?? ""
    case (.serviceTicket, 20), (.serviceTicket, 31...51):
      text += presented.map { ", presenting a ticket-granting ticket: \(KeyText.of($0))" } ?? ""
    default: break
    }
    return text
  }
}

/// Encryption types and key versions in words.
enum KeyText {
  static func list(_ etypes: [KerberosEncryptionType]) -> String {
    etypes.prefix(8).map(\.description).joined(separator: ", ") + (etypes.count > 8 ? " and \(etypes.count - 8) more" : "")
  }

  /// `ticket encrypted with aes256-cts-hmac-sha1-96 (18), kvno 3, session key aes256-cts-hmac-sha1-96 (18)`
  static func of(_ keys: KerberosKeyUse) -> String {
    "ticket encrypted with \(keys.ticketEtype)" + (keys.kvno.map { ", kvno \($0)" } ?? "")
      + (keys.sessionEtype.map { ", session key \($0)" } ?? "")
  }
}

/// How far clocks can be apart before a clock is to blame.
enum ClockDifference {
  /// A year. Beyond that the times of the recording were changed, or a host never knew the time.
  static let credible: TimeSpan = .days(366)
}

extension HostAlias {
  /// The commands with the names in them, when the names can stand in a command.
  var remedies: [Remedy]? {
    guard name.isPlainHostName, hostName.isPlainHostName else { return nil }
    let server = String(hostName.prefix { $0 != "." })
    return [Remedy.addComputerName, .addAliasSPN, .useRealName].map {
      var remedy = $0
      remedy.command = remedy.command?.replacing("ALIAS", with: name).replacing("SERVER", with: server)
      return remedy
    }
  }
}

extension String {
  /// Letters, digits, dots and hyphens: nothing that a shell or a terminal would take for something else.
  var isPlainHostName: Bool {
    !isEmpty && utf8.count <= 255 && !hasPrefix("-")
      && utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
          UInt8(ascii: "."), UInt8(ascii: "-"): true
        default: false
        }
      }
  }
}
