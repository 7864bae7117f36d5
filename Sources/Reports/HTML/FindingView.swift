import Diagnosis
import Rules
import Transcripts

/// What the page says of one finding; the names are those in the template.
struct FindingView {
  /// What is told of its causes and remedies.
  enum Advice {
    case none, told
    /// Told with the finding of this identity.
    case toldWith(String)
  }

  struct Frame {
    var label: String
    var time: String?
    var direction: String?
    var note: String
  }

  struct Table {
    var direction: String
    var rows: [Row]
  }

  struct Row {
    var symbol: String
    var meaning: String
    var toneOfRow: Tone
    var field: String
    var negotiated: String
    var validated: String
  }

  var findingID: String
  var rule: String
  var severity: Severity
  var standing: String
  var summary: String
  var evidence: [Frame]
  /// A drawing beside it shows the same to the eye.
  var isDrawn = false
  var moreEvidence: String?
  var tables: [Table] = []
  var why: String?
  var causes: [String] = []
  var remedies: [Remedy] = []
  var toldWith: String?
  var see: [String] = []
  var wireshark: String?

  /// - Parameter known: evidence that was shown already.
  init(_ finding: Finding, in report: Report, advice: Advice = .none, known: [Evidence] = []) {
    findingID = finding.id
    rule = finding.rule.id
    severity = finding.severity
    standing = finding.standingText
    summary = finding.summary
    let clock = ClockText(report.capture)
    let proofs = finding.evidence.filter { !known.contains($0) }
    evidence = proofs.prefix(HTMLReport.Limit.evidence).map { proof in
      Frame(
        label: report.label(of: proof), time: clock.milliseconds(proof.time), direction: proof.sender.map { "\($0.rawValue) → \($0.other.rawValue)" }, note: proof.note)
    }
    moreEvidence = remainder(proofs.count - evidence.count, "frame")
    if case .none = advice { return }
    tables = [FieldComparison.Direction.request, .response].map { direction in
      Table(
        direction: direction.rawValue,
        rows: finding.comparison.filter { $0.direction == direction }.map(Row.init))
    }.filter { !$0.rows.isEmpty }
    see = ["smbdx explain \(finding.rule.id)"] + finding.rule.references
    wireshark = finding.wiresharkFilter
    if case .toldWith(let other) = advice {
      toldWith = other
    } else {
      if finding.causes.isEmpty { why = paragraphs(of: finding.rule.explanation).first }
      causes = finding.causes
      remedies = finding.datedRemedies
    }
  }
}

extension FindingView.Row {
  init(_ field: FieldComparison) {
    symbol = field.symbol
    meaning = field.isEqual ? "same" : field.differsInOrderOnly ? "differs in order" : "differs"
    toneOfRow = field.tone
    self.field = field.field.specificationName
    negotiated = field.negotiated.description
    validated = field.validated.description
  }
}
