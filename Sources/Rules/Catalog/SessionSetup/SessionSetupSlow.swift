import Packets
import Protocols
import Transcripts

extension Rule {
  static let sessionSetupSlow = Rule(
    id: "session-setup-slow",
    severity: .info,
    phase: .sessionSetup,
    nature: .note,
    summary: "The server took more than ten seconds to answer a step of the logon.",
    explanation: """
      The server answered the logon, but so late that users and programs give up. The server itself usually waits \
      for something: a domain controller, DNS, or a name service. ksmbd delays failed logons by five seconds on \
      purpose; smbdx does not count that.
      """,
    whenBenign: "When it is the first logon after hours without any. That may take seconds.",
    howToVerify: "Repeat the logon. If it is fast now, something first had to wake up or to time out.",
    causes: ["a domain controller that answers slowly, or the first one is down and the second answers", "slow DNS on the server"],
    remedies: [.domainControllerWindows, .domainControllerSamba],
    references: ["MS-SMB2 3.3.5.5"],
    threshold: .seconds(10)
  ) { limit in
    .connection { transcript in
      transcript.sessions.compactMap { session in
        guard let slow = session.slowReply, slow.took(longerThan: limit) else { return nil }
        return Observation(
          .proven, "a step of the logon of \(session.who) was answered after \(slow.delay)",
          evidence: [
            Evidence(slow.requestFrame, .client, "SESSION_SETUP request"),
            Evidence(slow.replyFrame, .server, "SESSION_SETUP response, \(slow.delay) later"),
          ])
      }
    }
  }
}
