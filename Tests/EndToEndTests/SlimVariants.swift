import Capture
import Packets
import TestSupport

typealias StoredFrame = AnySegmentationTests.StoredFrame

/// What may befall a recording. Each makes other bytes, or other frames, matter.
enum SlimVariant: String, CaseIterable, Sendable {
  case cutAt60, cutAt96, cutAt130, cutAt300, cutAnywhere
  case withoutSome, withoutMany, midstream, lateMidstream, oneDirection
  case swapped, backwards, twice, againLater, flipped, inPieces, inPiecesWithoutSome
  case amidOthers, amidOthersCut

  func apply(_ frames: [StoredFrame], _ generator: inout SeededGenerator) -> [StoredFrame] {
    switch self {
    case .cutAt60: return frames.map { Self.cut($0, 60) }
    case .cutAt96: return frames.map { Self.cut($0, 96) }
    case .cutAt130: return frames.map { Self.cut($0, 130) }
    case .cutAt300: return frames.map { Self.cut($0, 300) }
    case .cutAnywhere: return frames.map { Self.cut($0, .random(in: 1...400, using: &generator)) }
    case .withoutSome: return frames.filter { _ in Int.random(in: 0..<12, using: &generator) > 0 }
    case .withoutMany: return frames.filter { _ in Int.random(in: 0..<3, using: &generator) > 0 }
    case .midstream: return Array(frames.dropFirst(5))
    case .lateMidstream: return Array(frames.dropFirst(frames.count / 2))
    case .oneDirection: return Self.oneDirection(frames)
    case .swapped: return Self.swapped(frames, &generator)
    case .backwards:
      return stride(from: 0, to: frames.count, by: 4).flatMap { frames[$0..<min($0 + 4, frames.count)].reversed() }
    case .twice: return frames.flatMap { [$0, $0] }
    case .againLater:
      return frames.indices.flatMap { $0 > 3 ? [frames[$0], Self.again(frames[$0 - 3], at: frames[$0])] : [frames[$0]] }
    case .flipped: return frames.map { Self.flipped($0, &generator) }
    case .inPieces: return Self.inPieces(frames, &generator)
    case .inPiecesWithoutSome: return Self.withoutSome.apply(Self.inPieces(frames, &generator), &generator)
    case .amidOthers: return Self.amidOthers(frames, &generator)
    case .amidOthersCut: return Self.amidOthers(frames, &generator).map { Self.cut($0, 200) }
    }
  }

  private static func cut(_ stored: StoredFrame, _ length: Int) -> StoredFrame {
    StoredFrame(frame: stored.frame, bytes: Array(stored.bytes.prefix(length)))
  }

  private static func oneDirection(_ frames: [StoredFrame]) -> [StoredFrame] {
    let first = frames.first.map { Array($0.bytes.dropFirst(6).prefix(6)) }
    return frames.filter { Array($0.bytes.dropFirst(6).prefix(6)) == first }
  }

  private static func swapped(_ frames: [StoredFrame], _ generator: inout SeededGenerator) -> [StoredFrame] {
    var frames = frames
    for index in frames.indices.dropLast() where Int.random(in: 0..<3, using: &generator) == 0 { frames.swapAt(index, index + 1) }
    return frames
  }

  private static func again(_ stored: StoredFrame, at other: StoredFrame) -> StoredFrame {
    var copy = stored
    copy.frame.time = other.frame.time
    return copy
  }

  private static func flipped(_ stored: StoredFrame, _ generator: inout SeededGenerator) -> StoredFrame {
    var copy = stored
    guard !copy.bytes.isEmpty, Int.random(in: 0..<4, using: &generator) == 0 else { return stored }
    copy.bytes[Int.random(in: copy.bytes.indices, using: &generator)] ^= UInt8.random(in: 1 ... .max, using: &generator)
    return copy
  }

  private static func inPieces(_ frames: [StoredFrame], _ generator: inout SeededGenerator) -> [StoredFrame] {
    var shifts: [Endpoint: UInt16] = [:]
    return frames.flatMap { AnySegmentationTests.pieces(of: $0, &shifts, &generator) }
  }

  /// Between them, before and behind, what is no business of smbdx: a web server's connection, datagrams, frames that are no IP.
  private static func amidOthers(_ frames: [StoredFrame], _ generator: inout SeededGenerator) -> [StoredFrame] {
    guard let first = frames.first?.frame.time, let last = frames.last?.frame.time else { return frames }
    var foreign = Conversation(server: Endpoint(address: Endpoint.testServer.address, port: 8080))
    foreign.now = first.nanoseconds - 1_000_000_000
    foreign.open()
    let step = max(1_000_000, (last.since(first).nanoseconds + 20_000_000_000) / 150)
    for _ in 0..<150 {
      foreign.send([.client, .server].randomElement(using: &generator)!, generator.bytes(.random(in: 0...1400, using: &generator)))
      foreign.now += step
    }
    let others = foreign.frames.flatMap { one in
      [StoredFrame(frame: frame(at: one.time, one.bytes), bytes: one.bytes), noise(at: one.time, &generator)]
    }
    return (frames + others).enumerated()
      .sorted { ($0.element.frame.time, $0.offset) < ($1.element.frame.time, $1.offset) }.map(\.element)
  }

  private static func frame(at time: Timestamp, _ bytes: [UInt8]) -> Frame {
    Frame(number: 0, time: time, originalLength: bytes.count, linkType: .ethernet)
  }

  private static func noise(at time: Timestamp, _ generator: inout SeededGenerator) -> StoredFrame {
    let hardware = [UInt8](repeating: 2, count: 12)
    let rest = generator.bytes(Int.random(in: 60...900, using: &generator))
    // IPv4 without its transport: addresses and length are right.
    func ip(_ transport: UInt8, _ payload: [UInt8]) -> [UInt8] {
      let length = 20 + payload.count
      return hardware + [8, 0, 0x45, 0, UInt8(length >> 8), UInt8(length & 255), 0, 0, 0, 0, 64, transport, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]
        + payload
    }
    let bytes =
      switch Int.random(in: 0..<7, using: &generator) {
      case 0: hardware + [0x08, 0x06] + rest
      case 1: hardware + [0x88, 0xcc] + rest
      case 2: ip(50, rest)
      case 3: ip(17, [0x12, 0x34, 0x13, 0x37, 0, 0, 0, 0] + rest)
      case 4: ip(17, [0xc0, 0x01, 0x01, 0xbb, 0, 0, 0, 0, 0xc3, 0, 0, 0, 1, 8] + rest)
      case 5: ip(1, [8, 0] + rest)
      default: hardware + [0x89, 0x03] + rest
      }
    return StoredFrame(frame: frame(at: time, bytes), bytes: bytes)
  }
}
