import Diagnosis
import Packets
import Transcripts

/// What the page says of one connection; the names are those in the template.
struct ConnectionView {
  struct StageView {
    var symbol: String
    var name: String
    var outcome: String
    var tone: Tone
  }

  var connectionID: Int
  var attempt: String?
  var mark: OutcomeMark
  var client: String
  var server: String
  var about: [String]
  var stages: [StageView]
  var place: String
  var ladder: Ladder
  var lead: [FindingView]
  var others: [FindingView]
  var notes: [NoteView]

  init(
    _ record: DiagnosedConnection, mark: OutcomeMark, attempt: String?, ladder: Ladder, lead: [FindingView],
    others: [FindingView], notes: [NoteView]
  ) {
    connectionID = record.id
    self.attempt = attempt
    self.mark = mark
    client = record.client.description
    server = record.server.description
    about = [record.shareText, record.identityText, record.dialectText].compactMap(\.self)
    stages = record.stageOutcomes.filter { $0.1 != .notApplicable }.map { stage, outcome in
      StageView(symbol: outcome.symbol, name: stage.shortName, outcome: outcome.words, tone: outcome.tone)
    }
    place = record.placeText + (record.peersText.isEmpty ? "" : "; \(record.peersText)")
    self.ladder = ladder
    self.lead = lead
    self.others = others
    self.notes = notes
  }
}

/// A sentence of its own.
struct NoteView {
  var text: String
  var tone: Tone
}

extension StageOutcome {
  fileprivate var words: String {
    switch self {
    case .passed, .failed, .inconclusive: rawValue
    case .notReached: "not reached"
    case .notSeen: "not seen"
    case .notApplicable: "not applicable"
    }
  }
}
