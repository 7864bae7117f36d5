import Diagnosis
import Packets
import Rules
import Transcripts

/// `10.77.0.10`, `10.77.0.10 (scanner)`
private func end(_ address: String, _ name: String?) -> String {
  name.map { "\(address) (\(Escaping.clipped($0)))" } ?? address
}

extension DiagnosedConnection {
  var clientText: String { end("\(client)", clientName) }
  var serverText: String { end("\(server)", serverName) }
  var endsText: String { "\(clientText) → \(serverText)" }

  /// `LAB\alice (Kerberos)`, `anonymous (NTLM)`
  var identityText: String? {
    guard let identity, let mechanism = identity.mechanism else { return nil }
    let name =
      switch mechanism {
      case .kerberos: "Kerberos"
      case .ntlm: "NTLM"
      case .other: "other mechanism"
      }
    if identity.isAnonymous { return "anonymous (\(name))" }
    guard let user = identity.user, !user.isEmpty else { return "(\(name))" }
    let domain = identity.domain.map { $0.isEmpty ? "" : Escaping.clipped($0) + "\\" } ?? ""
    return "\(domain)\(Escaping.clipped(user)) (\(name)\(isGuest ? ", as guest" : ""))"
  }

  /// `\\fs01\data and 2 more`; nil when none was asked for.
  var shareText: String? {
    // IPC$ says nothing of what was wanted.
    let wanted = shares.filter { !$0.uppercased().hasSuffix("\\IPC$") }
    guard let share = wanted.first ?? shares.first else { return nil }
    let more = max(0, wanted.count + sharesNotKept - 1)
    return Escaping.clipped(share) + (more > 0 ? " and \(more) more" : "")
  }

  /// `SMB 3.0.2`, `SMB1 (NT LM 0.12)`; nil when nothing tells.
  var dialectText: String? {
    let isSMB1 = dialectFamily == "smb1"
    guard let dialect else { return isSMB1 ? "SMB1" : nil }
    return isSMB1 ? "SMB1 (\(Escaping.clipped(dialect)))" : "SMB \(dialect)"
  }

  /// `✓ TCP  ? Negotiate`
  var stageText: String {
    stageOutcomes.filter { $0.1 != .notApplicable }.map { "\($0.1.symbol) \($0.0.shortName)" }.joined(separator: "  ")
  }

  /// Where it is in the capture, and how it ended.
  var placeText: String {
    var text = "connection \(id), "
    if let tcpStream { text += "tcp.stream \(tcpStream), " }
    text += "frames \(firstFrame) to \(lastFrame)"
    if let ending {
      text += "; ended by the \(ending.peer.rawValue) (\(ending.kind.rawValue.uppercased()), frame \(ending.frame))"
    }
    return text
  }

  /// `client: Linux cifs.ko (likely), server: Samba 4.x (likely)`; empty when neither is known.
  var peersText: String { Peers(brief.peerTraits).lines.joined(separator: ", ") }
}

extension DiagnosedCase {
  /// `10.77.0.10 → 10.77.0.20 (fs01)`: with the user's names, or the one that the client uses.
  var endsText: String { "\(end("\(client)", clientName)) → \(end("\(server)", serverName ?? serverNames.first))" }

  /// `3 failed, 2 of them made up for by a later attempt`; nil when none failed.
  private var failures: String? {
    guard !superseded.isEmpty else { return nil }
    return outcome == .failed
      ? "\(grouped(superseded.count)) superseded by another" : "\(grouped(superseded.count)) failed before another succeeded"
  }

  /// `10.77.0.10 → 10.77.0.20 (fs01): 3 connections of one attempt, 1 failed before another succeeded`
  var headline: String {
    var text = endsText
    text += ": \(counted(connections.count, "connection")) of one attempt"
    if let failures { text += ", \(failures)" }
    return text
  }
}
