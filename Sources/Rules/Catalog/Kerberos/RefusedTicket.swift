import Packets
import Proof
import Protocols
import Transcripts

/// A ticket that the file server refused without a Kerberos error: many servers say STATUS_LOGON_FAILURE whatever is
/// wrong with it.
struct RefusedTicket: Sendable {
  var connection: Int
  var service: String
  var status: NTStatus
  var etype: KerberosEncryptionType?
  /// Where the KDC issued it, when that is in the capture.
  var grantFrame: Int?
  /// By how much the file server's clock is ahead of the KDC's, or of the capture's where the KDC's is not known;
  /// nil when they agree as far as Kerberos demands.
  var skew: TimeSpan?
  /// Against the KDC's clock, and not only against that of the recording, which may be wrong itself.
  var isSkewKnown: Bool
  /// What the user's keytab says of it.
  var verdict: TicketVerdict?
  /// Why, where the evidence tells more than the status.
  var story: KerberosFamily.Story?
  /// Another ticket for the same service, which the server takes at this time.
  private var accepted: AcceptedTicket?
  /// What the KDC runs, by its errors.
  private(set) var kdc: KDCSoftware?
  private var keys: KerberosKeyUse?
  private var user: String?
  private var requestFrame: Int
  private var replyFrame: Int
  /// Where the server told its time.
  private var clockFrame: Int?

  static func all(_ one: Case?) -> [RefusedTicket] {
    guard let one else { return [] }
    let refused = one.kerberosRefusals
    guard !refused.isEmpty else { return [] }
    let grants = Dictionary(
      one.lookups.exchanges.lazy.compactMap { exchange in exchange.ticketFingerprint.map { ($0, exchange) } },
      uniquingKeysWith: { first, _ in first })
    let kdcOffset = one.lookups.exchanges.lazy.compactMap(\.clockOffset).first
    let kdc = one.lookups.exchanges.lazy.compactMap(\.error).compactMap { KDCSoftware($0) }.first
    return refused.flatMap { connection in
      connection.sessions.compactMap {
        var ticket = RefusedTicket($0, on: connection, grants, kdcOffset: kdcOffset)
        ticket?.kdc = kdc
        return ticket
      }
    }
  }

  private init?(
    _ session: Session, on connection: ConnectionBrief, _ grants: [UInt64: KerberosExchange], kdcOffset: TimeSpan?
  ) {
    // A server that offers no Kerberos did not look at the ticket.
    guard session.identity.mechanism == .kerberos, connection.mechanisms.isEmpty || connection.mechanisms.contains(.kerberos), let ticket = session.identity.ticketFingerprint,
      let status = session.refusal, status == .logonFailure || status == .wrongPassword, session.kerberosError == nil, let reply = session.replyStamp
    else { return nil }
    self.connection = connection.id
    self.status = status
    service = session.identity.service ?? "its service"
    verdict = session.ticketVerdict
    story = session.ticketStory
    accepted = session.acceptedTicket
    user = session.identity.user
    let grant = grants[ticket]
    keys = session.identity.ticketKeys ?? grant?.grant.map { KerberosKeyUse(ticketEtype: $0.ticketEtype, kvno: $0.ticketKvno) }
    etype = keys?.ticketEtype
    grantFrame = grant?.reply?.number
    requestFrame = session.requestStamp.frame
    replyFrame = reply.frame
    isSkewKnown = kdcOffset != nil
    skew = connection.serverClockOffset.map { $0 - (kdcOffset ?? .zero) }
      .flatMap { $0.magnitude > KerberosFault.tolerance && $0.magnitude <= ClockDifference.credible ? $0 : nil }
    clockFrame = skew.flatMap { _ in connection.negotiateFrame }
  }

  /// Client and KDC agree on AES for themselves, so it is the account with the service's name that has nothing better than RC4.
  var isOfOldAccount: Bool { keys?.ticketEtype == .rc4 && keys?.sessionEtype.map { !$0.isWeak } == true }

  /// What the evidence says beside the status.
  var words: String {
    (grantFrame == nil ? "and" : "which the KDC had issued:") + " the server does not accept the ticket"
      + (etype.map { ", which is encrypted with \($0)" } ?? "") + (verdict?.clause ?? "")
  }

  func observation(_ confidence: Confidence, _ guess: String, severity: Severity) -> Observation {
    let holder = user.flatMap { $0.isEmpty ? nil : " of \($0)" } ?? ""
    return Observation(
      confidence, "the server answers \(status.name ?? "\(status)") to the ticket\(holder) for \(service), \(guess)",
      evidence: [
        Evidence(clockFrame, .server, "NEGOTIATE response: its clock"),
        Evidence(grantFrame, .server, "TGS-REP: the ticket"),
        Evidence(requestFrame, .client, "SESSION_SETUP with the ticket" + (keys.map { ": \(KeyText.of($0))" } ?? "") + (verdict?.note ?? "")),
        Evidence(replyFrame, .server, "SESSION_SETUP response: \(status)"),
        Evidence(accepted?.frame, .server, "it accepts another ticket for this service"),
      ].compactMap(\.self),
      severity: severity, goal: Goal(), connections: [connection])
  }
}
