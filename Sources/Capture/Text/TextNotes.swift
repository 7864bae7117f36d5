/// Missing parts of a text, in the order of its lines.
struct TextNotes {
  private enum Limit {
    /// A report lists a few; what else is missing looks alike.
    static let listed = 5
  }

  /// Only their headings are there.
  var packetsWithoutBytes = 0

  private var listed: [String] = []
  private var more = 0
  private var shortPackets = 0
  private var end: String?

  mutating func add(_ note: String) {
    if listed.count < Limit.listed { listed.append(note) } else { more += 1 }
  }

  /// - Parameter lastLine: of the last packet alone. When it is the only one that is short, the text was cut there.
  mutating func record(length: Int, of lengthOnWire: Int, lastLine: Int?) {
    guard length < lengthOnWire else { return }
    if let lastLine, shortPackets == 0 {
      end = "the text ends in the middle of a packet, at line \(lastLine): \(length) of \(lengthOnWire) bytes"
    }
    shortPackets += 1
  }

  var remarks: [String] {
    var remarks = listed
    if more > 0 { remarks.append("\(more) more places of the text are incomplete") }
    if packetsWithoutBytes > 0 {
      remarks.append("the text has no bytes for \(packetsWithoutBytes) \(packetsWithoutBytes == 1 ? "packet" : "packets")")
    }
    return remarks + (end.map { [$0] } ?? [])
  }
}
