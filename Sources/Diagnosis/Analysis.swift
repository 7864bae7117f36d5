package import Packets
package import Proof
package import Rules
package import Transcripts

/// Frames in, a diagnosis out: the one way from a recording to what was found in it, for files and for captures that go on.
package struct Analysis {
  /// What a user may choose.
  package struct Options: Sendable {
    package var rules = Rule.all
    package var tracking = Tracker.Options()
    package var site = Site()
    /// A filter leaves frames out, so connections cannot be numbered as Wireshark does.
    package var isFiltered = false
    /// Findings are wanted while the recording goes on: ``look(mayJudge:)``.
    package var isFollowed = false
    /// Only the clients of this share are judged, for ``Analysis/finishShard(_:locate:)``; everything is followed all the same.
    package var shard: Shard?

    package init() {}
  }

  /// Judges connections as they end.
  private final class Judge {
    let engine: Engine
    let site: Site
    let isFiltered: Bool
    /// nil once the recording is over.
    var builder: DiagnosisBuilder?
    let window: LiveWindow?
    let shard: Shard?
    private var finished = FinishedConnections()
    /// The tracker's, once there is one.
    var hindsight = Hindsight()
    private(set) var connectionCount = 0
    /// Of connections that are over.
    private(set) var outcomes: [ConnectionOutcome: Int] = [:]
    private let onTranscript: ((Transcript) -> Void)?
    let onLookups: ((Lookups, Case?) -> Void)?
    private let onJudged: ((JudgedConnection) -> Void)?

    init(
      _ options: Options, _ onTranscript: ((Transcript) -> Void)?, _ onLookups: ((Lookups, Case?) -> Void)?,
      _ onJudged: ((JudgedConnection) -> Void)?
    ) {
      self.onTranscript = onTranscript
      self.onLookups = onLookups
      self.onJudged = onJudged
      shard = options.shard
      engine = Engine(rules: options.rules)
      site = options.site
      isFiltered = options.isFiltered
      builder = DiagnosisBuilder(site: options.site, isFiltered: options.isFiltered)
      window = options.isFollowed ? LiveWindow(engine: engine, site: options.site) : nil
    }

    func take(_ transcript: Transcript) {
      connectionCount += 1
      if isOurs(transcript) {
        onTranscript?(transcript)
        outcomes[transcript.outcome, default: 0] += 1
      }
      // A live analysis does not wait for later grants.
      let verdict = window.map { window in
        let verdict = engine.judge(transcript)
        window.record(transcript, verdict, isOver: true)
        return verdict
      }
      // Connections of other shards count, too: every shard lets the same ones wait.
      finished.append(transcript, verdict)
      settle(at: transcript.captureEnd)
    }

    private func isOurs(_ transcript: Transcript) -> Bool { shard?.holds(transcript.client.address) ?? true }

    /// Connections that could not wait for what came later.
    var limitsReached: Int { finished.limitsReached }

    /// Judges the connections of which everything is known.
    ///
    /// - Parameter now: nil when the recording is over.
    func settle(at now: Timestamp? = nil) {
      while let (entry, isChanged) = finished.next(hindsight, at: now) {
        guard isOurs(entry.transcript) else { continue }
        let verdict = isChanged ? engine.judge(entry.transcript) : entry.verdict ?? engine.judge(entry.transcript)
        if isChanged { window?.record(entry.transcript, verdict, isOver: true) }
        if shard != nil {
          onJudged?(JudgedConnection(entry.transcript, verdict, site))
        } else {
          builder?.add(entry.transcript, verdict)
        }
      }
    }
  }

  private let judge: Judge
  private let changes: ChangedConnections?
  private var tracker: Tracker
  private var lastLook = Timestamp(nanoseconds: 0)
  /// Reported so far, while the recording goes on.
  package private(set) var findingCount = 0

  /// - Parameters:
  ///   - messages: sees every control-plane message.
  ///   - segments: sees every TCP segment.
  ///   - onTranscript: sees each connection when it is over.
  ///   - onLookups: sees, at the end, what clients asked of KDCs and resolvers, case by case, and last what belongs to none.
  ///   - onJudged: takes each connection of ``Options/shard``.
  package init(
    _ options: Options = Options(), messages: (any MessageObserver)? = nil, segments: (any SegmentObserver)? = nil,
    onTranscript: ((Transcript) -> Void)? = nil, onLookups: ((Lookups, Case?) -> Void)? = nil,
    onJudged: ((JudgedConnection) -> Void)? = nil
  ) {
    let judge = Judge(options, onTranscript, onLookups, onJudged)
    self.judge = judge
    changes = options.isFollowed ? ChangedConnections(next: messages) : nil
    tracker = Tracker(options: options.tracking, messages: changes ?? messages, segments: segments) { judge.take($0) }
    judge.hindsight = tracker.hindsight
  }

  /// Connections of which something is remembered.
  package var openConnections: Int { tracker.openConnections }

  /// Of connections that are over, each by itself.
  package var outcomes: [ConnectionOutcome: Int] { judge.outcomes }

  /// Which keys fit, once the recording is over; nil without keys.
  package var keyUse: KeyUse? { tracker.keyUse }

  /// Takes the next frame of the recording.
  package mutating func accept(_ frame: Frame, _ bytes: borrowing ByteView) { tracker.accept(frame, bytes) }

  /// The clock goes on although no frame comes.
  package mutating func advance(to now: Timestamp) { tracker.advance(to: now) }

  /// Lets go what has been silent for very long.
  package mutating func expire() { tracker.expire() }

  /// The recording is over. Can be asked once.
  ///
  /// - Parameter locate: finds the file of a frame; only for a recording of several files.
  package mutating func finish(
    _ source: CaptureSource = CaptureSource(), locate: ((Int) -> FramePlace?)? = nil
  ) -> Diagnosis {
    let lookups = finishTracking()
    return diagnosis(source, lookups, locate)
  }

  private mutating func finishTracking() -> Lookups {
    let lookups = tracker.finish()
    judge.settle()
    return lookups
  }

  private mutating func diagnosis(
    _ source: CaptureSource, _ lookups: Lookups, _ locate: ((Int) -> FramePlace?)?
  ) -> Diagnosis {
    // Out of this object, so that nothing of it is copied.
    guard let builder = judge.builder.take() else { preconditionFailure("a recording ends once") }
    addLeftOutFrames(of: source)
    var source = source
    source.recordLimit("surroundings", judge.limitsReached)
    return builder.finish(
      capture: CaptureFacts(tracker, source, isFiltered: judge.isFiltered, locate: locate), engine: judge.engine, facts: facts(source),
      lookups: lookups, commandTimes: tracker.commandTimes, ledger: tracker.ledger,
      locate: locate, onLookups: judge.onLookups)
  }

  /// With a filter they count as rejected: whether it would have let them pass is not known.
  private mutating func addLeftOutFrames(of source: CaptureSource) {
    if !judge.isFiltered { tracker.add(source.leftOutFrames) }
  }

  private func facts(_ source: CaptureSource) -> RecordingFacts {
    var facts = tracker.facts
    facts.damage = source.damage
    facts.lostPackets = source.lostPackets.filter { $0.count > 0 }
    return facts
  }

  /// The recording is over, of which only a share was judged. Can be asked once.
  package mutating func finishShard(
    _ source: CaptureSource = CaptureSource(), locate: ((Int) -> FramePlace?)? = nil
  ) -> (connections: Int, recording: RecordingPart, lookups: ShardLookups)? {
    guard let shard = judge.shard else { return nil }
    let lookups = ShardLookups(finishTracking(), of: shard)
    addLeftOutFrames(of: source)
    var source = source
    source.recordLimit("surroundings", judge.limitsReached)
    var facts = facts(source)
    facts.close()
    let capture = CaptureFacts(tracker, source, isFiltered: judge.isFiltered, locate: locate)
    let part = RecordingPart(capture: capture, facts: facts, commandTimes: tracker.commandTimes, ledger: tracker.ledger)
    return (judge.connectionCount, part, lookups)
  }
}

// A recording that is still going on.
extension Analysis {
  /// An open connection is judged after each of these silences: shortly after a message, and when clients time out.
  private static let silences = [1, 3, 6, 11, 22, 46, 61, 91].map(TimeSpan.seconds)

  /// What changed since it was asked last, about once a second.
  ///
  /// - Parameter mayJudge: cases too, which takes longer.
  package mutating func look(mayJudge: Bool = true) -> [FindingChange] {
    guard let window = judge.window, let changes else { return [] }
    recordOpenConnections(window, changes)
    guard mayJudge, window.isWaiting || changes.hasLookups else { return [] }
    changes.hasLookups = false
    return counted(window.update(at: tracker.now, recentLookups))
  }

  /// The recording is over. Can be asked once.
  ///
  /// - Returns: what was not reported yet, and the diagnosis of all of it.
  package mutating func finishFollowing(_ source: CaptureSource) -> (changes: [FindingChange], diagnosis: Diagnosis) {
    let lookups = finishTracking()
    let last = judge.window.map { counted($0.update(at: tracker.now, recentLookups, isLast: true)) } ?? []
    var source = source
    if let window = judge.window { source.recordLimit("live-connections", window.limitsReached) }
    return (last, diagnosis(source, lookups, nil))
  }

  /// Looks at open connections that said something, or whose silence reached one of ``silences``.
  private mutating func recordOpenConnections(_ window: LiveWindow, _ changes: ChangedConnections) {
    let (from, until) = (lastLook, tracker.now)
    lastLook = until
    let changed = changes.settle()
    var open: [Transcript] = []
    tracker.forEachOpenTranscript { stream, lastFrame in
      changed.contains(stream)
        || Self.silences.contains { until.since(lastFrame) >= $0 && from.since(lastFrame) < $0 }
    } _: {
      open.append($0)
    }
    for transcript in open { window.record(transcript, judge.engine.judge(transcript), isOver: false) }
  }

  private var recentLookups: Lookups {
    tracker.lookups(since: tracker.now - LiveWindow.span)
  }

  private mutating func counted(_ changes: [FindingChange]) -> [FindingChange] {
    findingCount += changes.count { $0.kind == .finding }
    return changes
  }
}
