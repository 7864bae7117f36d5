import Packets
import Protocols
import Transcripts

/// A host that has the name answers at once, and clients give up after a few tries within a second.
private let patience = TimeSpan.milliseconds(250)

extension Rule {
  static let netBIOSNameUnanswered = Rule(
    id: "netbios-name-unanswered", severity: .error, phase: .transport, nature: .silence, supersededBySuccess: true,
    summary: "No host answers for the NetBIOS name that the client looks for.",
    explanation: """
      The client asks for a file server by its NetBIOS name (UDP port 137), all hosts of its network or a WINS server, and \
      none of them answers. It has no address then, and cannot open a connection. A broadcast does not reach other networks. Most \
      current servers answer no such question, and need DNS.
      """,
    whenBenign: "When DNS knows the name, or the client uses SMB with another server. smbdx then reports nothing.",
    howToVerify: "Ask by hand from the client: nmblookup NAME on Linux, nbtstat -a NAME on Windows. Then ask DNS for the same name.",
    causes: [
      "the server is down, or the name is mistyped",
      "the server has no NetBIOS over TCP/IP (nmbd on Samba), or is in another network, which no broadcast reaches",
      "the client has a wrong WINS server, or none",
    ],
    remedies: [.useDNSName, .netBIOSService], references: ["RFC 1002 4.2.12"],
    judge: .lookups { lookups, one in
      guard one == nil, !lookups.areBesideSMB else { return [] }
      let addresses = lookups.names.filter(\.type.isAddress)
      return lookups.names.compactMap { lookup in
        // What DNS says of the name is told by another rule.
        guard lookup.type == .netBIOS, lookup.isInVain, !addresses.contains(where: { isSameHost($0.name, lookup.name) }),
          !lookups.names.contains(where: {
            $0.client == lookup.client && $0.start.number > lookup.start.number && !$0.addresses.isEmpty
              && $0.start.time.since(lookup.start.time) <= lookup.waited + Case.timeout
          })
        else { return nil }
        let server = "the WINS server \(lookup.resolver.address)"
        let silence = lookup.isBroadcast ? "no host of its network answers" : "\(server) does not answer"
        return Observation(
          lookup.isAnswered || lookup.tries >= 3 ? .likely : .possible,
          lookup.isAnswered
            ? "\(server) does not know the NetBIOS name \(lookup.name.uppercased()); no connection follows"
            : "the client asks for the NetBIOS name \(lookup.name.uppercased()), and \(silence); no connection follows",
          evidence: [
            Evidence(
              lookup.start.number, .client,
              "NetBIOS name query for \(lookup.name.uppercased())<20>, sent \(lookup.tries == 1 ? "once" : "\(lookup.tries) times")" + (lookup.isAnswered ? "" : ", no answer")),
            Evidence(lookup.answer?.number, .server, "NetBIOS: \(lookup.responseCode?.description ?? "")"),
          ].compactMap(\.self), severity: .warning, goal: Goal(.answer))
      }
    })
}

extension NameLookup {
  fileprivate var isInVain: Bool { isAnswered ? addresses.isEmpty && !isBroadcast : waited >= patience }

  /// RFC 1002 4.2.12: sent to all. The last byte is right for nearly all networks.
  fileprivate var isBroadcast: Bool { resolver.address.low & 0xff == 0xff }
}

extension Remedy {
  fileprivate static let useDNSName = Remedy(
    "Use the full DNS name of the server, or its address. In a domain every server has a record in DNS:", command: "nslookup NAME")
  fileprivate static let netBIOSService = Remedy(
    "If the network is to use NetBIOS names, check that the server answers them. On Samba that is nmbd (on Windows: NetBIOS over TCP/IP in the settings of the network card):",
    command: "systemctl status nmbd")
}
