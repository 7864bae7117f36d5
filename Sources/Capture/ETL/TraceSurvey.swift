import Packets
import System

/// What a trace holds, found out before the first packet is delivered: where the buffers of each processor are, how time is
/// counted, and from where pktmon's packets are taken.
struct TraceSurvey {
  private enum Limit {
    /// 24 bytes of memory for each; buffers of 64 KiB and more are usual.
    static let buffers = 1 << 20
    /// More than any Windows computer has.
    static let processors = 512
    /// Providers of events that are counted one by one, for a trace without packets.
    static let providers = 256
  }

  /// A buffer in the file.
  struct Buffer {
    var offset: Int
    var sequence: UInt64
    var processor: UInt16
  }

  /// Events that hold packets or would.
  struct Counts {
    /// Of NDIS-PacketCapture.
    var captured = 0
    var metadata = 0
    var switched = 0
    /// Of pktmon.
    var monitored = 0
    var dropped = 0
  }

  private(set) var header: TraceHeader?
  /// By processor, and in the order in which they were filled.
  private(set) var buffers: [Buffer] = []
  private(set) var counts = Counts()
  private(set) var places = MonitoredPlaces()
  /// pktmon numbers the appearances of a packet.
  private(set) var isNumbered = false
  /// Events by who wrote them.
  private(set) var providers: [TraceProvider: Int] = [:]
  private(set) var events = 0
  /// The first that is damaged.
  private(set) var damage: ReadDamage?

  private var processors: Set<UInt16> = []
  private var damagedBuffers = 0

  /// - Throws: when the beginning is not that of a trace.
  init(_ bytes: any RandomAccessBytes, bufferSize: Int) throws(ReadDamage) {
    var reader = TraceEvents(bytes, largestRead: bufferSize)
    var offset = 0
    var isStopped = false
    while !Interruption.isRequested {
      do throws(ReadDamage) {
        guard let buffer = try reader.open(at: offset) else { break }
        try record(buffer, at: offset)
        readEvents(&reader, endOfBuffer: offset + buffer.size, of: bytes.size)
        offset += buffer.size
      } catch {
        recordDamage(error, buffer: buffers.count + 1)
        isStopped = true
      }
      if header == nil { throw damage ?? ReadDamage(message: "in buffer 1: the event that describes the trace is missing", byte: 0) }
      // The beginning of the next buffer is unknown.
      if isStopped { break }
    }
    if !isStopped { lookForMissingBuffers(bytes.size) }
    // Only a trace that was joined of several has them in another order.
    buffers.sort { ($0.processor, $0.sequence, $0.offset) < ($1.processor, $1.sequence, $1.offset) }
    if damagedBuffers > 1 { damage?.message += "; \(damagedBuffers - 1) more of its buffers are damaged" }
  }

  private mutating func record(_ buffer: TraceBuffer, at offset: Int) throws(ReadDamage) {
    if offset == 0, buffer.compressionMethod == 2 || buffer.compressionMethod == 4 { method = buffer.compressionMethod }
    if buffer.isCompressed, let method {
      throw ReadDamage(message: "its buffers are compressed with method \(method), but smbdx reads only method 3 (plain LZ77)", byte: offset)
    }
    processors.insert(buffer.processor)
    guard buffers.count < Limit.buffers, processors.count <= Limit.processors else {
      throw ReadDamage(message: "it has more buffers or processors than smbdx can read", byte: offset)
    }
    buffers.append(Buffer(offset: offset, sequence: buffer.sequence, processor: buffer.processor))
  }

  /// How buffers are packed, when it is not as they always are.
  private var method: UInt16?

  private mutating func readEvents(_ reader: inout TraceEvents, endOfBuffer end: Int, of size: Int) {
    do throws(ReadDamage) {
      while let event = try reader.next() { record(event, reader) }
      // The events may end before the buffer does.
      guard end <= size else { throw ReadDamage(message: "truncated: the file ends in the middle of a buffer", byte: size) }
    } catch {
      recordDamage(error, buffer: buffers.count)
    }
  }

  private mutating func recordDamage(_ error: ReadDamage, buffer: Int) {
    damagedBuffers += 1
    guard damage == nil else { return }
    damage = ReadDamage(message: "in buffer \(buffer): \(error.message)", byte: error.byte)
  }

  /// A trace whose recorder closed it says how many buffers it has.
  private mutating func lookForMissingBuffers(_ size: Int) {
    guard damage == nil, !Interruption.isRequested, let stated = header?.buffers, stated > buffers.count else { return }
    recordDamage(
      ReadDamage(message: "truncated: the file ends behind it, but says that it has \(stated) buffers", byte: size), buffer: buffers.count)
  }

  private mutating func record(_ event: TraceEvent, _ reader: borrowing TraceEvents) {
    events += 1
    switch event.kind {
    case .system(hook: 0) where header == nil:
      header = reader.withBody { (body) throws(DecodeError) in try TraceHeader(body, first: event.time) }
    case .event where event.provider == .packetCapture: recordCaptured(event)
    case .event where event.provider == .pktmon: recordMonitored(event, reader)
    default: recordOther(event.provider)
    }
  }

  private mutating func recordCaptured(_ event: TraceEvent) {
    switch event.id {
    case CapturedPacket.ID.fragment: counts.captured += 1
    case CapturedPacket.ID.metadata: counts.metadata += 1
    case CapturedPacket.ID.virtualSwitch: counts.switched += 1
    default: recordOther(event.provider)
    }
  }

  private mutating func recordMonitored(_ event: TraceEvent, _ reader: borrowing TraceEvents) {
    switch event.id {
    case MonitoredPacket.ID.packet:
      counts.monitored += 1
      let packet = reader.withBody { (body) throws(DecodeError) in try MonitoredPacket(event, body) }
      guard let packet else { return }
      if packet.appearance > 0 { isNumbered = true }
      places.record(packet, time: event.time)
    case MonitoredPacket.ID.dropped: counts.dropped += 1
    case MonitoredPacket.ID.component:
      recordOther(event.provider)
      _ = reader.withBody { (body) throws(DecodeError) in try places.recordComponent(body) }
    case MonitoredPacket.ID.property:
      recordOther(event.provider)
      _ = reader.withBody { (body) throws(DecodeError) in try places.recordProperty(body) }
    default: recordOther(event.provider)
    }
  }

  /// Events that hold no packets.
  private mutating func recordOther(_ provider: TraceProvider) {
    guard providers[provider] != nil || providers.count < Limit.providers else { return }
    providers[provider, default: 0] += 1
  }
}
