import Capture
import Diagnosis
import Packets
import Proof
import Reports
import Rules
import System
import Transcripts

/// A live capture: takes frames as they come, reports findings as they are decided, and ends with a report.
final class LiveSession {
  private enum Limit {
    /// Frames read before smbdx checks signals and the clock.
    static let batch = 4096
  }

  /// Where frames come from.
  enum Source {
    case interfaces(LiveSource)
    /// Another program records.
    case pipe(PipeSource)

    var all: any LiveFrames {
      switch self {
      case .interfaces(let source): source
      case .pipe(let source): source
      }
    }

    /// From now on frames are written too.
    func write(to options: CaptureWriter.Options, snapshotLength: Int) throws(CaptureWriter.Failure) {
      switch self {
      case .interfaces(let source): try source.write(to: options, snapshotLength: snapshotLength)
      case .pipe(let source): try source.write(to: options, snapshotLength: snapshotLength)
      }
    }
  }

  /// How often open connections are looked at.
  private static let interval = TimeSpan.milliseconds(250)
  /// How long frames are taken that the kernel has at the end.
  private static let rest = TimeSpan.seconds(1)
  /// How often long silent connections are let go.
  private static let expiry = TimeSpan.seconds(30)
  /// Judging takes at most one part in so many of the time.
  private static let share = 20
  /// A frame may be on its way through the kernel for so long, or through a pipe.
  private static let transit = TimeSpan.milliseconds(250)

  private let origin: Source
  private let source: any LiveFrames
  private let signals: SignalReader
  private let bounds: BoundOptions
  private let status: StatusLine
  /// Writes findings while the capture goes on; nil when they all come at the end.
  private let tell: (([FindingChange]) -> Void)?
  private let evidence: EvidenceKeeper?
  private let metrics: MetricsFile?
  /// Goes on in a new file for the results.
  private let reopen: () -> Void
  private var analysis: Analysis
  private let rulesLeftOut: Int
  private let start = SystemClock.monotonic()
  /// When the last frame was taken, and the time that it bears. Not the latest time of all: clocks are set back.
  private var lastFrameSeen = TimeSpan.zero
  private var lastFrameTime: Timestamp?
  /// Frames that had come when the pipe was last waited for.
  private var framesSeen = 0
  private var nextLook = TimeSpan.zero
  private var nextUpdate = TimeSpan.zero
  private var nextExpiry = TimeSpan.zero

  init(
    _ origin: Source, _ signals: SignalReader, _ options: Analysis.Options, bounds: BoundOptions, status: StatusLine,
    evidence: EvidenceKeeper?, metrics: MetricsFile?, reopen: @escaping () -> Void, tell: (([FindingChange]) -> Void)?
  ) {
    self.origin = origin
    source = origin.all
    self.signals = signals
    self.bounds = bounds
    self.status = status
    self.tell = tell
    self.evidence = evidence
    self.metrics = metrics
    self.reopen = reopen
    var options = options
    options.isFollowed = tell != nil || evidence != nil || metrics != nil
    rulesLeftOut = Rule.all.count - options.rules.count
    analysis = Analysis(options)
  }

  /// What became of the keys; nil without any.
  var keyUse: KeyUse? { analysis.keyUse }

  /// Until a signal, a bound, or an error ends it.
  func run() -> (report: Report, failure: String?) {
    let failure = takeAll()
    signals.release()
    source.writer?.flush()
    var end = end(of: failure)
    end.frames = source.frameCount
    let (updates, diagnosis) = analysis.finishFollowing(end)
    show(updates)
    status.clear()
    metrics?.metrics.count(diagnosis.changesOfRecording)
    metrics?.finish(fill)
    let report = Report(toolVersion: Smbdx.version, files: source.names, rulesLeftOut: rulesLeftOut, diagnosis: diagnosis)
    return (recordLimits(of: report), failure)
  }

  /// - Returns: why it ended, when that is an error.
  private func takeAll() -> String? {
    switch origin {
    case .interfaces(let interfaces):
      do throws(LiveError) {
        while try step(interfaces) {}
        // Takes the frames that the kernel already has, and no later ones.
        let end = SystemClock.monotonic() + Self.rest
        while !isFull, SystemClock.monotonic() < end, try !take(interfaces, isLast: true) {}
      } catch {
        return "\(error)"
      }
    case .pipe(let pipe):
      do throws(CaptureError) {
        try pipe.follow(waitForInput: waitForInput, take)
      } catch {
        return "\(error)"
      }
    }
    return nil
  }

  /// What is known of the recording beside its frames.
  private func end(of failure: String?) -> CaptureSource {
    if case .pipe(let pipe) = origin, let recording = pipe.recording {
      var end = CaptureSource(recording)
      if pipe.isEnded { end.damage = [] }
      return end
    }
    let statistics = source.statistics()
    var end = CaptureSource()
    end.linkTypes = source.linkTypeNames
    end.warnings = statistics.warning(on: source.names).map { [$0] } ?? []
    end.lostOnInterfaces = statistics.lost
    end.isComplete = failure == nil && statistics.lost == 0
    return end
  }

  // MARK: Frames

  /// Enough frames were taken, or no more can be written.
  private var isFull: Bool {
    if let writer = source.writer, writer.isFull || writer.failure != nil { return true }
    return bounds.count.map { source.frameCount >= $0 } ?? false
  }

  private func take(_ frame: Frame, _ bytes: borrowing ByteView) {
    analysis.accept(frame, bytes)
    evidence?.record(frame, bytes)
    lastFrameTime = frame.time
  }

  /// Answers signals, and judges connections when it is time.
  ///
  /// - Parameters:
  ///   - now: when frames were last asked for.
  ///   - isDrained: there were no more at that time, so that silence is silence.
  /// - Returns: whether to go on.
  private func attend(_ now: TimeSpan, isDrained: Bool) -> Bool {
    while let wish = signals.next() {
      switch wish {
      case .end: return false
      case .reopen: reopenFiles()
      case .status: status.print(figures(now))
      }
    }
    if now >= nextLook { look(now, isDrained: isDrained) }
    return !isFull && !(bounds.duration.map { now - start >= $0 } ?? false)
  }

  private func reopenFiles() {
    reopen()
    do throws(CaptureWriter.Failure) {
      try source.writer?.reopen()
    } catch {
      Smbdx.complain("\(error); smbdx goes on writing to the old file")
    }
  }

  /// The time until connections are judged next.
  private var millisecondsToNextLook: Int32 {
    Int32(max(.zero, min(nextLook - SystemClock.monotonic(), Self.interval)).milliseconds) + 1
  }

  // MARK: Interfaces

  /// - Returns: whether to go on.
  private func step(_ interfaces: LiveSource) throws(LiveError) -> Bool {
    let now = SystemClock.monotonic()
    let isDrained = try take(interfaces, isLast: false)
    guard attend(now, isDrained: isDrained) else { return false }
    if isDrained { Descriptors.wait(interfaces.descriptors + [signals.descriptor], milliseconds: millisecondsToNextLook) }
    return true
  }

  /// - Returns: whether none is left for now.
  private func take(_ interfaces: LiveSource, isLast: Bool) throws(LiveError) -> Bool {
    let room = bounds.count.map { $0 - source.frameCount } ?? Limit.batch
    let before = source.frameCount
    defer { if source.frameCount > before { lastFrameSeen = SystemClock.monotonic() } }
    return try interfaces.drain(limit: min(room, Limit.batch), isLast: isLast, take)
  }

  // MARK: Pipe

  /// - Returns: false to end.
  private func waitForInput(_ descriptor: Int32) -> Bool {
    while true {
      let now = SystemClock.monotonic()
      if source.frameCount > framesSeen { (framesSeen, lastFrameSeen) = (source.frameCount, now) }
      guard attend(now, isDrained: Descriptors.wait([descriptor], milliseconds: 0).isEmpty) else { return false }
      if Descriptors.wait([descriptor, signals.descriptor], milliseconds: millisecondsToNextLook).contains(descriptor) { return true }
    }
  }

  /// - Returns: false to end.
  private func take(_ frame: Frame, _ bytes: borrowing ByteView) -> Bool {
    take(frame, bytes) as Void
    if isFull { return false }
    guard frame.number % Limit.batch == 0 else { return true }
    return attend(SystemClock.monotonic(), isDrained: false)
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
    metrics?.write(at: clock, fill)
  }

  private func fill(_ metrics: inout Metrics) {
    let statistics = source.statistics()
    metrics.frames = source.frameCount
    metrics.lostInKernel = statistics.dropped
    metrics.lostOnInterfaces = statistics.droppedByInterface
    metrics.openConnections = analysis.openConnections
    metrics.outcomes = analysis.outcomes
    metrics.lastFrame = lastFrameTime
  }

  private func show(_ updates: [FindingChange]) {
    guard !updates.isEmpty else { return }
    status.clear()
    tell?(updates)
    metrics?.metrics.count(updates)
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
