import Packets
import Protocols
import Transcripts

extension Rule {
  static let smb1OnlyClient = Rule(
    id: "smb1-only-client",
    severity: .error,
    phase: .negotiate,
    nature: .wrongValue,
    needs: [.end],
    yieldsToSuccess: true,
    summary: "The client offers nothing but SMB1.",
    explanation: """
      The client's NEGOTIATE is an SMB1 message without “SMB 2.002” or “SMB 2.???” among its dialects, so it cannot \
      speak SMB2 or later. A server without SMB1 closes the connection without a word, which is what the \
      specification demands; current Windows and Samba servers have SMB1 switched off.

      Where the server does have SMB1 the session works, and this is reported as a warning: SMB1 is insecure.
      """,
    harmless: "On an isolated network with an old device that has no successor: it is insecure there too, but works.",
    confirmation: "Look at the dialects in the evidence, and in the device's settings for an SMB2 switch or newer firmware.",
    causes: [
      "an old device (printer, scanner, NAS, embedded system) or an old operating system",
      "a client that is set to SMB1 (for example vers=1.0 in a Linux mount)",
    ],
    remedies: [.replaceSMB1, .enableSMB1],
    references: ["MS-SMB2 3.3.5.3.2", "MS-CIFS 2.2.4.52"]
  ) { transcript in
    guard let smb1 = transcript.smb1, let request = smb1.request, !request.offersSMB2 else { return [] }
    let isAccepted = smb1.response?.dialectIndex != nil
    // Silence is an answer only when the server closes with it.
    let isRefused = smb1.response != nil || transcript.ending.map { transcript.peer($0.side) == .server } ?? false
    guard isAccepted || isRefused else { return [] }
    return [
      Observation(
        .proven,
        isAccepted
          ? "the connection uses SMB1: the client offers nothing else"
          : "the client offers only SMB1 (\(request.dialects.last ?? "no dialect")), and the server does not take it",
        evidence: [Evidence(smb1.requestFrame, .client, "SMB1 NEGOTIATE: \(request.dialects.joined(separator: ", "))")]
          + [Evidence(smb1.responseFrame, .server, "SMB1 NEGOTIATE response: \(smb1.chosen ?? "none of them")")].compactMap(\.self)
          + (isAccepted ? [] : transcript.endEvidence),
        severity: isAccepted ? .warning : nil)
    ]
  }
}
