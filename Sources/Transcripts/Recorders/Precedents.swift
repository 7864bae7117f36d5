package import Packets
package import Protocols

/// A share that was connected without encryption, here or on another connection.
package struct ShareUse: Sendable, Codable {
  /// The answer that connected it, the nearest.
  package var frame: Int
  package var user: String?
  /// It was still connected when it was asked for again, or its connection had closed less than a few seconds before.
  package var isOpen: Bool
}

/// Two servers that answer at one address, by their ServerGuids (MS-SMB2 2.2.4).
package struct ServerChange: Sendable, Codable {
  /// Of the answer that is cited, and of the connection that cites it.
  package var there: GUID
  package var here: GUID

  /// nil where either has none, and where both are the same.
  init?(there: GUID?, here: GUID?) {
    guard let there, let here, there != here else { return nil }
    (self.there, self.here) = (there, here)
  }
}

/// Where the server let the same user in before.
package struct EarlierAnswer: Sendable, Codable {
  package var frame: Int
  /// Another server answers since.
  package var change: ServerChange?
  /// What the client called the server then (MsvAvTargetName).
  package var targetName: String?
}

/// Where a share was connected that was not found, on whatever connection.
package struct OtherConnect: Sendable, Codable {
  package var frame: Int
  /// From the refusal; negative for an earlier one.
  package var distance: TimeSpan
  /// Another server answered there.
  package var change: ServerChange?
  /// The server's name in the path that was connected.
  package var host: String?
  /// Who connected it.
  package var user: String?

  package var isLater: Bool { distance > .zero }
}

extension EarlierAnswer {
  package var isOfOtherServer: Bool { change != nil }
}

extension OtherConnect {
  package var isOfOtherServer: Bool { change != nil }
}

/// Logons with NTLM, of any user, that a server accepted shortly before it refused one, or shortly after.
package struct Admission: Sendable, Codable {
  /// The nearest one.
  package var frame: Int
  /// The nearest one with NTLMv1.
  package var version1Frame: Int?
  /// The nearest one whose session need not be encrypted.
  package var clearFrame: Int?
}

/// A ticket for the same service that the server accepted, from whomever.
package struct AcceptedTicket: Sendable, Codable {
  package var frame: Int
  package var user: String?
  /// Version of the service's key.
  package var kvno: UInt32?
}

/// What servers grant in the recording, on whatever connection: shares in clear (such a share demands no encryption, and a
/// user who has it open may use it), signatures of a client, logons and tickets.
final class Precedents {
  enum Limit {
    /// Grants of servers that are remembered, the last of each kind.
    static let grants = 32_768
    /// Clients and servers that are remembered.
    static let pairs = 16_384
  }

  /// A client that tries SMB1 behind SMB2 does so at once.
  private static let fallbackDelay = TimeSpan.seconds(5)
  /// No service is stopped and started in less, to answer one client and refuse the other.
  static let restartTime = TimeSpan.seconds(5)

  private struct Logon: Hashable {
    var hosts: HostPair
    var name: String
  }

  /// The last grant of each kind.
  private var granted: [Question: Grant] = [:]
  /// The connections that have shares open in clear.
  private var users: [ShareKey: ObjectIdentifier] = [:]
  /// Clients and servers that spoke SMB2 or later: the answer to NEGOTIATE of the last connection, and its last frame.
  private var speakers: [HostPair: (answer: Int, last: FrameStamp)] = [:]
  /// The last time that a user was let in with a password.
  private var logons: [Logon: (names: LogonNames, target: String?, frame: Int, server: GUID?)] = [:]
  let hindsight = Hindsight()
  private var notKept = 0
  /// Grants and refusals that were not kept for lack of room.
  var limitsReached: Int { notKept + hindsight.limitsReached }

  /// Takes an answer to this command: a share that was connected, refused or let go.
  func record(_ transcript: inout Transcript, after command: SMB2Command, of connection: ObjectIdentifier) {
    switch command {
    case .negotiate: recordSpeaker(transcript)
    case .sessionSetup: recordLogon(&transcript)
    case .treeConnect: recordTree(&transcript, of: connection)
    case .treeDisconnect, .logoff: close(transcript, connection) { $0.disconnectFrame != nil || command == .logoff }
    default: break
    }
  }

  private func grant(_ question: Question, _ grant: Grant) {
    if granted.count < Limit.grants || granted[question] != nil { granted[question] = grant } else { notKept += 1 }
    hindsight.answer(question, by: grant)
  }

  /// Writes what is known into the connection that was refused, or leaves the question open.
  ///
  /// - Parameter span: for what holds only for a while.
  private func consult(_ question: Question, about refusal: FrameStamp, _ transcript: inout Transcript, within span: TimeSpan? = nil) {
    let one = OpenQuestion(question: question, stamp: refusal)
    if let known = granted[question], span.map({ refusal.time.since(known.stamp.time) <= $0 }) ?? true {
      transcript.record(known, for: one)
    } else {
      hindsight.ask(one, &transcript)
    }
  }

  // MARK: Logons

  private func recordLogon(_ transcript: inout Transcript) {
    guard let index = transcript.sessions.indices.last(where: { transcript.sessions[$0].replyStamp != nil }),
      let reply = transcript.sessions[index].replyStamp,
      transcript.sessions[index].isEstablished || reply.status != .moreProcessingRequired
    else { return }
    switch transcript.sessions[index].identity.mechanism {
    case .ntlm: recordPassword(&transcript, index, reply)
    case .kerberos: recordTicket(&transcript, index, reply)
    default: break
    }
  }

  private func recordPassword(_ transcript: inout Transcript, _ index: Int, _ reply: MessageStamp) {
    let session = transcript.sessions[index]
    let server = transcript.server.address
    if let names = session.logonNames, case let name = names.user.withoutRealm, !name.isEmpty {
      let key = Logon(hosts: transcript.hosts, name: name)
      if session.isEstablished, !session.hasNoKey {
        if logons.count < Limit.pairs || logons[key] != nil { logons[key] = (names, session.ntlm?.targetName, reply.frame, transcript.serverGUID) } else { notKept += 1 }
        let grant = Grant(stamp: reply.frameStamp, client: transcript.client.address)
        self.grant(.admission(server), grant)
        if session.ntlm?.isVersion1 == true { self.grant(.version1(server), grant) }
        if !session.flags.contains(.encryptData) { self.grant(.clearAdmission(server), grant) }
      } else if reply.status?.isError == true, let known = logons[key], Account(known.names).isSame(as: Account(names)) {
        transcript.sessions[index].rarities.value.acceptedBefore = EarlierAnswer(
          frame: known.frame, change: ServerChange(there: known.server, here: transcript.serverGUID), targetName: known.target)
      }
    }
    // Grants of a while ago prove nothing about now.
    guard !session.isEstablished, reply.status?.isError == true else { return }
    consult(.admission(server), about: reply.frameStamp, &transcript, within: Hindsight.span)
    consult(.clearAdmission(server), about: reply.frameStamp, &transcript, within: Hindsight.span)
    if session.ntlm?.isVersion1 == true { consult(.version1(server), about: reply.frameStamp, &transcript, within: Hindsight.span) }
  }

  private func recordTicket(_ transcript: inout Transcript, _ index: Int, _ reply: MessageStamp) {
    let session = transcript.sessions[index]
    guard let service = session.identity.service else { return }
    let keys = session.identity.ticketKeys
    let key = TicketKey(server: transcript.server.address, service: service.lowercased(), etype: keys?.ticketEtype)
    if session.isEstablished {
      grant(
        .ticket(key), Grant(stamp: reply.frameStamp, client: transcript.client.address, user: session.identity.user, kvno: keys?.kvno))
    } else if reply.status?.isError == true {
      consult(.ticket(key), about: reply.frameStamp, &transcript, within: Hindsight.span)
    }
  }

  // MARK: Shares

  private func recordTree(_ transcript: inout Transcript, of connection: ObjectIdentifier) {
    guard let index = transcript.trees.indices.last(where: { transcript.trees[$0].replyStamp != nil }),
      let reply = transcript.trees[index].replyStamp?.frameStamp
    else { return }
    recordSigner(&transcript, index, reply)
    let tree = transcript.trees[index]
    guard !tree.isPipeShare else { return }
    let key = ShareKey(server: transcript.server.address, share: tree.share.lowercased())
    if tree.isConnected {
      let session = transcript.session(of: tree)
      let grant = Grant(
        stamp: reply, client: transcript.client.address, server: transcript.serverGUID, user: session?.identity.user, host: tree.host)
      self.grant(.share(key), grant)
      guard let response = tree.response, !response.shareFlags.contains(.encryptData), session?.flags.contains(.encryptData) != true,
        transcript.traffic.encryptedMessages + transcript.traffic.decryptedMessages == 0
      else { return }
      self.grant(.clearShare(key), grant)
      if users.count < Limit.grants || users[key] != nil { users[key] = connection } else { notKept += 1 }
    } else if tree.replyStamp?.status == .accessDenied {
      consult(.clearShare(key), about: reply, &transcript)
    } else if tree.replyStamp?.status == .badNetworkName {
      consult(.share(key), about: reply, &transcript)
    }
  }

  private func recordSigner(_ transcript: inout Transcript, _ index: Int, _ reply: FrameStamp) {
    let tree = transcript.trees[index]
    guard tree.requestStamp.isSigned, transcript.dialect == .smb311 else { return }
    let question = Question.signature(transcript.hosts)
    if tree.replyStamp?.status == .accessDenied {
      consult(question, about: reply, &transcript)
    } else if tree.isConnected, granted[question] == nil {
      grant(question, Grant(stamp: reply, client: transcript.client.address))
    }
  }

  private func close(_ transcript: Transcript, _ connection: ObjectIdentifier, _ isClosed: (Tree) -> Bool) {
    guard !users.isEmpty else { return }
    for tree in transcript.trees where tree.isConnected && isClosed(tree) {
      let key = ShareKey(server: transcript.server.address, share: tree.share.lowercased())
      guard users[key] == connection else { continue }
      users[key] = nil
      granted[.clearShare(key)]?.isOpen = false
    }
  }

  // MARK: Connections

  /// The connection is over.
  func end(_ transcript: inout Transcript, _ connection: ObjectIdentifier) {
    close(transcript, connection) { _ in true }
    if transcript.isSMB1 {
      // smbclient -L asks once more in SMB1, for names that SMB2 does not have. Who offers both asks for the share itself.
      guard let last = speakers[transcript.hosts], transcript.firstFrame.time.since(last.last.time) <= Self.fallbackDelay,
        transcript.smb1?.request?.offersSMB2 != true
      else { return }
      transcript.rarities.value.hasSpokenSMB2 = true
    } else if let syn = transcript.handshake.syn, transcript.handshake.synAck == nil {
      recordAnswers(&transcript, syn, lastTry: transcript.handshake.lastTry ?? syn)
    } else if transcript.negotiation != nil, transcript.negotiation?.response == nil, transcript.traffic.responses == 0, transcript.ending != nil {
      consult(.smb2(transcript.server.address), about: transcript.lastFrame, &transcript)
    } else if transcript.negotiation?.response != nil || transcript.traffic.responses > 0, speakers.count < Limit.pairs || speakers[transcript.hosts] != nil {
      speakers[transcript.hosts] = (transcript.negotiation?.responseStamp?.frame ?? transcript.firstFrame.number, transcript.lastFrame)
    }
  }

  /// What the server answered before a SYN that it does not answer, meanwhile, and afterwards.
  private func recordAnswers(_ transcript: inout Transcript, _ syn: FrameStamp, lastTry: FrameStamp) {
    let refusal: FrameStamp? = if case .refused(let reset)? = transcript.openingFailure { reset.stamp } else { nil }
    let host = transcript.server.address
    if let refusal {
      grant(.host(host), Grant(stamp: refusal, client: transcript.client.address))
    } else {
      consult(.host(host), about: lastTry, &transcript, within: Hindsight.span)
    }
    let question = Question.port(transcript.server.address)
    if let known = granted[question],
      refusal == nil ? known.stamp.number > syn.number : known.client != transcript.client.address,
      // A server that has just started proves nothing about the time before.
      known.stamp.time.since(lastTry.time).magnitude <= (refusal == nil ? End.timeout : Self.restartTime)
    {
      transcript.rarities.value.answersOthers = known.stamp
    } else if let refusal {
      hindsight.ask(OpenQuestion(question: question, stamp: refusal), &transcript)
    }
    guard let known = speakers[transcript.hosts] else { return }
    if known.last.number < syn.number {
      transcript.rarities.value.answeredBefore = known.last
    } else if known.answer < syn.number, known.last.time > lastTry.time {
      transcript.rarities.value.answersOthers = known.last
    }
  }

  /// A connection that is still open has no last frame yet.
  private func recordSpeaker(_ transcript: Transcript) {
    guard let answer = transcript.negotiation?.responseStamp else { return }
    let hosts = transcript.hosts
    let grant = Grant(stamp: answer.frameStamp, client: hosts.client)
    for question in [Question.port(hosts.server), .smb2(hosts.server), .host(hosts.server)] { self.grant(question, grant) }
    guard speakers[hosts] == nil else { return }
    if speakers.count < Limit.pairs { speakers[hosts] = (answer.frame, answer.frameStamp) } else { notKept += 1 }
  }
}

extension Transcript {
  fileprivate var hosts: HostPair { HostPair(client: client.address, server: server.address) }
}
