package import Packets
package import Protocols

/// A request to a KDC and its answer: RFC 4120 3.1 and 3.3. Or a connection to a KDC that did not come about.
package struct KerberosExchange: Sendable, Codable {
  package enum Transport: Hashable, Sendable, Codable {
    case udp
    case tcp(stream: Int)
  }

  /// Why no answer is known.
  package enum Silence: Hashable, Sendable, Codable {
    /// The request was sent, and nothing came.
    case unanswered
    /// The KDC's host ended the connection instead of answering.
    case hungUp(FrameStamp)
    /// The KDC's host refused the connection.
    case refused(FrameStamp)
    /// A router, or the client's own system, found no way to the KDC's host.
    case undelivered(FrameStamp, by: IPAddress)
    /// Nothing answers the SYN.
    case unreachable
    /// The capture does not show whether there was one, or not all of it.
    case notCaptured
  }

  package var client: IPAddress
  package var kdc: Endpoint
  package var transport: Transport
  /// The request; the SYN where there is none; the reply where that is all.
  package var start: FrameStamp
  /// nil when it was not captured, or never sent.
  package var request: KerberosRequestFacts?
  /// The client of the ticket that a TGS-REQ presents, without its realm; nil when that is not in the recording.
  package var ticketOwner: String?
  /// How often the request, or the SYN, was sent; the same packet captured twice counts once.
  package var tries = 1
  package var reply: FrameStamp?
  /// nil when a ticket came, or no answer.
  package var error: KerberosError?
  package var grant: KerberosGrant?
  package var silence: Silence?
  /// Payload of a TCP segment of it that never arrived.
  package var lostBytes: Int?
  /// Nanoseconds without an answer, up to the end of the connection or of the recording.
  package var waited = TimeSpan.zero
  /// The same request was granted later.
  package var succeededLater = false
  /// After a step of pre-authentication (``isStep``) the client continued as requested; it used its first ticket
  /// (``firstTicket``).
  package var isFollowed = false
  /// The same error was given before for the same request, such as over UDP and again over TCP.
  package var isRepetition = false
  /// A connection with SMB of the same client is in the recording.
  package var isBesideSMB = false
  /// It asks for a person who logs on nowhere in the recording.
  package var isOfAbsentUser = false
  /// The connection it served, once that is known.
  package var connection: Int?
  /// Nothing but its time says that it served that connection.
  package var isJoinedByTime = false
  /// The name of the service asked for is another name of its host.
  package var alias: HostAlias?
  /// A resolver gave the address of the service's host under this very name.
  package var isForOwnName = false
  /// The file server's clock minus the capture's, once the server is known.
  package var serverClockOffset: TimeSpan?
}

/// What shows that a host is called by a name that is not its own.
package struct HostAlias: Hashable, Sendable, Codable {
  package enum Witness: Hashable, Sendable, Codable {
    /// A CNAME record.
    case resolver
    /// MsvAvDnsComputerName in the server's NTLM CHALLENGE: MS-NLMP 2.2.2.1.
    case server
  }

  package var name: String
  /// The host's own name.
  package var hostName: String
  package var frame: Int
  package var witness: Witness
}

/// What a request asked for.
package struct KerberosRequestFacts: Hashable, Sendable, Codable {
  package var stamp: FrameStamp
  /// AS-REQ asks for the first ticket and proves the password; TGS-REQ asks for a service's.
  package var isInitial: Bool
  package var cname: String?
  package var realm: String
  package var sname: String
  package var etypes: [KerberosEncryptionType]
  package var hasPreauthentication: Bool
  /// Of the key that proves the password, where the request shows it.
  package var proofEtype: KerberosEncryptionType?
  /// The ticket that a TGS-REQ presents, and the session key in it.
  package var presented: KerberosKeyUse?
  package var isArmored: Bool
  package var options: KerberosKDCOptions = []
  /// The same in every copy of one request.
  package var nonce: UInt32?
}

/// The keys around a ticket, as far as everybody can see them.
package struct KerberosKeyUse: Hashable, Sendable, Codable {
  /// The ticket's key belongs to its service.
  package var ticketEtype: KerberosEncryptionType
  /// The version of the service's key: RFC 4120 5.2.9.
  package var kvno: UInt32?
  /// Of the session key that client and service share.
  package var sessionEtype: KerberosEncryptionType?

  package init(ticketEtype: KerberosEncryptionType, kvno: UInt32? = nil, sessionEtype: KerberosEncryptionType? = nil) {
    (self.ticketEtype, self.kvno, self.sessionEtype) = (ticketEtype, kvno, sessionEtype)
  }
}

/// The ticket that a KDC issued.
package struct KerberosGrant: Hashable, Sendable, Codable {
  package var cname: String
  package var crealm: String
  package var realm: String
  /// May differ from what was asked for: a referral, or another name of the same service.
  package var sname: String
  /// Of the ticket, whose key only the service has.
  package var ticketEtype: KerberosEncryptionType
  /// Of the service's key with which the ticket is encrypted.
  package var ticketKvno: UInt32?
  /// Of the part for the client.
  package var replyEtype: KerberosEncryptionType
  /// Tells the ticket among those that clients present.
  package var ticketFingerprint: UInt64
}

extension KerberosGrant {
  init(_ reply: KerberosKDCReply) {
    let limit = KerberosRecorder.Limit.text
    self.init(
      cname: reply.cname.description.clipped(to: limit), crealm: reply.crealm.clipped(to: limit),
      realm: reply.ticket.realm.clipped(to: limit), sname: reply.ticket.sname.description.clipped(to: limit),
      ticketEtype: reply.ticket.encPart.etype, ticketKvno: reply.ticket.encPart.kvno, replyEtype: reply.encPart.etype,
      ticketFingerprint: reply.ticket.fingerprint)
  }
}

extension KerberosExchange {
  package var ticketFingerprint: UInt64? { grant?.ticketFingerprint }

  package var isGranted: Bool { grant != nil }

  /// The first ticket of a user, with which the client asks for those of services: RFC 4120 3.1.3.
  package var firstTicket: UInt64? {
    guard let request, request.isInitial, request.sname.lowercased().hasPrefix("krbtgt/") else { return nil }
    return ticketFingerprint
  }

  /// The KDC issued a first ticket without a proof of the password: RFC 4120 3.1.3.
  package var isUnproven: Bool { firstTicket != nil && request?.hasPreauthentication == false }

  /// Who asks, as far as the recording shows it.
  package var user: String? { request?.isInitial == false ? ticketOwner : request?.cname }

  /// The KDC wants a proof of the password and names no key for which it would take one: RFC 4120 5.2.7.5 demands
  /// ETYPE-INFO2 as soon as the account has a key of a type that the client offers.
  package var lacksKeyForProof: Bool {
    guard let error, error.errorCode == .preauthRequired, let padata = error.eData?.padata, !padata.isEmpty,
      request?.isInitial ?? true, error.eData?.isArmored != true
    else { return false }
    return Set(padata).isDisjoint(with: [
      .encTimestamp, .etypeInfo, .etypeInfo2, .encryptedChallenge, .spake, .pkAsReq, .oldPKAsReq,
    ])
  }

  /// An error that only asks the client for the next step: RFC 4120 7.5.9 codes 25, 52 and 68, RFC 6113 5 code 91.
  package var isStep: Bool { error?.errorCode.isStepOfPreauthentication ?? false }

  /// An error that is none, and that no later success supersedes.
  package var hasFailed: Bool { error != nil && !isStep && !succeededLater }

  /// The service asked for is one that SMB needs: the file server's, or the KDC's own.
  package var isForFileSharing: Bool {
    guard let request, !request.isInitial else { return true }
    let service = request.sname.split(separator: "/").first.map { $0.lowercased() } ?? ""
    return ["cifs", "host", "krbtgt"].contains(service)
  }

  /// The host of the file service asked for; nil when another service was.
  package var fileServer: String? {
    guard let service = request?.sname ?? error?.sname?.description else { return nil }
    let kind = service.split(separator: "/").first.map { $0.lowercased() }
    return kind == "cifs" || kind == "host" ? serviceHost(service) : nil
  }

  /// A ticket for another realm's KDC was issued in place of the service's: RFC 6806 8.
  package var referral: String? {
    guard let request, !request.isInitial, let grant else { return nil }
    let parts = grant.sname.split(separator: "/")
    guard parts.count == 2, parts[0].lowercased() == "krbtgt", grant.sname.lowercased() != request.sname.lowercased()
    else { return nil }
    return String(parts[1])
  }

  /// The KDC's clock minus the capture's; nil if the answer is no error, or either has no time.
  package var clockOffset: TimeSpan? {
    guard let stime = error?.stime, let reply, reply.time.isDated else { return nil }
    return .seconds(Int(stime.secondsSince1970 - reply.time.secondsSince1970))
  }

  /// The KDC's clock minus the client's: an error about time repeats the time the client gave.
  package var clientClockOffset: TimeSpan? {
    guard let error, let stime = error.stime, let ctime = error.ctime else { return nil }
    return .seconds(Int(stime.secondsSince1970 - ctime.secondsSince1970))
  }
}
