import Packets
import Protocols
import Transcripts

extension Rule {
  static let sessionSetupUnanswered = Rule(
    id: "session-setup-unanswered",
    severity: .critical,
    phase: .sessionSetup,
    nature: .silence,
    needs: [.end],
    supersededBySuccess: true,
    summary: "The server never answered the logon.",
    explanation: """
      The client sent SESSION_SETUP and nothing came back: it gave up after ten seconds or more, or was still \
      waiting after a minute. TCP may have acknowledged the request. That only shows that the server's network stack \
      received it.

      Look first at what the server needs for a logon: its domain controller, DNS, and the security software in \
      between. If the capture ends sooner, or lacks bytes from the server, smbdx reports nothing.
      """,
    whenBenign: "When the capture ends sooner, lacks bytes from the server, or the server answered that it is still working (STATUS_PENDING) and time is left. smbdx then reports nothing.",
    howToVerify: "Capture on the server. It shows whether the request arrived, and what the server asked its domain controller meanwhile.",
    causes: [
      "the server waits for a domain controller that it cannot reach",
      "security software on the server delays the logon",
      "a large logon message was lost on the path", "the server's security service hangs",
      "a device on the path drops the request or its answer",
    ],
    remedies: [.domainControllerWindows, .domainControllerSamba, .securitySoftwareOnServer, .captureOtherSideOfSilence, .serverLogs],
    references: ["MS-SMB2 3.3.5.5"]
  ) { transcript in
    guard transcript.end.diagnosis == .unanswered(.sessionSetup), let session = transcript.logonAtEnd else { return [] }
    return [
      Observation(
        .likely, "\(transcript.doesNotAnswer) the logon of \(session.who)\(transcript.noteOnWaiting)",
        evidence: transcript.evidence(of: session) + transcript.evidenceOfEnd)
    ]
  }
}
