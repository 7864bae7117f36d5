import Packets
import Transcripts

extension Rule {
  static let tcpHostSweep = Rule(
    id: "tcp-host-sweep",
    severity: .info,
    phase: .transport,
    nature: .note,
    summary: "One client probes many hosts and uses SMB with few or none of them.",
    explanation: """
      The client opened connections to the SMB port of many addresses. Most of them do not answer or refuse, and the \
      client uses SMB with few or none of the others. A user who wants a share connects to one server or a few. This \
      is a program that looks for hosts. So smbdx does not count each refusal as a failure, but reports all of them \
      together.

      First find out which computer the client is. Your own scanner may do this, a workstation should not.
      """,
    whenBenign: """
      When the client is a scanner for vulnerabilities or inventory, or monitoring. smbdx does not count servers \
      that the client looked up by name, used SMB with, or returned to again and again: it reports their silence \
      separately.
      """,
    howToVerify: "Find the program on the client: “netstat -abno” on Windows or “ss -tnp” on Linux lists it while it probes.",
    causes: [
      "a scanner for vulnerabilities, inventory or monitoring",
      "malware that looks for further hosts through SMB",
      "a client with many servers, whose firewall or VPN drops all SMB",
    ],
    remedies: [
      Remedy("Find out who runs the client and which program probes the hosts. If it is not your own scanner, disconnect the client from the network and examine it."),
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
          "\(sweep.client) probes \(counted(sweep.hosts, "host")) in \(span): \(results.joined(separator: ", "))",
          evidence: [
            Evidence(sweep.first.frame.number, .client, "the first SYN, to \(sweep.first.server)"),
            Evidence(sweep.last.frame.number, .client, "the last one, to \(sweep.last.server)"),
          ])
      }
    })
}
