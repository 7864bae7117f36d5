import Protocols
import Transcripts

/// STATUS_USER_SESSION_DELETED, held against the SessionIds that the server granted on this connection.
enum LostSession {
  /// The request carries SessionId 0, although the server had given another.
  case zeroSent(granted: UInt64, frame: Int)
  /// It was given on this connection, and the client had logged off from it.
  case loggedOff(frame: Int)
  /// It was given on this connection, and a later logon there replaced it (PreviousSessionId).
  case replaced(frame: Int)
  /// It was never given on this connection.
  ///
  /// - Parameter granted: the one that was, a moment before.
  case neverHere(UInt64, granted: (id: UInt64, frame: Int)?)
  /// It was given on this connection, and not ended there.
  case endedByServer

  init(_ strayed: StrayedLeg) {
    self =
      strayed.sent == 0
      ? .zeroSent(granted: strayed.granted, frame: strayed.frame)
      : .neverHere(strayed.sent, granted: (strayed.granted, strayed.frame))
  }

  /// The client alone is at fault: it sends an identifier that it cannot expect to be right.
  var isByClient: Bool {
    switch self {
    case .zeroSent, .loggedOff, .replaced, .neverHere(_, .some): true
    case .neverHere, .endedByServer: false
    }
  }

  /// What the server granted, or the client gave up.
  var evidence: [Evidence] {
    switch self {
    case .zeroSent(let granted, let frame): [Evidence(frame, .server, "SESSION_SETUP response: the session \(hexadecimal(granted)) is granted")].compactMap(\.self)
    case .loggedOff(let frame): [Evidence(frame, .client, "LOGOFF request")].compactMap(\.self)
    case .replaced(let frame): [Evidence(frame, .client, "SESSION_SETUP request with this session as PreviousSessionId")].compactMap(\.self)
    case .neverHere(_, let granted?): [Evidence(granted.frame, .server, "SESSION_SETUP response: the session \(hexadecimal(granted.id)) is granted")].compactMap(\.self)
    case .neverHere, .endedByServer: []
    }
  }

  var note: String {
    switch self {
    case .zeroSent(let granted, let frame):
      ": the client sends SessionId 0, although the server gave it \(hexadecimal(granted)) in frame \(frame)"
    case .loggedOff(let frame): ": the client logged off from that session in frame \(frame)"
    case .replaced(let frame): ": the client replaced that session by a new one in frame \(frame)"
    case .neverHere(let id, let granted):
      ": the session \(hexadecimal(id)) was never granted on this connection" + (granted.map { ", \(hexadecimal($0.id)) was" } ?? "")
    case .endedByServer: ": the server has ended the session that it granted on this connection"
    }
  }

  var causes: [String] {
    switch self {
    case .zeroSent: ["a fault in the client's software: it does not use the SessionId of the server's answer"]
    case .loggedOff, .replaced: ["a fault in the client's software: it continues a session that it ended itself"]
    case .neverHere(_, .some): [
      "a fault in the client's software: it sends another SessionId than the server has just given it",
      "a load balancer or a failover in the middle of the connection",
    ]
    case .neverHere: [
      "the client continues a session of another connection, but a load balancer or a failover sent this connection to another server",
      "the server was restarted, and the client continues its old session",
    ]
    case .endedByServer: [
      "the server ended the session: it was restarted, reached an idle limit, or an administrator closed it",
      "the client replaced the session from another connection (PreviousSessionId)",
    ]
    }
  }

  var remedies: [Remedy] {
    switch self {
    case .zeroSent, .loggedOff, .replaced, .neverHere(_, .some): [.patchClient, .clientLogs]
    case .neverHere: [.loadBalancer, .serverLogs]
    case .endedByServer: [.serverLogs, .idleLimits, .loadBalancer]
    }
  }
}

extension Transcript {
  /// - Parameters:
  ///   - frame: the answer that says so; what the client did behind it is no reason.
  ///   - refused: the session whose set-up was refused so, which was not granted.
  func lostSession(_ id: UInt64, at frame: Int, except refused: Session? = nil) -> LostSession {
    if let strayed = refused?.strayedLeg { return LostSession(strayed) }
    // The challenge gives the id that the next leg has to bear: 3.3.5.5.
    let granted = sessions.filter { $0.id != 0 && ($0.isEstablished || $0.replyStamp?.status == .moreProcessingRequired) }
    if id == 0, let last = granted.last { return .zeroSent(granted: last.id, frame: last.establishedFrame ?? last.replyStamp?.frame ?? 0) }
    if let refused, refused.legs > 1, refused.id == id { return .endedByServer }
    guard let own = granted.last(where: { $0.id == id && $0.requestStamp.frame != refused?.requestStamp.frame }) else {
      return visibility.startsMidstream ? .endedByServer : .neverHere(id, granted: granted.last.map { ($0.id, $0.establishedFrame ?? $0.replyStamp?.frame ?? 0) })
    }
    if let replacement = sessions.first(where: { $0.previousID == own.id && $0.id != own.id && $0.isEstablished && $0.requestStamp.frame < frame }) {
      return .replaced(frame: replacement.requestStamp.frame)
    }
    guard let logoff = own.logoffFrame, logoff < frame else { return .endedByServer }
    return .loggedOff(frame: logoff)
  }
}
