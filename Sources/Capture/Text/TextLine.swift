/// What a line of such a text is.
enum TextLine {
  case dump(DumpLine)
  /// Without an offset. Other lines may look like this.
  case bareDump(DumpLine)
  case heading(PacketHeading.Time, interface: UInt32)
  case title(FrameTitle)
  /// Prompts, filters, counts, details: nothing that is read here.
  case none

  /// - Parameter place: where in a packet bytes without an offset belong.
  init(_ line: Span<UInt8>, _ names: InterfaceNames, bareAt place: Int) {
    if let dump = DumpLine(line) {
      self = .dump(dump)
    } else if let dump = DumpLine(line, withoutOffsetAt: place) {
      self = .bareDump(dump)
    } else if let heading = PacketHeading(line) {
      self = .heading(heading.time, interface: names.number(of: line.extracting(heading.interface)))
    } else {
      self = FrameTitle(line).map { .title($0) } ?? .none
    }
  }

  /// What came before is over.
  var beginsNew: Bool {
    switch self {
    case .dump(let dump): dump.offset == 0
    case .heading, .title: true
    case .bareDump, .none: false
    }
  }
}
