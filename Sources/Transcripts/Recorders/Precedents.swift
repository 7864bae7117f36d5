import Packets
import Protocols

/// A share that was connected without encryption, here or on another connection.
package struct ShareUse: Sendable, Codable {
  /// The answer that connected it last.
  package var frame: Int
  package var user: String?
  /// It was still connected when it was asked for again, or its connection had closed less than a few seconds before.
  package var isOpen: Bool
}

/// An answer of earlier in the recording, from the same address.
package struct EarlierAnswer: Sendable, Codable {
  package var frame: Int
  /// The server calls itself by another ServerGuid since: MS-SMB2 2.2.4.
  package var isOfOtherServer: Bool
  /// The server's name in the path that was connected.
  package var host: String?
}

/// Logons with NTLM that a server accepted earlier in the recording, of any user.
package struct EarlierAdmission: Sendable, Codable {
  /// The last one.
  package var frame: Int
  var time: Timestamp
  /// The last one with NTLMv1.
  package var version1Frame: Int?
  /// The last one whose session need not be encrypted.
  package var clearFrame: Int?
}

/// What servers granted earlier in the recording, on whatever connection: shares in clear (such a share demands no
/// encryption, and a user who has it open may use it), signatures of a client, and logons.
final class Precedents {
  /// Shares remembered; more than a recording of one network has.
  private static let limit = 4096
  /// Clients and servers remembered.
  private static let pairLimit = 16_384
  /// A client that tries SMB1 behind SMB2 does so at once.
  private static let fallbackDelay = TimeSpan.seconds(5)
  /// No service is stopped and started in less, to answer one client and refuse the other.
  private static let restartTime = TimeSpan.seconds(5)

  private struct Key: Hashable {
    var server: IPAddress
    var share: String
  }

  private struct Logon: Hashable {
    var hosts: HostPair
    var name: String
  }

  private struct Entry {
    var use: ShareUse
    /// The connection that has it open.
    var connection: ObjectIdentifier
  }

  private var uses: [Key: Entry] = [:]
  /// The last answer that connected a share, and the ServerGuid of who gave it.
  private var connected: [Key: (frame: Int, server: GUID?, host: String?)] = [:]
  /// The first share that a signed request connected on SMB 3.1.1, by client and server: the frame of the answer.
  private var signers: [HostPair: Int] = [:]
  /// Clients and servers that spoke SMB2 or later: the answer to NEGOTIATE of the last connection, and its last frame.
  private var speakers: [HostPair: (answer: Int, last: FrameStamp)] = [:]
  /// The last answer to NEGOTIATE of each server, whoever asked.
  private var answers: [IPAddress: (stamp: FrameStamp, client: IPAddress)] = [:]
  /// By server.
  private var admissions: [IPAddress: EarlierAdmission] = [:]
  /// The last time that a user was let in with a password.
  private var logons: [Logon: (account: Account, frame: Int, server: GUID?)] = [:]

  /// nil where the server has none.
  private static func guid(_ transcript: Transcript) -> GUID? {
    transcript.negotiation?.response?.serverGUID.isZero == false ? transcript.negotiation?.response?.serverGUID : nil
  }

  private static func isOther(_ known: GUID?, _ transcript: Transcript) -> Bool {
    guard let known, let now = guid(transcript) else { return false }
    return known != now
  }

  private static func key(_ tree: Tree, _ transcript: Transcript) -> Key {
    Key(server: transcript.server.address, share: tree.share.lowercased())
  }

  /// Takes an answer to this command: a share that was connected, refused or let go.
  func record(_ transcript: inout Transcript, after command: SMB2Command, of connection: ObjectIdentifier) {
    switch command {
    case .negotiate: recordSpeaker(transcript)
    case .sessionSetup:
      recordLogon(&transcript)
      recall(&transcript)
    case .treeConnect: recordLastAnswer(&transcript, of: connection)
    case .treeDisconnect, .logoff: close(transcript, connection) { $0.disconnectFrame != nil || command == .logoff }
    default: break
    }
  }

  private func recordLogon(_ transcript: inout Transcript) {
    guard let index = transcript.sessions.indices.last(where: { transcript.sessions[$0].replyStamp != nil }),
      let reply = transcript.sessions[index].replyStamp,
      transcript.sessions[index].isEstablished || reply.status != .moreProcessingRequired,
      transcript.sessions[index].identity.mechanism == .ntlm, let account = transcript.sessions[index].account, !account.name.isEmpty
    else { return }
    let key = Logon(hosts: transcript.hosts, name: account.name)
    if transcript.sessions[index].isEstablished, !transcript.sessions[index].hasNoKey {
      if logons.count < Self.pairLimit || logons[key] != nil { logons[key] = (account, reply.frame, Self.guid(transcript)) }
      recordAdmission(to: key.hosts.server, reply.frameStamp, transcript.sessions[index])
    } else if reply.status?.isError == true {
      if let known = logons[key], known.account.isSame(as: account) {
        transcript.sessions[index].rarities.value.acceptedBefore = EarlierAnswer(
          frame: known.frame, isOfOtherServer: Self.isOther(known.server, transcript))
      }
    }
  }

  private func recordAdmission(to server: IPAddress, _ stamp: FrameStamp, _ session: Session) {
    guard admissions.count < Self.limit || admissions[server] != nil else { return }
    let known = admissions[server]
    admissions[server] = EarlierAdmission(
      frame: stamp.number, time: stamp.time, version1Frame: session.ntlm?.isVersion1 == true ? stamp.number : known?.version1Frame,
      clearFrame: session.flags.contains(.encryptData) ? known?.clearFrame : stamp.number)
  }

  /// What others were granted a while ago says nothing of now.
  private func recall(_ transcript: inout Transcript) {
    guard let index = transcript.sessions.indices.last, transcript.sessions[index].identity.mechanism == .ntlm,
      let refused = transcript.sessions[index].replyStamp, refused.status?.isError == true, refused.status != .moreProcessingRequired,
      let known = admissions[transcript.hosts.server], refused.time.since(known.time) <= Case.timeout
    else { return }
    transcript.sessions[index].rarities.value.admittedOthers = known
  }

  /// The connection is over.
  func end(_ transcript: inout Transcript, _ connection: ObjectIdentifier) {
    close(transcript, connection) { _ in true }
    if transcript.isSMB1 {
      // smbclient -L asks once more in SMB1, for names that SMB2 does not have. Who offers both asks for the share itself.
      guard let last = speakers[transcript.hosts], transcript.firstFrame.time.since(last.last.time) <= Self.fallbackDelay,
        transcript.smb1?.request?.offersSMB2 != true
      else { return }
      transcript.rarities.value.hasSpokenSMB2 = true
    } else if transcript.handshake.synAckFrame == 0, transcript.handshake.synFrame > 0 {
      recordAnswers(&transcript)
    } else if transcript.negotiation?.response != nil || transcript.traffic.responses > 0, speakers.count < Self.pairLimit || speakers[transcript.hosts] != nil {
      speakers[transcript.hosts] = (transcript.negotiation?.responseStamp?.frame ?? transcript.firstFrame.number, transcript.lastFrame)
    }
  }

  /// What the server answered before a SYN that it does not answer, and meanwhile.
  private func recordAnswers(_ transcript: inout Transcript) {
    let handshake = transcript.handshake
    let isRefused = if case .refused? = transcript.openingFailure { true } else { false }
    if let (answer, client) = answers[transcript.server.address],
      isRefused ? client != transcript.client.address : answer.number > handshake.synFrame,
      // A server that has just started proves nothing about the time before.
      answer.time.since(handshake.lastTryTime).magnitude <= (isRefused ? Self.restartTime : End.timeout)
    {
      transcript.rarities.value.answersOthers = answer
    }
    guard let known = speakers[transcript.hosts] else { return }
    if known.last.number < handshake.synFrame {
      transcript.rarities.value.answeredBefore = known.last
    } else if known.answer < handshake.synFrame, known.last.time > handshake.lastTryTime {
      transcript.rarities.value.answersOthers = known.last
    }
  }

  /// A connection that is still open has no last frame yet.
  private func recordSpeaker(_ transcript: Transcript) {
    guard let answer = transcript.negotiation?.responseStamp else { return }
    let hosts = transcript.hosts
    if answers.count < Self.pairLimit || answers[hosts.server] != nil { answers[hosts.server] = (answer.frameStamp, hosts.client) }
    if speakers.count < Self.pairLimit, speakers[hosts] == nil { speakers[hosts] = (answer.frame, answer.frameStamp) }
  }

  private func recordLastAnswer(_ transcript: inout Transcript, of connection: ObjectIdentifier) {
    guard let index = transcript.trees.indices.last(where: { transcript.trees[$0].replyStamp != nil }) else { return }
    recordSigner(&transcript, index)
    guard !transcript.trees[index].isPipeShare else { return }
    let tree = transcript.trees[index]
    let key = Self.key(tree, transcript)
    recordConnected(&transcript, index, key)
    if tree.replyStamp?.status == .accessDenied {
      guard let known = uses[key] else { return }
      transcript.trees[index].rarities.value.useInClear = known.use
    } else if tree.isConnected, let response = tree.response, let frame = tree.replyStamp?.frame,
      uses.count < Self.limit || uses[key] != nil
    {
      let session = transcript.sessions.last { $0.id == tree.sessionID }
      guard !response.shareFlags.contains(.encryptData), session?.flags.contains(.encryptData) != true,
        transcript.traffic.encryptedMessages + transcript.traffic.decryptedMessages == 0
      else { return }
      uses[key] = Entry(use: ShareUse(frame: frame, user: session?.identity.user, isOpen: true), connection: connection)
    }
  }

  private func recordConnected(_ transcript: inout Transcript, _ index: Int, _ key: Key) {
    let tree = transcript.trees[index]
    if tree.isConnected, let frame = tree.replyStamp?.frame {
      if connected.count < Self.limit || connected[key] != nil { connected[key] = (frame, Self.guid(transcript), tree.host) }
    } else if tree.replyStamp?.status == .badNetworkName, let known = connected[key] {
      transcript.trees[index].rarities.value.connectedBefore = EarlierAnswer(
        frame: known.frame, isOfOtherServer: Self.isOther(known.server, transcript), host: known.host)
    }
  }

  private func recordSigner(_ transcript: inout Transcript, _ index: Int) {
    let tree = transcript.trees[index]
    guard tree.requestStamp.isSigned, transcript.dialect == .smb311, let frame = tree.replyStamp?.frame else { return }
    let pair = transcript.hosts
    if tree.replyStamp?.status == .accessDenied {
      if let accepted = signers[pair] { transcript.trees[index].rarities.value.signatureAcceptedFrame = accepted }
    } else if tree.isConnected, signers[pair] == nil, signers.count < Self.pairLimit {
      signers[pair] = frame
    }
  }

  private func close(_ transcript: Transcript, _ connection: ObjectIdentifier, _ isClosed: (Tree) -> Bool) {
    guard !uses.isEmpty else { return }
    for tree in transcript.trees where tree.isConnected && isClosed(tree) {
      let key = Self.key(tree, transcript)
      if let place = uses.index(forKey: key), uses.values[place].connection == connection { uses.values[place].use.isOpen = false }
    }
  }
}

extension Transcript {
  fileprivate var hosts: HostPair { HostPair(client: client.address, server: server.address) }
}
