import Packets
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
  var requestFrame: Int
  var replyFrame: Int
  /// Seconds by which the file server's clock is ahead of the KDC's, or of the capture's where the KDC's is not known;
  /// nil when they agree as far as Kerberos demands.
  var skew: Int64?
  /// Against the KDC's clock, and not only against that of the recording, which may be wrong itself.
  var isSkewKnown: Bool
  /// Where the server told its time.
  private var clockFrame: Int?

  static func all(_ one: Case?) -> [RefusedTicket] {
    guard let one else { return [] }
    return one.refusedConnections.flatMap { connection in
      connection.sessions.compactMap { RefusedTicket($0, on: connection, in: one) }
    }
  }

  private init?(_ session: Session, on connection: ConnectionBrief, in one: Case) {
    guard session.identity.mechanism == .kerberos, let ticket = session.identity.ticketFingerprint,
      let status = session.refusal, status.rawValue == 0xC000_006D, session.kerberosError == nil,
      let reply = session.replyStamp
    else { return nil }
    self.connection = connection.id
    self.status = status
    service = session.identity.service ?? "its service"
    let grant = one.inquiries.exchanges.first { $0.ticketFingerprint == ticket }
    etype = session.identity.ticketEncryption ?? grant?.grant?.ticketEtype
    grantFrame = grant?.reply?.number
    requestFrame = session.requestStamp.frame
    replyFrame = reply.frame
    let kdcOffset = one.inquiries.exchanges.lazy.compactMap(\.clockOffset).first
    isSkewKnown = kdcOffset != nil
    skew = connection.serverClockOffset.map { $0 - (kdcOffset ?? 0) }.flatMap { abs($0) > KerberosFault.tolerance ? $0 : nil }
    clockFrame = skew.flatMap { _ in connection.negotiateFrame }
  }

  func observation(_ confidence: Confidence, _ guess: String, severity: Severity) -> Observation {
    Observation(
      confidence, "the server answers \(status.name ?? "\(status)") to the ticket for \(service), \(guess)",
      evidence: [
        Evidence(clockFrame, .server, "NEGOTIATE response: its clock"),
        Evidence(grantFrame, .server, "TGS-REP: the ticket"),
        Evidence(requestFrame, .client, "SESSION_SETUP with the ticket" + (etype.map { ", encrypted with \($0)" } ?? "")),
        Evidence(replyFrame, .server, "SESSION_SETUP response: \(status)"),
      ].compactMap(\.self),
      severity: severity, goal: Goal(), connections: [connection])
  }
}
