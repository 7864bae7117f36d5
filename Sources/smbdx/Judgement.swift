import Reports
import Rules
import Transcripts

/// Judges connections as they end, and makes the report of all of it. Files and live captures have it in common.
final class Judgement {
  let engine: Engine
  private var builder: ReportBuilder?

  init(_ options: AnalysisOptions, files: [String], isFiltered: Bool = false) {
    engine = Engine(rules: options.rules)
    builder = ReportBuilder(
      toolVersion: Smbdx.version, files: files, isFiltered: isFiltered, rulesLeftOut: Rule.all.count - options.rules.count,
      site: options.site)
  }

  /// Takes a connection that is over.
  func take(_ transcript: Transcript) -> Verdict {
    let verdict = engine.judge(transcript)
    builder?.add(transcript, verdict)
    return verdict
  }

  /// The recording is over. Can be asked once.
  ///
  /// - Parameters:
  ///   - tracker: after its `finish()`, which gave the inquiries.
  ///   - lost: packets that recorders did not write, by file.
  ///   - locate: finds the file of a frame.
  func report(
    _ tracker: Tracker, _ inquiries: Inquiries, _ facts: CaptureFacts, damage: [CaptureWarning],
    lost: [RecordingFacts.LostPackets] = [], locate: ((Int) -> FramePlace?)? = nil
  ) -> Report {
    // Out of this object, so that nothing of it is copied.
    guard var finished = builder.take() else { preconditionFailure("a report is made once") }
    var recorded = tracker.facts
    recorded.damage = damage.map {
      RecordingFacts.Damage(file: $0.file, message: $0.message, frame: $0.frame, byte: $0.byte)
    }
    recorded.lostPackets = lost
    finished.add(capture: engine.judge(recorded))
    return finished.finish(capture: facts, engine: engine, inquiries: inquiries, locate: locate)
  }
}
