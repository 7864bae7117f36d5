import Diagnosis
import Packets
import Rules
import Transcripts

/// The frames of a connection that the report knows, drawn between client and server in their order.
///
/// Positions across are in percent and positions down in pixels, so that a narrow screen gets a narrow drawing and no
/// smaller letters.
struct Ladder {
  /// The higher, the more it says about why the connection ended so.
  enum Weight: String, Comparable {
    case context, contributing, decisive

    static func < (left: Weight, right: Weight) -> Bool { left.rank < right.rank }

    private var rank: Int { self == .decisive ? 2 : self == .contributing ? 1 : 0 }
  }

  struct Line {
    var y: Int
    var words: String
  }

  struct Step {
    var frame: Int
    var weight: Weight
    var sender: Peer?
    var notes: [String]
    /// A message that client and KDC exchanged beside this connection.
    var isWithKDC = false

    // Drawn:
    var top = 0
    var height = 0
    /// Of the arrow, and of the frame's number above its words.
    var y = 0
    var numberY = 0
    var lines: [Line] = []
    /// Of day; nil when it is not known.
    var time: String?
    /// ` · 0.3 ms` after the connection's first frame; nil when the time is not known.
    var moment: String?
    /// Along the time line, in percent.
    var x: Double?
    // What the template asks, which sees stored properties only.
    var toServer = false
    var toClient = false
    var nowhere = false
  }

  fileprivate enum Size {
    static let head = 30
    static let line = 17
    /// Above the words, and between them and the arrow.
    static let above = 12
    static let below = 9
    /// Columns of text that a narrow screen has room for.
    static let columns = 38
  }

  var steps: [Step]
  /// All that the findings say of their frames is in the drawing.
  var tellsAll = true
  var drawingHeight: Int
  var moreSteps: String?
  /// Of the time line.
  var began: String
  var lasted: String
  var description: String

  init(_ record: DiagnosedConnection, _ findings: [Finding], _ clock: ClockText = ClockText(CaptureFacts())) {
    let all = Self.steps(of: record, findings)
    let chosen = Set(all.sorted { ($1.weight, $0.frame) < ($0.weight, $1.frame) }.prefix(HTMLReport.Limit.drawn).map(\.frame))
    steps = all.filter { chosen.contains($0.frame) }
    moreSteps = remainder(all.count - steps.count, "frame")
    let times = Dictionary(record.datedFrames.map { ($0.number, $0.time.since(record.startTime)) }) { first, _ in first }
    let span = times.values.max() ?? .zero
    began = "frame \(record.firstFrame), \(record.startTime.rfc3339)"
    lasted = "frame \(record.lastFrame), \(span) later"
    description = "Frames between client and server: " + steps.map { String($0.frame) }.joined(separator: ", ")
    drawingHeight = Size.head
    let dated = Dictionary(
      record.datedFrames.map { ($0.number, Optional($0.time)) } + findings.flatMap(\.evidence).map { ($0.frame, $0.time) }) { first, _ in first }
    for index in steps.indices {
      steps[index].draw(at: &drawingHeight)
      steps[index].time = clock.milliseconds(dated[steps[index].frame] ?? nil)
      guard let time = times[steps[index].frame] else { continue }
      // A recording's clock may have been set back.
      steps[index].moment = "\(max(time, .zero))"
      steps[index].x = (10 + 980 * (min(max(time, .zero), span) / max(span, TimeSpan(nanoseconds: 1)))).rounded() / 10
    }
    drawingHeight += Size.above
    tellsAll = moreSteps == nil && steps.allSatisfy(\.isWhole)
  }

  /// By frame: what the findings cite, and how the connection began and ended.
  private static func steps(of record: DiagnosedConnection, _ findings: [Finding]) -> [Step] {
    var steps: [Int: Step] = [:]
    func addStep(_ frame: Int, _ weight: Weight, _ sender: Peer?, _ text: String) {
      var step = steps[frame] ?? Step(frame: frame, weight: weight, notes: [])
      step.weight = max(step.weight, weight)
      step.sender = step.sender ?? sender
      // The same in more words replaces it.
      if !step.notes.contains(where: { $0.hasPrefix(text) }) {
        step.notes.removeAll { text.hasPrefix($0) }
        step.notes.append(text)
      }
      steps[frame] = step
    }
    let own = Set(record.datedFrames.map(\.number))
    for (index, finding) in findings.enumerated() {
      let decisive = index == 0 ? finding.decisiveFrames : []
      let isBeside = finding.phase == .kerberos && finding.tcpStream != record.tcpStream
      for proof in finding.evidence {
        addStep(proof.frame, decisive.contains(proof.frame) ? .decisive : .contributing, proof.sender, proof.note)
        if isBeside, proof.sender != nil, !own.contains(proof.frame) { steps[proof.frame]?.isWithKDC = true }
      }
    }
    if steps[record.firstFrame] == nil { addStep(record.firstFrame, .context, nil, "first frame of the connection") }
    if let ending = record.ending {
      if steps[ending.frame] == nil {
        addStep(ending.frame, .context, ending.peer, "\(ending.kind.rawValue.uppercased()) ends the connection")
      }
    } else if steps[record.lastFrame] == nil {
      addStep(record.lastFrame, .context, nil, "last frame of the connection")
    }
    return steps.values.sorted { $0.frame < $1.frame }
  }
}

extension Ladder.Step {
  /// Places the words and the arrow below what was drawn so far.
  fileprivate mutating func draw(at bottom: inout Int) {
    (toServer, toClient, nowhere) = (sender == .client, sender == .server, sender == nil)
    top = bottom
    bottom += Ladder.Size.above + Ladder.Size.line
    numberY = bottom - 4
    for words in Self.wrapped(notes.joined(separator: "; ")) {
      bottom += Ladder.Size.line
      lines.append(Ladder.Line(y: bottom - 4, words: words))
    }
    bottom += Ladder.Size.below
    y = bottom
    bottom += 3
    height = bottom - top
  }

  /// Nothing of the notes was cut off.
  fileprivate var isWhole: Bool {
    lines.map(\.words).joined().filter { $0 != " " } == Escaping.visible(notes.joined(separator: "; ")).filter { $0 != " " }
  }

  private static func wrapped(_ text: String) -> [String] {
    var lines = [""]
    // Words that are longer than a line are cut.
    let words = Escaping.visible(text).split(separator: " ").flatMap(pieces)
    for word in words {
      let line = lines[lines.count - 1]
      if line.isEmpty {
        lines[lines.count - 1] = word
      } else if displayWidth(line) + 1 + displayWidth(word) <= Ladder.Size.columns {
        lines[lines.count - 1] = line + " " + word
      } else if lines.count == HTMLReport.Limit.lines {
        lines[lines.count - 1] = line + " …"
        break
      } else {
        lines.append(word)
      }
    }
    return lines
  }

  private static func pieces(of word: Substring) -> [String] {
    let most = HTMLReport.Limit.lines * Ladder.Size.columns
    guard displayWidth(String(word)) > Ladder.Size.columns else { return [String(word)] }
    var pieces = [""]
    for scalar in word.unicodeScalars.prefix(most) {
      if displayWidth(pieces[pieces.count - 1]) + 2 > Ladder.Size.columns { pieces.append("") }
      pieces[pieces.count - 1].unicodeScalars.append(scalar)
    }
    return pieces
  }
}

extension Finding {
  /// Those that are emphasised: of a wrong value all that show it, else the one frame that decides.
  fileprivate var decisiveFrames: Set<Int> {
    guard rule.nature == .wrongValue else { return Set([decisive?.frame].compactMap(\.self)) }
    let frames = evidence.lazy.filter { !$0.isEnd }.map(\.frame)
    return Set(frames.isEmpty ? evidence.map(\.frame) : Array(frames))
  }
}
