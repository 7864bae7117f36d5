import Packets
import Reports
import Rules
import Transcripts

/// The pipeline of a recording that is still going on: frames in, findings as they are decided, a report at the end.
struct LiveAnalysis {
  private enum Limit {
    /// Connections remembered as having said something since the last look at them.
    static let changed = 65_536
  }

  /// Silences at which an open connection is looked at, in nanoseconds: when it has just said something, and when
  /// waits of clients come to their end.
  private static let silences: [Int64] = [1, 3, 6, 11, 22, 46, 61, 91].map { $0 * 1_000_000_000 }

  private let judgement: Judgement
  private let changes = ChangedConnections(limit: Limit.changed)
  private(set) var tracker: Tracker
  private let window: LiveWindow
  private var lastLook = Timestamp(nanoseconds: 0)
  private let tells: Bool
  /// Told so far.
  private(set) var findingCount = 0

  /// - Parameter tells: findings are wanted while the recording goes on.
  init(_ options: AnalysisOptions, sources: [String], tells: Bool = true) {
    let judgement = Judgement(options, files: sources)
    self.judgement = judgement
    self.tells = tells
    let window = LiveWindow(engine: judgement.engine, site: options.site)
    self.window = window
    tracker = Tracker(options: options.tracking, messages: tells ? changes : nil) { transcript in
      let verdict = judgement.take(transcript)
      if tells { window.note(transcript, verdict, isOver: true) }
    }
  }

  mutating func accept(_ frame: Frame, _ bytes: borrowing ByteView) { tracker.accept(frame, bytes) }

  /// The clock goes on although no frame comes.
  mutating func advance(to now: Timestamp) { tracker.advance(to: now) }

  /// Lets go what has been silent for very long.
  mutating func expire() { tracker.expire() }

  /// Looks at what has changed, about once a second.
  ///
  /// - Parameter mayJudge: cases too, which takes longer.
  mutating func look(mayJudge: Bool = true) -> [LiveUpdate] {
    guard tells else { return [] }
    noteOpenConnections()
    guard mayJudge, window.isWaiting || changes.hasInquiries else { return [] }
    changes.hasInquiries = false
    return told(window.update(at: tracker.now, recentInquiries))
  }

  /// The recording is over. Can be asked once.
  ///
  /// - Returns: what was not told yet, and the report.
  mutating func finish(_ facts: (Tracker) -> CaptureFacts) -> (updates: [LiveUpdate], report: Report) {
    let inquiries = tracker.finish()
    let updates = tells ? told(window.update(at: tracker.now, recentInquiries, isLast: true)) : []
    var facts = facts(tracker)
    facts.noteLimit("live-connections", window.limitsReached)
    return (updates, judgement.report(tracker, inquiries, facts, damage: []))
  }

  /// Looks at open connections that said something, or whose silence reached one of ``silences``.
  private mutating func noteOpenConnections() {
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
    for transcript in open { window.note(transcript, judgement.engine.judge(transcript), isOver: false) }
  }

  private var recentInquiries: Inquiries {
    tracker.inquiries(since: Timestamp(nanoseconds: tracker.now.nanoseconds - LiveWindow.span))
  }

  private mutating func told(_ updates: [LiveUpdate]) -> [LiveUpdate] {
    findingCount += updates.count { $0.kind == .finding }
    return updates
  }
}
