import Packets
import Transcripts

extension Rule {
  static let smbUnexpectedPayload = Rule(
    id: "smb-unexpected-payload",
    severity: .error,
    phase: .transport,
    nature: .wrongValue,
    yieldsToSuccess: true,
    summary: "The port answers, but not in SMB.",
    explanation: """
      The client speaks SMB and what comes back is something else: another service listens on this port, or a device \
      in between answers in the server's place.
      """,
    harmless: "Connections on which neither side speaks SMB are not reported.",
    confirmation: "Look at the first bytes of the answer in the frame given; they usually name the program.",
    causes: [
      "another service listens on this port, or a port forwarding leads to the wrong one",
      "a captive portal, proxy or firewall answers in the server's place",
      "TLS is spoken on this port (a tunnel that expects to be spoken to in TLS)",
    ],
    remedies: [.checkPortOwner, .checkServerService],
    references: ["MS-SMB2 2.1", "RFC 1002 4.3.1"]
  ) { transcript in
    guard let answer = transcript.foreignBeginnings.first(where: { $0.sender == .server }),
      !transcript.foreignBeginnings.contains(where: { $0.sender == .client }), transcript.traffic.responses == 0,
      transcript.traffic.requests > 0 || transcript.smb1?.request != nil
    else { return [] }
    return [
      Observation(
        .proven, "\(transcript.server) does not speak SMB: its answer is \(answer.description)",
        evidence: [
          Evidence(transcript.traffic.lastRequestFrame, .client, "SMB request"),
          Evidence(answer.frame, .server, answer.description),
        ].compactMap(\.self))
    ]
  }
}

extension ForeignBeginning {
  /// `HTTP (48 54 54 50 …)`
  fileprivate var description: String {
    let digits = bytes.prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    func begins(_ text: String) -> Bool { bytes.starts(with: text.utf8) }
    let name =
      if begins("HTTP/") || begins("<!DOCTYPE") || begins("<html") { "HTTP" }
      else if begins("SSH-") { "an SSH banner" }
      else if begins("220 ") || begins("220-") { "an FTP or SMTP greeting" }
      else if bytes.count > 1, (0x14...0x17).contains(bytes[0]), bytes[1] == 3 { "TLS" }
      else { "no protocol known here" }
    return "\(name) (\(digits)\(bytes.count > 8 ? " …" : ""))"
  }
}
