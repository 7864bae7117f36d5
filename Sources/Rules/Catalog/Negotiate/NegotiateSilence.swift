import Packets
import Protocols
import Transcripts

/// NEGOTIATE without an answer.
extension Rule {
  static var unreachedCauses: [String] {
    [
      "the path is broken: the request did not reach the server, or its acknowledgment did not come back",
      "a firewall accepts TCP connections and drops what follows", "the server went down",
    ]
  }
}

extension Transcript {
  /// When the server's TCP confirmed the request.
  func confirmation(of asked: FrameStamp) -> FrameStamp? {
    guard let confirmed = lastRequestConfirmed, confirmed.number > asked.number,
      confirmed.number < ending?.stamp.number ?? .max
    else { return nil }
    return confirmed
  }

  func evidence(ofUnanswered asked: FrameStamp?) -> [Evidence] {
    guard let asked else { return evidenceOfEnd }
    let offered = negotiation?.offered ?? []
    let offer =
      offered.isEmpty ? smb1?.request.map { ": " + $0.dialects.joined(separator: ", ") } ?? "" : ": SMB \(list(offered))"
    var evidence = [Evidence(asked.number, .client, "NEGOTIATE request\(offer)")]
    if let confirmed = confirmation(of: asked) {
      evidence.append(
        Evidence(confirmed.number, .server, "TCP acknowledges it, \(confirmed.time.since(asked.time)) later"))
    }
    return evidence + evidenceOfEnd
  }
}
