import Rules
import Transcripts

/// The damaged frames of one connection or case.
struct Damage {
  var frames: [Int] = []
  /// Frames of NEGOTIATE, which other phases cite to show where the connection stood.
  var context: [Int] = []
  /// No user got in, whatever the damaged frame said.
  var isFailed = false

  /// The observation without its damaged frames. If it rests on one, it is at most *possible*, and at most a warning where the
  /// connection works.
  func lower(_ observation: Observation, of rule: Rule) -> Observation {
    guard !frames.isEmpty else { return observation }
    // Any damaged frame may be the missing answer, although a rule about silence cites none of them.
    let mattering = rule.nature == .silence ? frames : observation.evidence.map(\.frame).filter(frames.contains)
    let cited = Set(mattering).subtracting(isAboutNegotiate(rule) ? [] : context)
    guard !cited.isEmpty else { return observation }
    var lowered = observation
    lowered.confidence = .possible
    if !isFailed { lowered.severity = min(rule.severity(of: observation), .warning) }
    let numbers = cited.sorted().map(String.init).formatted()
    lowered.summary += " (frame \(numbers) \(cited.count == 1 ? "is" : "are") damaged and may originally have had other contents)"
    let damaged = ["the frame was damaged on its way or in the recording: its checksum is wrong"]
    let causes = observation.causes ?? rule.causes
    lowered.causes = isFailed ? causes + damaged : damaged + causes
    for index in lowered.evidence.indices where cited.contains(lowered.evidence[index].frame) {
      lowered.evidence[index].note += "; damaged: its checksum is wrong"
    }
    return lowered
  }

  private func isAboutNegotiate(_ rule: Rule) -> Bool {
    switch rule.phase {
    case .transport, .negotiate, .validateNegotiate, .signing, .encryption, .middlebox, .capture: true
    case .sessionSetup, .kerberos, .treeConnect: false
    }
  }
}

extension [String] {
  fileprivate func formatted() -> String {
    count < 2 ? joined() : dropLast().joined(separator: ", ") + " and " + (last ?? "")
  }
}

extension Damage {
  init(_ transcript: borrowing Transcript) {
    frames = transcript.damagedFrames
    guard !frames.isEmpty else { return }
    isFailed = transcript.outcome == .failed
    context = [transcript.negotiation?.requestStamp?.frame, transcript.negotiation?.responseStamp?.frame].compactMap(\.self)
  }

  init(_ one: borrowing Case) {
    // By place, since each connection is a large value to copy.
    for place in one.connections.indices where one.connections[place].hasDamagedFrames { frames += one.connections[place].damagedFrames }
    guard !frames.isEmpty else { return }
    isFailed = one.outcome == .failed
    context = one.connections.compactMap(\.negotiateFrame)
  }
}
