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

      On a port that is not SMB's this is a note: the client tries what the service behind the port understands.
      """,
    harmless: """
      Scanners knock on every open port with several protocols, of which SMB is one; nothing is wrong with the service \
      that answers in its own. Connections on which neither side speaks SMB are not reported.
      """,
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
      observation.remedies = [Remedy("Nothing, when the client is a scanner that somebody runs on purpose; else find out what runs on it.")]
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
  fileprivate var description: String {
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
