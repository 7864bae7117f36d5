import Packets
import Protocols

/// Reads what passes on a TCP connection record by record: a length before each message.
protocol RecordReader: AnyObject {
  /// Bytes of the length before each record, big-endian.
  var lengthWidth: Int { get }
  /// Longer ones are nonsense.
  var maximumRecord: Int { get }
  func take(_ record: [UInt8], from source: Endpoint, to destination: Endpoint, tcpStream: Int, origin: MessageOrigin)
  /// Nothing more can be read of what `source` sends.
  ///
  /// - Parameter beginning: what is there of a record, with its length.
  func lost(after beginning: [UInt8], from source: Endpoint, to destination: Endpoint, tcpStream: Int, origin: MessageOrigin)
  func ended(_ connection: TCPConnection)
}

/// One TCP connection with a reader of its records: RFC 4120 7.2.2 (Kerberos), RFC 1035 4.2.2 (DNS).
final class RecordConversation: StreamConsumer {
  private struct Record {
    var bytes: [UInt8] = []
    var firstFrame = 0
    /// After a hole or nonsense nothing more is read of this direction.
    var isLost = false
  }

  private let reader: any RecordReader
  private let held: HeldBytes
  private let endpoints: (Endpoint, Endpoint)
  var tcpStream = 0
  private var records = (first: Record(), second: Record())

  init(reader: any RecordReader, held: HeldBytes, endpoints: (Endpoint, Endpoint)) {
    self.reader = reader
    self.held = held
    self.endpoints = endpoints
  }

  func receive(_ chunk: borrowing StreamChunk) -> Int {
    switch chunk.side {
    case .first: read(chunk, &records.first, from: endpoints.0, to: endpoints.1)
    case .second: read(chunk, &records.second, from: endpoints.1, to: endpoints.0)
    }
    return 0
  }

  func missed(_ count: Int, at offset: Int, side: Side, frame: FrameStamp) {
    switch side {
    case .first: lose(&records.first, from: endpoints.0, to: endpoints.1, frame)
    case .second: lose(&records.second, from: endpoints.1, to: endpoints.0, frame)
    }
  }

  /// The connection is over.
  func finish(_ connection: TCPConnection) {
    held.count -= records.first.bytes.count + records.second.bytes.count
    records = (Record(isLost: true), Record(isLost: true))
    reader.ended(connection)
  }

  private func lose(_ record: inout Record, from: Endpoint, to: Endpoint, _ frame: FrameStamp) {
    held.count -= record.bytes.count
    let (beginning, since) = (record.bytes, record.firstFrame)
    record = Record(isLost: true)
    let first = beginning.isEmpty ? frame.number : since
    reader.lost(
      after: beginning, from: from, to: to, tcpStream: tcpStream,
      origin: MessageOrigin(firstFrame: first, lastFrame: first, lastTime: frame.time))
  }

  private func read(_ chunk: borrowing StreamChunk, _ record: inout Record, from: Endpoint, to: Endpoint) {
    guard !record.isLost, !chunk.bytes.isEmpty else { return }
    if record.bytes.isEmpty { record.firstFrame = chunk.frame.number }
    guard held.count + chunk.bytes.count <= held.limit else {
      held.limitsReached += 1
      return lose(&record, from: from, to: to, chunk.frame)
    }
    held.count += chunk.bytes.count
    chunk.bytes.append(to: &record.bytes)
    let bytes = record.bytes
    let view = ByteView(bytes.span)
    let width = reader.lengthWidth
    var start = 0
    while let length = try? width == 2 ? Int(view.u16be(at: start)) : Int(view.u32be(at: start)) {
      guard length > 0, length <= reader.maximumRecord else { return lose(&record, from: from, to: to, chunk.frame) }
      guard let body = try? view.view(at: start + width, count: length) else { break }
      let origin = MessageOrigin(
        firstFrame: record.firstFrame, lastFrame: chunk.frame.number, lastTime: chunk.frame.time)
      reader.take(body.copy(), from: from, to: to, tcpStream: tcpStream, origin: origin)
      record.firstFrame = chunk.frame.number
      start += width + length
    }
    if start > 0 {
      record.bytes = Array(bytes[start...])
      held.count -= start
    }
  }
}
