import Packets
import Protocols
import Transcripts

// Phrases and frames that many rules cite.

extension Evidence {
  /// nil when the capture does not have the frame.
  init?(_ frame: Int?, _ sender: Peer?, _ note: String) {
    guard let frame, frame > 0 else { return nil }
    self.init(frame, sender, note)
  }
}

/// `signed`, `unsigned`, or that the flag has no signature behind it.
func signed(_ stamp: MessageStamp?) -> String {
  guard let stamp else { return "not captured" }
  guard stamp.isSigned else { return "unsigned" }
  return stamp.hasZeroSignature ? "flagged as signed, signature all zero" : "signed"
}

/// `SMB 3.0.2, 3.0, 2.1`
func list(_ dialects: [SMB2Dialect]) -> String { dialects.map(\.description).joined(separator: ", ") }

/// `NEGOTIATE request: SMB 2.0.2, 2.1`
func negotiateRequest(offering dialects: [SMB2Dialect]) -> String {
  dialects.isEmpty ? "NEGOTIATE request without dialects" : "NEGOTIATE request: SMB \(list(dialects))"
}

extension Transcript {
  /// How the connection ended, as evidence; empty while it is open.
  var endEvidence: [Evidence] { ending.map { [evidence(of: $0)] } ?? [] }

  func evidence(of termination: Termination, after stamp: MessageStamp? = nil) -> Evidence {
    guard !termination.isUnseen else {
      return Evidence(
        termination.stamp.number, peer(termination.side).other, "confirms a FIN from the \(peer(termination.side).rawValue) that is missing from the capture",
        isEnd: true)
    }
    var note = termination.kind == .rst ? "RST" : "FIN"
    if let stamp, stamp.frame != termination.stamp.number {
      note += ", \(termination.stamp.time.since(stamp.time)) later"
    }
    return Evidence(termination.stamp.number, peer(termination.side), note, isEnd: true)
  }

  /// The NEGOTIATE frames and the exchange, for the rules about how Validate Negotiate ended.
  func evidence(of validation: Validation) -> [Evidence] {
    [
      Evidence(negotiation?.requestStamp?.frame, .client, "NEGOTIATE request"),
      Evidence(negotiation?.responseStamp?.frame, .server, "NEGOTIATE response, SMB \(dialect?.description ?? "?")"),
      Evidence(
        validation.requestStamp.frame, .client,
        validation.isRecognizedByForm
          ? "IOCTL request, the only signed one and as long as Validate Negotiate" : "VALIDATE_NEGOTIATE_INFO request, \(signed(validation.requestStamp))"),
      Evidence(
        validation.responseStamp?.frame, .server,
        "VALIDATE_NEGOTIATE_INFO response, \(signed(validation.responseStamp))"
          + (validation.status.map { $0 == .success ? "" : ", \($0)" } ?? "")),
    ].compactMap(\.self)
  }
}
