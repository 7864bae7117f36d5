import Packets
import Rules
import Transcripts

/// Describes in sentences what the path between two points does to connections.
struct VerdictWriter {
  private let hop: HopComparison
  private let points: [CapturePoint]
  private let context: PathContext
  private var verdicts: [PathVerdict] = []
  private var tampered: Set<Int> = []

  private enum Limit {
    /// Verdicts on one connection; the first few explain the others.
    static let ofPair = 4
  }

  init(_ hop: HopComparison, _ points: [CapturePoint], _ context: PathContext) {
    self.hop = hop
    self.points = points
    self.context = context
  }

  /// - Returns: the verdicts, the gravest first, and the connections that the path harms.
  func written() -> (verdicts: [PathVerdict], tampered: Set<Int>) {
    var writer = self
    for (place, pair) in hop.pairs.enumerated() { writer.add(pair, place) }
    for one in UnseenAttempts(hop, points, context).verdicts { writer.append(one) }
    writer.nameOthers()
    writer.nameEnds()
    let verdicts = writer.verdicts.enumerated().sorted {
      ($1.element.matters ? 1 : 0, $1.element.pairs.count, $0.offset) < ($0.element.matters ? 1 : 0, $0.element.pairs.count, $1.offset)
    }.map(\.element)
    return (verdicts, writer.tampered)
  }

  // MARK: One connection

  private mutating func add(_ pair: PairComparison, _ place: Int) {
    let tampered = pair.steps.filter(\.isTampered)
    guard !tampered.isEmpty else { return addUntouched(pair, place) }
    self.tampered.insert(place)
    let resets = tampered.filter { if case .made = $0.fate { $0.kind == .reset } else { false } }
    let isDouble = Set(resets.map(\.sender)).count == 2
    var count = 0
    if isDouble { addDoubleReset(resets, pair, place) }
    let held = Peer.allOfTwo.filter { sender in tampered.count { $0.sender == sender && $0.isOnlyLate } >= PathContext.Delay.several }
    for sender in held { addDelays(tampered.filter { $0.sender == sender && $0.isOnlyLate }, sender, place) }
    let lost = tampered.filter { $0.loss != nil }
    if lost.count >= PathContext.Delay.several { addLosses(lost, place) }
    for step in tampered where count < Limit.ofPair {
      if step.loss != nil, lost.count >= PathContext.Delay.several { continue }
      if isDouble, step.kind == .reset, case .made = step.fate { continue }
      // The reset came in its place, which is one deed.
      if step.kind == .message, resets.contains(where: { $0.sender == step.sender }), case .dropped(.likely, _) = step.fate { continue }
      if step.isOnlyLate, held.contains(step.sender) { continue }
      add(step, pair, place)
      count += 1
    }
  }

  /// What stands for the two ends until it is known which connections share a verdict.
  private static let ends = "\u{1}"

  private var device: String { "the device between \(Self.ends)" }

  /// The hosts of the connections that share a verdict; with three points, the two that it is about.
  private func ends(of pairs: [Int]) -> String {
    guard points.count == 2 else { return "\(points[hop.near].name) and \(points[hop.far].name)" }
    let clients = AddressGroup(pairs.map { hop.pairs.near($0).client.address })
    let servers = AddressGroup(pairs.map { hop.pairs.far($0).server.address })
    return "\(clients.words("clients")) and \(servers.words("servers"))"
  }

  private func frames(_ step: Step) -> [PathVerdict.Place] {
    let near = step.near.map { PathVerdict.Place(point: hop.near, frame: $0.number) }
    let far = step.far.map { PathVerdict.Place(point: hop.far, frame: $0.number) }
    let first = step.loss?.first.map { PathVerdict.Place(point: step.sender == .client ? hop.near : hop.far, frame: $0.number) }
    return ([first] + (step.sender == .client ? [near, far] : [far, near])).compactMap(\.self)
  }

  private mutating func add(_ step: Step, _ pair: PairComparison, _ place: Int) {
    let (from, to) = (step.sender.rawValue, step.sender.other.rawValue)
    let what = step.kind == .message ? "the \(step.name)" : "the \(step.name) of the \(from)"
    switch step.fate {
    case .altered(let changes) where step.kind == .bulk:
      let deed = "\(device) changes the contents of messages in the middle of the connection, on the way from the \(from) to the \(to)"
      append(.altered, step.confidence, deed, "\(FieldChange.list(changes.map(\.name))) are not the same\(damage(of: step).map { "; " + $0 } ?? "")", step, place)
    case .altered(let changes) where changes == [.contents]:
      append(.altered, step.confidence, "\(device) changes the contents of the \(step.name), on the way from the \(from) to the \(to)", damage(of: step), step, place)
    case .altered(let changes):
      let deeds = FieldChange.list(changes.map(\.deed))
      append(.altered, step.confidence, "\(device) \(deeds) in the \(step.name), on the way from the \(from) to the \(to)", damage(of: step), step, place)
    case .dropped(let confidence, let why):
      append(.dropped, confidence, "\(what) does not reach the \(to): something between \(Self.ends) drops it", why, step, place)
    case .made(let confidence, let why) where step.kind == .reset:
      append(.reset, confidence, "the \(from) did not send the reset that reaches the \(to) in its name: \(device) created it", why, step, place)
    case .made(let confidence, let why):
      append(.made, confidence, "the \(from) did not send \(step.kind == .message ? what : "the \(step.name)") that reaches the \(to): \(device) created it", why, step, place)
    case .same, .sameAsFarAsCaptured, .notRecorded:
      if let loss = step.loss {
        return append(
          .dropped, loss.confidence, "\(what) does not reach the \(to) at first: something between \(Self.ends) drops it",
          "TCP sends it again, and the copy that arrives was sent \(loss.delay) later", step, place)
      }
      guard let transit = step.transit else { return }
      append(
        .delayed, .proven, "\(what) is delayed between the two points, on the way from the \(from) to the \(to)",
        "it took \(transit), \(hop.othersTake(beside: transit))\(step.wasRepeated ? "; it was sent again meanwhile: the path loses or holds back packets" : "")",
        step, place)
    }
  }

  /// Who alters a packet on purpose gives it the right checksum.
  private func damage(of step: Step) -> String? {
    switch step.damage {
    case .discarded?:
      "the packet arrives with a wrong checksum, so the path damages packets; TCP discards this one, and no good copy follows"
    case .confirmed?:
      "the packet arrives with a wrong checksum, but the \(step.sender.other.rawValue) acknowledges it: it does not check them, or only the recorder has the packet so"
    case .unchecked?:
      "smbdx does not look at checksums so late in a long connection: the path or a recorder may have damaged packets by accident"
    case nil: nil
    }
  }

  /// The path holds back more than single messages.
  private mutating func addDelays(_ steps: [Step], _ sender: Peer, _ place: Int) {
    guard let first = steps.first, let longest = steps.compactMap(\.transit).max() else { return }
    let repeats = steps.contains(where: \.wasRepeated) ? "; some were sent again meanwhile: the path loses or holds back packets" : ""
    append(
      .delayed, .proven,
      "messages of the \(sender.rawValue) are delayed between the two points, on the way from the \(sender.rawValue) to the \(sender.other.rawValue)",
      "\(steps.count) of them took up to \(longest), \(hop.othersTake(beside: longest))\(repeats)", first, place)
  }

  /// The path loses more than single packets.
  private mutating func addLosses(_ steps: [Step], _ place: Int) {
    guard let worst = steps.max(by: { $0.loss?.delay ?? .zero < $1.loss?.delay ?? .zero }), let longest = worst.loss?.delay else { return }
    let senders = Set(steps.map(\.sender))
    let whose = senders.count == 2 ? "both hosts" : "the \(worst.sender.rawValue)"
    append(
      .dropped, steps.map(\.confidence).min() ?? .likely, "something between \(Self.ends) drops packets of \(whose)",
      "\(steps.count) of them arrive only when TCP sends them again, up to \(longest) later", worst, place)
  }

  private mutating func addDoubleReset(_ resets: [Step], _ pair: PairComparison, _ place: Int) {
    let first = Peer.allOfTwo.compactMap { peer in resets.first { $0.sender == peer } }
    append(
      PathVerdict(
        kind: .reset, confidence: .proven,
        deed: "neither host reset the connection: \(device) sent a reset to each of them in the name of the other",
        why: "neither reset is in the recording of its apparent sender", frames: first.flatMap(frames), pairs: [place],
        matters: true))
  }

  private mutating func addUntouched(_ pair: PairComparison, _ place: Int) {
    let count = pair.sameMessages
    let isOpened = pair.steps.contains { $0.kind != .message && $0.isTheSame }
    guard count > 0 || isOpened else { return }
    if count == 0, pair.near.messageCount + pair.far.messageCount > 0 { return addUnclear(pair, place) }
    if count == 0, let odd = pair.steps.first(where: { !$0.isTheSame && !$0.isLate }) { return addUnclear(odd, place) }
    let isComplete = pair.notCompared.isEmpty
    let deed =
      count == 0
      ? "the beginning and the end of the connection are the same at both points"
      : isComplete ? "every message is the same at both points" : "what smbdx could compare is the same at both points"
    append(
      PathVerdict(
        kind: isComplete ? .untouched : .partly, confidence: .proven, deed: deed, why: nil, frames: [], pairs: [place], matters: false,
        notCompared: pair.notCompared))
    addEnd(pair, place)
    addSlowAnswer(pair, place)
  }

  /// A server that takes long for what sets up the connection: the time passes behind the farther point.
  private mutating func addSlowAnswer(_ pair: PairComparison, _ place: Int) {
    var asked: [UInt64: Step] = [:]
    for step in pair.steps where step.establishes && step.isTheSame {
      guard let exchange = step.exchange, let far = step.far else { continue }
      if step.sender == .client {
        asked[exchange] = step
      } else if let request = asked[exchange], let sent = request.far, far.time.since(sent.time) >= .seconds(1) {
        append(
          PathVerdict(
            kind: .host, confidence: .proven,
            deed: "the server takes \(far.time.since(sent.time)) to answer the \(request.name): this time does not pass on the path",
            why: nil, frames: frames(request) + frames(step), pairs: [place], matters: false))
        return
      }
    }
  }

  private mutating func addUnclear(_ pair: PairComparison, _ place: Int) {
    let poorer = pair.near.messageCount <= pair.far.messageCount ? context.nearName : context.farName
    append(
      PathVerdict(
        kind: .unclear, confidence: .possible,
        deed: "smbdx cannot compare any message: \(poorer) does not have them; record whole packets (snapshot length 0), from before the connection is opened",
        why: nil, frames: [], pairs: [place], matters: false))
  }

  /// - Parameter odd: what only one recording has of a connection without messages.
  private mutating func addUnclear(_ odd: Step, _ place: Int) {
    guard case .notRecorded(let why) = odd.fate else { return }
    append(
      PathVerdict(
        kind: .unclear, confidence: .possible, deed: "only one recording has the \(odd.name) of the \(odd.sender.rawValue), which says nothing about the path: \(why)",
        why: nil, frames: frames(odd), pairs: [place], matters: false))
  }

  /// Who ended it, or let the other wait, where the path has no part in it.
  private mutating func addEnd(_ pair: PairComparison, _ place: Int) {
    func say(_ deed: String, _ frames: [PathVerdict.Place]) {
      append(PathVerdict(kind: .host, confidence: .proven, deed: deed, why: nil, frames: frames, pairs: [place], matters: false))
    }
    let end = pair.steps.first { ($0.kind == .reset || $0.kind == .fin) && $0.isTheSame && !$0.isLate }
    let request = unanswered(pair)
    switch (end, request) {
    case (let end?, _) where end.kind == .reset:
      say("the reset that ends the connection comes from the \(end.sender.rawValue) itself: it is in both recordings", frames(end))
    case (let end?, let request?) where end.sender == .server:
      say("the \(request.name) reaches the server, which closes the connection itself instead of answering", frames(request) + frames(end))
    case (_, let request?) where silence(behind: request, until: end, pair) >= .seconds(1):
      say("the \(request.name) reaches the server, but the server does not answer it: the server is at fault, not the path", frames(request))
    default: break
    }
  }

  /// The client's last request, when both recordings have it, and neither has anything of the server behind it.
  private func unanswered(_ pair: PairComparison) -> Step? {
    guard pair.far.hasSeen(.server), let last = pair.steps.last(where: { $0.kind == .message }), last.sender == .client, last.isTheSame
    else { return nil }
    return last
  }

  private func silence(behind request: Step, until end: Step?, _ pair: PairComparison) -> TimeSpan {
    guard let asked = request.far?.time else { return .zero }
    return (end?.far?.time ?? points[hop.far].last).since(asked)
  }

  // MARK: Together

  private mutating func nameEnds() {
    for place in verdicts.indices where verdicts[place].deed.contains(Self.ends) {
      verdicts[place].deed = verdicts[place].deed.replacing(Self.ends, with: ends(of: verdicts[place].pairs))
    }
  }

  /// Beside connections that the path harms, or may, it is said of which others it does not.
  private mutating func nameOthers() {
    guard verdicts.contains(where: { $0.matters || $0.pairs.isEmpty }) else { return }
    for place in verdicts.indices where [.untouched, .partly, .host].contains(verdicts[place].kind) { verdicts[place].isOfOthers = true }
  }

  private mutating func append(
    _ kind: PathVerdict.Kind, _ confidence: Confidence, _ deed: String, _ why: String?, _ step: Step, _ place: Int
  ) {
    append(
      PathVerdict(kind: kind, confidence: confidence, deed: deed, why: why, frames: frames(step), pairs: [place], matters: true))
  }

  /// Connections with the same result are reported once.
  private mutating func append(_ verdict: PathVerdict) {
    if let same = verdicts.firstIndex(where: { $0.kind == verdict.kind && $0.deed == verdict.deed }) {
      // A connection may show it more than once.
      if verdicts[same].pairs.last != verdict.pairs.last { verdicts[same].pairs += verdict.pairs }
      verdicts[same].notCompared = verdicts[same].notCompared + verdict.notCompared
      verdicts[same].confidence = min(verdicts[same].confidence, verdict.confidence)
    } else {
      verdicts.append(verdict)
    }
  }
}

extension Step {
  /// It arrives as it was sent, but late.
  fileprivate var isOnlyLate: Bool { isDelayed && isTheSame }
}

extension Peer {
  static let allOfTwo: [Peer] = [.client, .server]
}
