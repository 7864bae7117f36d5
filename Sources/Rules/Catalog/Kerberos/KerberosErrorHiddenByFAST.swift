import Packets
import Protocols
import Transcripts

extension Rule {
  static let kerberosErrorHiddenByFAST = Rule(
    id: "kerberos-error-hidden-by-fast", severity: .info, phase: .kerberos, nature: .note,
    summary: "Encrypted armor hides the reason of a KDC's error.",
    explanation: "Request and answer are armored (FAST). The client may have received more details of the error than the recording shows.",
    whenBenign: "Always. Armoring is a protection.",
    howToVerify: "The log of the domain controller shows the error that the armor hides (events 4768 and 4769).",
    remedies: [.kdcSecurityLog], references: ["RFC 6113 5.4.4"],
    judge: .lookups { lookups, _ in
      KerberosFault.all(lookups, nil).compactMap { fault in
        guard fault.error.eData?.isArmored == true, let exchange = fault.exchange else { return nil }
        return Observation(
          .proven, "the KDC \(exchange.kdc.address) answers \(fault.error.errorCode), and FAST armor hides the details",
          evidence: [
            Evidence(fault.requestFrame, .client, "armored request"),
            Evidence(fault.frame, .server, "KRB-ERROR \(fault.error.errorCode), armored"),
          ].compactMap(\.self), connections: exchange.connection.map { [$0] } ?? [])
      }
    })
}
