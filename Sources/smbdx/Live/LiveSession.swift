import Capture
import Diagnosis
import Packets
import Reports
import Rules
import System
import Transcripts

/// A capture that goes on: takes frames as they come, tells findings as they are decided, and ends with a report.
final class LiveSession {
  private enum Limit {
    /// Frames read before smbdx checks signals and the clock.
    static let batch = 4096
  }

  /// How often open connections are looked at.
  private static let interval = TimeSpan.seconds(1)
  /// How often long silent connections are let go.
  private static let expiry = TimeSpan.seconds(30)
  /// Judging takes at most one part in so many of the time.
  private static let share = 20
  /// A frame may be on its way through the kernel for so long.
  private static let transit = TimeSpan.milliseconds(250)

  private let source: LiveSource
  private let signals: SignalReader
  private let bounds: BoundOptions
  private let status: StatusLine
  /// Writes findings while the capture goes on; nil when they all come at the end.
  private let tell: (([FindingChange]) -> Void)?
  private let evidence: EvidenceKeeper?
  private var analysis: Analysis
  private let rulesLeftOut: Int
  private let start = SystemClock.monotonic()
  /// When the last frame was taken, and the time that it bears. Not the latest time of all: clocks are set back.
  private var lastFrameSeen = TimeSpan.zero
  private var lastFrameTime: Timestamp?
  private var nextLook = TimeSpan.zero
  private var nextUpdate = TimeSpan.zero
  private var nextExpiry = TimeSpan.zero

  init(
    _ source: LiveSource, _ signals: SignalReader, _ options: Analysis.Options, bounds: BoundOptions, status: StatusLine,
    evidence: EvidenceKeeper?, tell: (([FindingChange]) -> Void)?
  ) {
    self.source = source
    self.signals = signals
    self.bounds = bounds
    self.status = status
    self.tell = tell
    self.evidence = evidence
    var options = options
    options.isFollowed = tell != nil || evidence != nil
    rulesLeftOut = Rule.all.count - options.rules.count
    analysis = Analysis(options)
  }

  /// Until a signal, a bound, or an error ends it.
  func run() -> (report: Report, failure: LiveError?) {
    var failure: LiveError?
    do throws(LiveError) {
      while try step() {}
      // What the kernel has already, but not what goes on coming.
      let end = SystemClock.monotonic() + Self.interval
      while !isFull, SystemClock.monotonic() < end, try !take(isLast: true) {}
    } catch {
      failure = error
    }
    signals.letGo()
    source.writer?.flush()
    let statistics = source.statistics()
    var end = CaptureSource()
    end.frames = source.frameCount
    end.linkTypes = source.linkTypeNames
    end.warnings = statistics.warning(on: source.names).map { [$0] } ?? []
    end.lostOnInterfaces = statistics.lost
    end.isComplete = failure == nil && statistics.lost == 0
    let (updates, diagnosis) = analysis.finishFollowing(end)
    show(updates)
    status.clear()
    let report = Report(toolVersion: Smbdx.version, files: source.names, rulesLeftOut: rulesLeftOut, diagnosis: diagnosis)
    return (recordLimits(of: report), failure)
  }

  // MARK: Frames

  /// Enough frames were taken, or no more can be written.
  private var isFull: Bool {
    if let writer = source.writer, writer.isFull || writer.failure != nil { return true }
    return bounds.count.map { source.frameCount >= $0 } ?? false
  }

  /// - Returns: whether to go on.
  private func step() throws(LiveError) -> Bool {
    let now = SystemClock.monotonic()
    let isDrained = try take(isLast: false)
    while let wish = signals.next() {
      if wish == .end { return false }
      status.print(figures(now))
    }
    if now >= nextLook { look(now, isDrained: isDrained) }
    if isFull || bounds.duration.map({ now - start >= $0 }) ?? false { return false }
    if isDrained {
      let wait = max(.zero, min(nextLook - SystemClock.monotonic(), Self.interval)).milliseconds
      Descriptors.wait(source.descriptors + [signals.descriptor], milliseconds: Int32(wait) + 1)
    }
    return true
  }

  /// - Returns: whether none is left for now.
  private func take(isLast: Bool) throws(LiveError) -> Bool {
    let room = bounds.count.map { $0 - source.frameCount } ?? Limit.batch
    let before = source.frameCount
    defer { if source.frameCount > before { lastFrameSeen = SystemClock.monotonic() } }
    return try source.drain(limit: min(room, Limit.batch), isLast: isLast) { frame, bytes in
      analysis.accept(frame, bytes)
      evidence?.record(frame, bytes)
      lastFrameTime = frame.time
    }
  }

  // MARK: Findings

  /// - Parameters:
  ///   - clock: when frames were last asked for.
  ///   - isDrained: there were no more at that time, so that silence is silence.
  private func look(_ clock: TimeSpan, isDrained: Bool) {
    nextLook = clock + Self.interval
    let quiet = clock - lastFrameSeen - Self.transit
    if isDrained, quiet > .zero, let lastFrameTime {
      analysis.advance(to: lastFrameTime + quiet)
    }
    if clock >= nextExpiry {
      nextExpiry = clock + Self.expiry
      analysis.expire()
    }
    for (name, isUp) in source.changes() {
      status.clear()
      Smbdx.complain(isUp ? "\(name) is up again" : "\(name) went down; smbdx captures nothing on it until it is up again")
    }
    source.writer?.flush()
    let begin = SystemClock.monotonic()
    show(analysis.look(mayJudge: begin >= nextUpdate))
    let end = SystemClock.monotonic()
    if begin >= nextUpdate { nextUpdate = end + (end - begin) * Self.share }
    status.show(figures(clock))
  }

  private func show(_ updates: [FindingChange]) {
    guard !updates.isEmpty else { return }
    status.clear()
    tell?(updates)
    evidence?.keep(updates)
  }

  /// The last findings are kept after the report is made.
  private func recordLimits(of report: Report) -> Report {
    var report = report
    if let evidence {
      report.diagnosis.recordLimit("evidence-frames", evidence.incompleteFiles)
      report.diagnosis.recordLimit("evidence-files", evidence.findingsWithoutFile)
    }
    return report
  }

  private func figures(_ clock: TimeSpan) -> StatusLine.Figures {
    StatusLine.Figures(
      frames: source.frameCount, lost: source.statistics().lost, openConnections: analysis.openConnections,
      findings: analysis.findingCount, elapsed: clock - start)
  }
}

extension LiveStatistics {
  /// Frames that should have been captured and were not.
  var lost: Int { dropped + droppedByInterface }

  /// What losses mean for the findings.
  fileprivate func warning(on names: [String]) -> CaptureWarning? {
    guard lost > 0 else { return nil }
    return CaptureWarning(
      message: """
        \(lost) frames were lost before smbdx could read them (\(dropped) in the kernel's buffer, \(droppedByInterface) in the \
        network card); if a connection lacks one of them, the rules that need it are listed as not checked, and an \
        answer may be missing only in this capture: use a larger buffer (-B) or a narrower filter (-f)
        """, file: names.joined(separator: ", "), frame: nil, byte: nil)
  }
}
