import Algorithms
package import Packets

/// What is known about a recording apart from its frames. A slim capture keeps this of its original.
package struct SlimSummary: Sendable {
  /// Frames that follow each other in one file and in the recording.
  package struct Run: Equatable, Sendable {
    package var firstFrame: Int
    package var file: Int
    package var firstFileFrame: Int
  }

  enum Limit {
    /// Files, remarks and the like that are kept of one capture.
    static let entries = 1 << 16
  }

  package var files: [String] = []
  /// Packets that the recorders of these files say they lost.
  package var lostFrames: [Int] = []
  package var linkTypes: [LinkType] = []
  package var leftOut = LeftOutFrames()
  package var runs: [Run] = []
  package var damage: [CaptureDamage] = []
  package var remarks: [(file: String, sentence: String)] = []
  package var skipped: [(file: String, why: String)] = []
  package var emptyFiles: [String] = []
  /// Recorders that come with Windows made all files.
  package var isOfWindows = false

  package init() {}

  /// Where a frame lies in the files, as ``Recording/place(of:)`` says.
  func place(of frame: Int) -> (file: Int, frame: Int)? { Self.place(of: frame, in: runs) }

  static func place(of frame: Int, in runs: [Run]) -> (file: Int, frame: Int)? {
    let index = runs.partitioningIndex { $0.firstFrame > frame } - 1
    guard index >= 0 else { return nil }
    let run = runs[index]
    // Where the last one ends that was noted is not known.
    if runs.count > Recording.Limit.runs, let last = runs.last, frame >= last.firstFrame { return nil }
    return (run.file, run.firstFileFrame + frame - run.firstFrame)
  }
}

// MARK: Reading

extension SlimSummary {
  /// Takes one option of a block. Those of later versions say nothing here.
  mutating func take(_ code: UInt16, _ value: borrowing ByteView, _ order: ByteOrder) throws(DecodeError) {
    guard let option = SlimFormat.Option(rawValue: code) else { return }
    switch option {
    case .file: add(text(value), to: \.files)
    case .lost: add(try number(value, at: 0, order), to: \.lostFrames)
    case .linkType: add(LinkType(rawValue: Int32(bitPattern: try value.u32(at: 0, order))), to: \.linkTypes)
    case .leftOut: leftOut = try LeftOutFrames(value, order)
    case .run:
      // One more than a recording keeps, which shows that there are more.
      let run = Run(
        firstFrame: try number(value, at: 0, order), file: try number(value, at: 8, order),
        firstFileFrame: try number(value, at: 16, order))
      guard run.file < files.count else { throw DecodeError(offset: 8, reason: .malformed("there is no file \(run.file)")) }
      if runs.count <= Recording.Limit.runs { runs.append(run) }
    case .damage:
      let (file, message) = try texts(value, at: 16, order)
      let byte = try value.u64(at: 8, order)
      add(
        CaptureDamage(
          file: file, frame: try number(value, at: 0, order), byte: byte >= SlimFormat.noFault ? nil : Int(clamping: byte),
          message: message, isOfFile: byte != SlimFormat.noFault),
        to: \.damage)
    case .remark: add(try texts(value, at: 0, order), to: \.remarks)
    case .skipped: add(try texts(value, at: 0, order), to: \.skipped)
    case .empty: add(text(value), to: \.emptyFiles)
    case .windows: isOfWindows = true
    }
  }

  private mutating func add<Element>(_ element: Element, to list: WritableKeyPath<Self, [Element]>) {
    if self[keyPath: list].count < Limit.entries { self[keyPath: list].append(element) }
  }

  private func text(_ value: borrowing ByteView) -> String { String(decoding: value.copy(), as: UTF8.self) }

  /// The length of the first has 2 bytes; the second is the rest.
  private func texts(_ value: borrowing ByteView, at start: Int, _ order: ByteOrder) throws(DecodeError) -> (String, String) {
    let length = Int(try value.u16(at: start, order))
    let first = try value.view(at: start + 2, count: length)
    return (text(first), text(try value.view(from: start + 2 + length)))
  }

  private func number(_ value: borrowing ByteView, at offset: Int, _ order: ByteOrder) throws(DecodeError) -> Int {
    Int(min(try value.u64(at: offset, order), SlimFormat.Limit.number))
  }
}

extension LeftOutFrames {
  fileprivate init(_ value: borrowing ByteView, _ order: ByteOrder) throws(DecodeError) {
    func number(_ index: Int, _ value: borrowing ByteView) throws(DecodeError) -> Int {
      Int(clamping: try value.u64(at: 8 * index, order))
    }
    self.init()
    frames = try number(0, value)
    bytes = try number(1, value)
    truncatedFrames = try number(2, value)
    misorderedFrames = try number(3, value)
    snapshotLength = try number(4, value)
    firstMisorderedFrame = try number(5, value)
    largestStepBack = TimeSpan(nanoseconds: Int64(try number(6, value)))
    let last = Int64(bitPattern: try value.u64(at: 56, order))
    lastTime = last == .min ? nil : Timestamp(nanoseconds: last)
  }

  fileprivate var numbers: [UInt64] {
    [frames, bytes, truncatedFrames, misorderedFrames, snapshotLength, firstMisorderedFrame ?? 0].map { UInt64(clamping: $0) }
      + [UInt64(clamping: largestStepBack.nanoseconds), UInt64(bitPattern: lastTime?.nanoseconds ?? .min)]
  }
}

// MARK: Writing

extension SlimSummary {
  /// What frames are read with.
  func writeBeginning(to writer: inout PcapngWriter) {
    let start = writer.beginSlimBlock(.beginning)
    for file in files { writer.appendOption(.file, text: file) }
    for type in linkTypes { writer.appendOption(.linkType, type) }
    writer.endSlimBlock(start)
  }

  func writeEnd(to writer: inout PcapngWriter) {
    let start = writer.beginSlimBlock(.end)
    for lost in lostFrames { writer.appendOption(.lost, [UInt64(clamping: lost)]) }
    for type in linkTypes { writer.appendOption(.linkType, type) }
    writer.appendOption(.leftOut, leftOut.numbers)
    for run in runs { writer.appendOption(.run, [run.firstFrame, run.file, run.firstFileFrame].map { UInt64(clamping: $0) }) }
    for one in damage {
      writer.appendOption(
        .damage, [UInt64(clamping: one.frame), one.byte.map { UInt64(clamping: $0) } ?? (one.isOfFile ? .max : SlimFormat.noFault)], texts: (one.file, one.message))
    }
    for remark in remarks { writer.appendOption(.remark, texts: remark) }
    for one in skipped { writer.appendOption(.skipped, texts: one) }
    for name in emptyFiles { writer.appendOption(.empty, text: name) }
    if isOfWindows { writer.appendOption(.windows) }
    writer.endSlimBlock(start)
  }
}
