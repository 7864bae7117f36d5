import Packets
package import Transcripts

extension Rule {
  static let smbUnexpectedPayload = Rule(
    id: "smb-unexpected-payload",
    severity: .error,
    phase: .transport,
    nature: .wrongValue,
    supersededBySuccess: true,
    summary: "The port answers, but not in SMB.",
    explanation: """
      The client sends SMB, but the answer is not SMB: another service listens on this port, or a device in between \
      answers instead of the server.

      On a port that does not belong to SMB this is a note: the client only tests which protocol the service understands.
      """,
    whenBenign: """
      When the client is a scanner that tries several protocols, including SMB, on every open port. Then nothing is \
      wrong with the service. smbdx does not report connections without any SMB.
      """,
    howToVerify: "Look at the first bytes of the answer in the given frame. They usually show the program.",
    causes: [
      "another service listens on this port, or a port forwarding leads to the wrong one",
      "a captive portal, proxy or firewall answers instead of the server",
      "this port uses TLS (for example a tunnel)",
    ],
    remedies: [.checkPortOwner, .checkServerService],
    references: ["MS-SMB2 2.1", "RFC 1002 4.3.1"]
  ) { transcript in
    guard let answer = transcript.foreignBeginnings.first(where: { $0.sender == .server }),
      !transcript.foreignBeginnings.contains(where: { $0.sender == .client }), transcript.traffic.responses == 0,
      transcript.traffic.requests > 0 || transcript.smb1?.request != nil,
      // A refusal of SMB1 all the same: smb1-only-client.
      !answer.isSMB1BehindTwoLengths
    else { return [] }
    var observation = Observation(
      .proven, "\(transcript.server) does not speak SMB: its answer is \(answer.description)",
      evidence: [
        Evidence(transcript.traffic.lastRequestFrame, .client, "SMB request"),
        Evidence(answer.frame, .server, answer.description),
      ].compactMap(\.self), severity: transcript.isOnOtherPort ? .info : nil)
    if transcript.isOnOtherPort {
      observation.causes = ["the client is a scanner, which tries several protocols on an open port", "a wrong port in the client's settings"]
      observation.remedies = [Remedy("If the client is your own scanner, do nothing. Otherwise find out which program runs on it.")]
    }
    return [observation]
  }
}

extension ForeignBeginning {
  /// An SMB1 message with the length of RFC 1002 4.3.1 twice before it: so ksmbd of Linux 6.12 refuses SMB1.
  var isSMB1BehindTwoLengths: Bool {
    sender == .server && bytes.count >= 12 && bytes[0] == 0 && bytes[0..<4] == bytes[4..<8]
      && bytes[8..<12].elementsEqual([0xff, 0x53, 0x4d, 0x42])
  }

  /// `HTTP (48 54 54 50 …)`
  package var description: String {
    let digits = bytes.prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    func begins(_ text: String) -> Bool { bytes.starts(with: text.utf8) }
    let name =
      if begins("HTTP/") || begins("<!DOCTYPE") || begins("<html") { "HTTP" }
      else if begins("SSH-") { "an SSH banner" }
      else if begins("220 ") || begins("220-") { "an FTP or SMTP greeting" }
      else if bytes.count > 1, (0x14...0x17).contains(bytes[0]), bytes[1] == 3 { "TLS" }
      // C706 12.6.3.1: rpc_vers 5, rpc_vers_minor 0 or 1, PTYPE up to 19.
      else if bytes.count > 2, bytes[0] == 5, bytes[1] <= 1, bytes[2] <= 19 { "DCE/RPC" }
      else { "no protocol known here" }
    return "\(name) (\(digits)\(bytes.count > 8 ? " …" : ""))"
  }
}
