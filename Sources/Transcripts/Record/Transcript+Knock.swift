import Packets
import Protocols

extension Transcript {
  /// The client sends SMB to another port than SMB's, and the answer is another protocol: a scanner that tries several
  /// protocols, not an SMB connection.
  package var isKnock: Bool {
    isOnOtherPort && traffic.responses == 0 && traffic.encryptedMessages == 0 && smb1?.response == nil
      && foreignBeginnings.contains { $0.sender == .server }
  }
  /// nmap -sV: it waits for a greeting first, and then offers a list of SMB1 dialects that no client has.
  package var isVersionProbe: Bool {
    guard let smb1, negotiation == nil, sessions.isEmpty, smb1.request?.dialects == Self.dialectsOfProbe, let asked = smb1.requestStamp,
      let opened = handshake.synAck
    else { return false }
    return asked.time.since(opened.time) >= Self.greetingTime
  }

  private static let dialectsOfProbe = [
    "PC NETWORK PROGRAM 1.0", "MICROSOFT NETWORKS 1.03", "MICROSOFT NETWORKS 3.0", "LANMAN1.0", "LM1.2X002", "Samba", "NT LANMAN 1.0", "NT LM 0.12",
  ]
  /// nmap waits six seconds, less in a hurry.
  private static let greetingTime = TimeSpan.seconds(2)
}
