import Packets
import Protocols
import Transcripts

extension Rule {
  static let kerberosResponseTooBig = Rule(
    id: "kerberos-response-too-big", severity: .error, phase: .kerberos, nature: .silence, needs: [.kerberosTraffic], supersededBySuccess: true,
    summary: "The KDC's answer does not fit into UDP, and the client gets no answer over TCP.",
    explanation: """
      The KDC told the client to ask again over TCP. That is normal, but the client then made no connection to TCP \
      port 88 of this KDC.
      """,
    whenBenign: "When an exchange over TCP follows at once. The answer is then part of a healthy logon, and smbdx does not report it.",
    howToVerify: "Test from the client whether TCP 88 of the KDC is open; a recording at the KDC shows whether the SYN arrives.",
    causes: ["a firewall lets UDP port 88 through, but not TCP port 88", "a client that cannot ask over TCP"],
    remedies: [.openPort88, .forceKerberosTCP], references: ["RFC 4120 7.2.1"],
    judge: .lookups { lookups, one in
      let left = Set((one?.connections ?? []).lazy.filter(\.leavesAfterNegotiate).map(\.id))
      // What came after each step, from the end: only what is needed of it.
      var isHelped = false
      var overTCP: [IPAddress: [KerberosExchange]] = [:]
      var observations: [Observation] = []
      for step in lookups.exchanges.reversed() {
        defer {
          isHelped = isHelped || step.isGranted || step.silence == .notCaptured
          if step.transport != .udp { overTCP[step.kdc.address] = [step] + (overTCP[step.kdc.address] ?? []).prefix(3) }
        }
        guard !isHelped, step.error?.errorCode == .responseTooBig, !step.isFollowed, let reply = step.reply else { continue }
        let overTCP = overTCP[step.kdc.address] ?? []
        let waited = overTCP.map { $0.start.time.since(reply.time) + $0.waited }.max() ?? step.waited
        // The connection came about, and what was lost is the request or the answer.
        guard !overTCP.contains(where: { $0.isSilent && $0.request != nil }) else { continue }
        let isBlocked = overTCP.contains { $0.isSilent }
        guard waited >= kdcTimeout || step.connection.map(left.contains) == true || isBlocked && overTCP.contains(where: \.isRefused) else { continue }
        observations.append(Observation(
          isBlocked ? .likely : .possible,
          isBlocked
            ? "the KDC \(step.kdc.address) wants to answer over TCP, but its TCP port 88 cannot be reached"
            : "the KDC \(step.kdc.address) wants to answer over TCP, but the client does not ask again",
          evidence: [Evidence(reply.number, .server, "KRB-ERROR \(step.error?.errorCode.description ?? "")")]
            + overTCP.prefix(4).flatMap(\.silenceEvidence),
          severity: step.request == nil && !isBlocked ? .info : nil, goal: Goal(), connections: step.connection.map { [$0] } ?? []))
      }
      return observations.reversed()
    })
}
