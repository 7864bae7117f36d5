import Reports

@testable import Diagnosis
@testable import Rules
@testable import Transcripts

/// Makes a report of transcripts and of what was found in them, without frames.
struct ReportBuilder {
  typealias Limit = DiagnosisBuilder.Limit

  private let toolVersion: String
  private let files: [String]
  private let rulesLeftOut: Int
  private var diagnosis: DiagnosisBuilder

  init(
    toolVersion: String, files: [String], isFiltered: Bool = false, rulesLeftOut: Int = 0, site: Site = Site()
  ) {
    self.toolVersion = toolVersion
    self.files = files
    self.rulesLeftOut = rulesLeftOut
    diagnosis = DiagnosisBuilder(site: site, isFiltered: isFiltered)
  }

  mutating func add(_ transcript: Transcript, _ verdict: ConnectionFindings) { diagnosis.add(transcript, verdict) }

  consuming func finish(
    capture: CaptureFacts, engine: Engine, lookups: Lookups = Lookups(), locate: ((Int) -> FramePlace?)? = nil
  ) -> Report {
    Report(
      toolVersion: toolVersion, files: files, rulesLeftOut: rulesLeftOut,
      diagnosis: diagnosis.finish(
        capture: capture, engine: engine, facts: RecordingFacts(), lookups: lookups, locate: locate))
  }
}
