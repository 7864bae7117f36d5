import Packets
import Protocols
import Transcripts

extension Rule {
  static let kerberosReferralLoop = Rule(
    id: "kerberos-referral-loop", severity: .error, phase: .kerberos, nature: .status, supersededBySuccess: true,
    summary: "KDCs refer the client from realm to realm in a circle.",
    explanation: """
      Each KDC issues a ticket for the KDC of another realm instead of the service's ticket. That is how trusts \
      work, but here a realm occurs twice, or the chain does not end.
      """,
    whenBenign: "When there are only a few referrals from realm to realm. That is how trusts work, and smbdx reports only a loop or a very long chain.",
    howToVerify: "Follow the realms in the evidence; the one that occurs twice points to the wrong trust or name suffix.",
    causes: ["a trust that is broken on one side", "a DNS suffix that is routed to the wrong domain"],
    remedies: [.trusts], references: ["RFC 6806 8"],
    judge: .lookups { lookups, _ in
      ReferralChain.all(lookups).filter { $0.isCircle || $0.hops.count > maximumReferrals }.map { chain in
        Observation(
          .proven,
          chain.isCircle
            ? "the client asks for \(chain.service) and is referred back to \(chain.realms.last ?? ""), where it already asked"
            : "the client asks for \(chain.service) and is referred on \(chain.hops.count) times",
          evidence: chain.hops.prefix(10).compactMap {
            Evidence($0.reply?.number, .server, "TGS-REP: a ticket for the KDC of \($0.referral ?? "")")
          }, goal: Goal(), connections: chain.hops.first?.connection.map { [$0] } ?? [])
      }
    })

  /// RFC 6806 8: a client follows few referrals; more form a circle.
  private static let maximumReferrals = 8
}
