import Packets
import Transcripts

extension Rule {
  static let tcpHostSweep = Rule(
    id: "tcp-host-sweep",
    severity: .info,
    phase: .transport,
    nature: .note,
    summary: "One client knocks at many hosts and speaks SMB with hardly any of them.",
    explanation: """
      The client opened connections to the SMB port of many addresses. Most of them do not answer or refuse, and the \
      client speaks SMB with few or none of the others. A user who wants a share goes to one server, or to a few; this is \
      a program that looks for hosts. So each refusal is no failure by itself, and all of them together are one fact.

      Look first who the client is. A scanner of your own is expected there; a workstation is not.
      """,
    harmless: """
      Scanners for vulnerabilities or inventory, and monitoring. A server that the client looked up by its name, spoke \
      SMB with, or came back to again and again is not counted: its silence is reported by itself.
      """,
    confirmation: "Find the program on the client: “netstat -abno” on Windows or “ss -tnp” on Linux lists it while it knocks.",
    causes: [
      "a scanner for vulnerabilities, inventory or monitoring",
      "malware that looks for further hosts through SMB",
      "a client whose firewall or VPN drops all SMB, with many servers to go to",
    ],
    remedies: [
      Remedy("Find out who runs the client and which program knocks. When it is no scanner of yours, take the client off the network and examine it."),
    ],
    references: ["RFC 9293 3.5"],
    judge: .capture { facts in
      facts.sweeps.map { sweep in
        let results = [
          sweep.silent > 0 ? "\(sweep.silent) silent" : nil, sweep.refusing > 0 ? "\(sweep.refusing) refusing" : nil,
          sweep.others > 0 ? "\(sweep.others) open or otherwise" : nil,
        ].compactMap(\.self)
        let span = sweep.last.frame.time.since(sweep.first.frame.time)
        return Observation(
          .likely,
          "\(sweep.client) knocks at \(counted(sweep.hosts, "host")) in \(span) and says nothing: \(results.joined(separator: ", "))",
          evidence: [
            Evidence(sweep.first.frame.number, .client, "the first SYN, to \(sweep.first.server)"),
            Evidence(sweep.last.frame.number, .client, "the last one, to \(sweep.last.server)"),
          ])
      }
    })
}
