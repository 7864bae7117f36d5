import Packets

/// Segments of one stream in any order, overlapping, contradicting each other and cut, against a model that is
/// obviously right: a map from offsets to bytes in which the first copy of a byte stays.
///
/// Input: 64 bytes of which the stream is made; then for each segment offset 2 (12 bits), length 1, captured bytes 1,
/// change 1.
func fuzzStreams(_ input: borrowing ByteView) {
  guard let pattern = try? input.view(at: 0, count: 64).copy() else { return }
  var model = StreamModel()
  var subject = StreamSubject()
  var offset = 64
  // Fewer than the limits of what a stream may hold: those are tested elsewhere.
  for _ in 0..<500 {
    guard let head = try? input.view(at: offset, count: 5), let start = try? Int(head.u16le(at: 0) & 0x0fff) - 256,
      let length = try? Int(head.u8(at: 2)), let captured = try? Int(head.u8(at: 3)), let change = try? head.u8(at: 4)
    else { break }
    offset += 5
    // One byte may be a keep-alive, which is no data.
    guard length > 1 else { continue }
    let bytes = (start..<(start + min(length, captured))).map { pattern[$0 & 63] ^ change }
    model.accept(bytes, at: start, length: length)
    subject.accept(bytes, at: start, length: length)
  }
  let expected = model.finish()
  let delivered = subject.finish()
  guard delivered.bytes == expected.bytes, delivered.missed == expected.missed else {
    fatalError("model: \(expected)\nassembler: \(delivered)")
  }
}

/// What a stream brought: bytes by offset, and the offsets of bytes that are missing.
struct StreamContent: Equatable {
  var bytes: [Int: UInt8] = [:]
  var missed: Set<Int> = []
}

struct StreamModel {
  /// nil is a byte that was sent, and cut off.
  private var first: [Int: UInt8?] = [:]

  mutating func accept(_ bytes: [UInt8], at start: Int, length: Int) {
    for index in 0..<length where start + index >= 0 && first[start + index] == nil {
      first[start + index] = .some(index < bytes.count ? bytes[index] : nil)
    }
  }

  func finish() -> StreamContent {
    let end = (first.keys.max() ?? -1) + 1
    var content = StreamContent()
    for offset in 0..<end {
      if let byte = first[offset] ?? nil { content.bytes[offset] = byte } else { content.missed.insert(offset) }
    }
    return content
  }
}

/// The same segments on their way through a connection table.
struct StreamSubject {
  private final class Reader: StreamConsumer, ConnectionObserver {
    var content = StreamContent()
    var next = 0

    func receive(_ chunk: borrowing StreamChunk) -> Int {
      record(chunk.offset, chunk.bytes.count)
      for (index, byte) in chunk.bytes.copy().enumerated() { content.bytes[chunk.offset + index] = byte }
      return 0
    }

    func missed(_ count: Int, at offset: Int, side: Side, frame: FrameStamp) {
      record(offset, count)
      content.missed.formUnion(offset..<(offset + count))
    }

    /// Everything comes once, in order.
    private func record(_ offset: Int, _ count: Int) {
      precondition(offset == next && count >= 0)
      next += count
    }

    func recognise(_ payload: borrowing ByteView, endpoints: (Endpoint, Endpoint)) -> Recognition { .consumed(by: self) }
    func consumerWithoutPayload(endpoints: (Endpoint, Endpoint)) -> (any StreamConsumer)? { self }
    func connectionStarted(_ connection: TCPConnection, consumer: any StreamConsumer) {}
    func connectionEnded(_ connection: TCPConnection, consumer: any StreamConsumer) {}
  }

  private let reader = Reader()
  private var table: ConnectionTable
  private var frames = 0

  init() {
    table = ConnectionTable(observer: reader, maximumConnections: 16)
    accept(flags: 0x02, sequence: 0xffff_f000, [], length: 0)
  }

  mutating func accept(_ bytes: [UInt8], at start: Int, length: Int) {
    accept(flags: 0x10, sequence: 0xffff_f001 &+ UInt32(truncatingIfNeeded: start), bytes, length: length)
  }

  private mutating func accept(flags: UInt8, sequence: UInt32, _ bytes: [UInt8], length: Int) {
    func big(_ value: UInt32) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }
    let total = UInt32(40 + length)
    let ip = big(0x4500_0000 | total) + big(0) + [64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]
    let tcp = big(0xc000_01bd) + big(sequence) + big(0) + [0x50, flags, 0xff, 0xff, 0, 0, 0, 0]
    let packet = ip + tcp + bytes
    frames += 1
    let frame = Frame(
      number: frames, time: Timestamp(nanoseconds: 0), originalLength: Int(total), linkType: .rawIP)
    let view = ByteView(packet.span)
    guard case .packet(let read) = try? Packet.read(view, frame: frame), case .tcp(let header) = read.transport else {
      fatalError("a well-formed packet is not read")
    }
    table.accept(read, header: header, frame: FrameStamp(number: frames, time: frame.time), bytes: view)
  }

  mutating func finish() -> StreamContent {
    table.finish()
    return reader.content
  }
}
