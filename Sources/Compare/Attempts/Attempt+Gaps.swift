import Packets
import Rules
import Transcripts

// What the recording lacks: nothing that is missing there is a difference of the hosts.

extension Attempt {
  mutating func readGaps(_ transcript: Transcript) {
    let visibility = transcript.visibility
    if let unseen = visibility.unseenPeer { return lack(AttemptStep.allCases, "it has nothing that the \(unseen.rawValue) sent") }
    if visibility.isCut { lack(AttemptStep.allCases, "it has only the beginnings of packets (snapshot length)") }
    let handshake = transcript.handshake
    if visibility.hasPayload, handshake.syn == nil || handshake.synAck == nil { lack([.tcp], "it does not have the whole handshake") }
    if visibility.startsMidstream {
      // Of the first step that it shows, too, the beginning is missing.
      let first = facts.lazy.filter { $0.frame != nil }.map(\.step).min() ?? .use
      lack(AttemptStep.allCases.filter { isUnseen($0) || $0 <= first }, "it begins after that, or in the middle of it")
    }
    if let first = transcript.traffic.firstEncryptedFrame {
      lack([.treeConnect, .validateNegotiate, .use].filter { !has($0) || $0 == .use }, "it is encrypted from frame \(first) on")
    }
    for lost in visibility.lost {
      lack(steps(before: lost.frame), "\(lost.count) bytes that the \(lost.sender.rawValue) sent are missing before frame \(lost.frame)")
    }
    for peer in [Peer.client, .server] where visibility.unreadableMessages(from: peer) > 0 {
      lack([.sessionSetup, .treeConnect, .validateNegotiate, .use], "smbdx cannot read compressed messages of the \(peer.rawValue) in it")
    }
    if visibility.lacksAnswers { lack(AttemptStep.allCases.filter { outcome(of: $0) == .inconclusive }, "answers of the server are missing in it") }
    readEnd(transcript)
  }

  /// The recording ends before anything else can have followed, or lacks it.
  private mutating func readEnd(_ transcript: Transcript) {
    let open = AttemptStep.allCases.filter { isOpen($0) }
    if transcript.end.kind == .unseen, let last = transcript.end.last {
      lack(open, transcript.obstacle(to: .end)?.reason ?? "what follows frame \(last.number) is missing in it")
    }
    let silence = transcript.captureEnd.since(transcript.lastFrame.time)
    if transcript.ending == nil, silence < Transcript.timeout {
      lack(open, "it ends \(silence) after frame \(transcript.lastFrame.number) of the connection")
    }
  }

  private func isOpen(_ step: AttemptStep) -> Bool {
    switch step {
    case .name, .kerberos, .netbios: false
    case .use: true
    default: [.inconclusive, .notReached].contains(outcome(of: step))
    }
  }

  /// The first reason stands.
  private mutating func lack(_ steps: [AttemptStep], _ reason: String) {
    for step in steps where gaps[step] == nil { gaps[step] = reason }
  }

  private func isUnseen(_ step: AttemptStep) -> Bool {
    switch step {
    case .name, .kerberos: false
    case .use: true
    default: !has(step) || outcome(of: step) == .notSeen
    }
  }

  /// Those to which something that is missing before a frame may belong: it lies behind all that is known of the steps before,
  /// and not behind something of a later one.
  private func steps(before frame: Int) -> [AttemptStep] {
    AttemptStep.allCases.filter { step in
      step == .use
        || facts.allSatisfy { fact in
          guard let known = fact.frame else { return true }
          return fact.step == .kerberos || fact.step == step || (fact.step < step) == (known < frame)
        }
    }
  }
}
