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
    supersededBySuccess: true,
    summary: "The client offers only SMB1.",
    explanation: """
      The client's NEGOTIATE is an SMB1 message without “SMB 2.002” or “SMB 2.???” among its dialects, so it cannot \
      speak SMB2 or later. A server without SMB1 closes the connection without an answer, as the specification \
      demands. Current Windows and Samba servers have SMB1 switched off.

      If the server has SMB1, the session works and smbdx reports a warning: SMB1 is insecure. It is a note if the same \
      client used SMB2 or later with this server a moment before: then only one program or service speaks SMB1. It is also a \
      note if the client is nmap, which looks for the versions of services.
      """,
    whenBenign: "On an isolated network with an old device that cannot be replaced. SMB1 is insecure there too, but works.",
    howToVerify: "Look at the dialects in the evidence. Look in the device's settings for an SMB2 switch or newer firmware.",
    causes: [oldDevice, "a client that is set to SMB1 (for example vers=1.0 in a Linux mount)"],
    remedies: [.replaceSMB1, .enableSMB1],
    references: ["MS-SMB2 3.3.5.3.2", "MS-CIFS 2.2.4.52"]
  ) { transcript in
    guard let smb1 = transcript.smb1, let request = smb1.request, !transcript.isKnock else { return [] }
    // ksmbd knows no SMB 2.0.2, so that a list which ends there is one of SMB1 to it.
    let refusal = transcript.foreignBeginnings.first(where: \.isSMB1BehindTwoLengths)
    let offersMore = refusal == nil ? request.offersSMB2 : request.offersUpgrade
    guard !offersMore else { return [] }
    let isAccepted = smb1.response?.dialectIndex != nil
    // Silence is an answer only when the server closes with it.
    let isSilent = transcript.traffic.responses == 0 && !transcript.visibility.mayHideMessages(from: .server)
      && transcript.visibility.unfinished(.server) == nil
    let isRefused = smb1.response != nil || refusal != nil || isSilent && transcript.ending.map { transcript.peer($0.side) == .server } ?? false
    guard isAccepted || isRefused else { return [] }
    return [
      Observation(
        .proven,
        isAccepted
          ? "the connection uses SMB1: the client offers nothing else"
            + (transcript.hasSpokenSMB2 ? " here, though it used SMB2 or later a moment before" : "")
          : request.offersSMB2
            ? "the client offers SMB1 and SMB 2.0.2 (\(request.dialects.joined(separator: ", "))), but the server accepts neither"
            : "the client offers only SMB1 (\(request.highestDialect ?? "no dialect")), but the server does not accept it"
              + (transcript.hasSpokenSMB2 ? "; the same client used SMB2 or later before" : ""),
        evidence: [Evidence(smb1.requestStamp?.number, .client, "SMB1 NEGOTIATE: \(request.list)")].compactMap(\.self)
          + [Evidence(refusal?.frame, .server, "SMB1 NEGOTIATE response: accepts none of them, with its length sent twice (ksmbd)")].compactMap(\.self)
          + [Evidence(smb1.responseFrame, .server, "SMB1 NEGOTIATE response: \(smb1.chosen ?? "none of them")")].compactMap(\.self)
          + (isAccepted ? [] : transcript.endEvidence),
        severity: transcript.hasSpokenSMB2 || transcript.isVersionProbe ? .info : isAccepted ? .warning : nil,
        causes: transcript.isVersionProbe
          ? [scanner]
          : transcript.hasSpokenSMB2
          ? ["a program or service of the client that knows only SMB1, such as the computer browser of Windows"]
          : request.isOfLinuxMount ? ["the mount has the option vers=1.0, and the Linux kernel then offers nothing else (its dialects are in the evidence)", oldDevice] : nil,
        firstRemedies: request.isOfLinuxMount ? [.mountWithoutSMB1] : [])
    ]
  }

  private static let scanner = "nmap asks for the server's version (-sV): it waits for a greeting, and then offers a list of dialects that no SMB client has"
  private static let oldDevice = "an old device (printer, scanner, NAS, embedded system) or an old operating system"
}

extension Remedy {
  fileprivate static let mountWithoutSMB1 = Remedy(
    "Take vers=1.0 out of the mount's options (in /etc/fstab, or where the mount is defined), or write vers=3.1.1 instead.")
}

extension SMB1NegotiateRequest {
  /// cifs.ko offers these two with vers=1.0.
  fileprivate var isOfLinuxMount: Bool { dialects == ["NT LM 0.12", "POSIX 2"] }

  /// The best of the dialects that have a specification (MS-CIFS 2.2.4.52); others, such as “POSIX 2”, are extensions.
  fileprivate var highestDialect: String? {
    let known = ["NT LM 0.12", "LANMAN2.1", "LM1.2X002", "LANMAN1.0", "PC NETWORK PROGRAM 1.0"]
    return known.first { dialects.contains($0) } ?? dialects.last
  }
}
