import TestSupport
import Testing

@testable import Packets
@testable import Protocols

/// Messages inside COMPRESSION_TRANSFORM_HEADER are handed on as if they had come plain.
@Suite struct CompressedFramingTests {
  /// A compound of a share's path, of bulk data, and of a message that says nothing else.
  static let message = SMB2Bytes.compound([
    SMB2Bytes.request(3, 1, SMB2BodyBytes.treeConnectRequest()), SMB2Bytes.request(9, 2, .counting(100)),
    SMB2Bytes.request(11, 3, SMB2BodyBytes.validateRequest()),
  ])
  static let plain = FramerHarness.events(of: nbss(message)).map(\.content)
  static let logoff = FramerHoleTests.logoff(9)

  /// Every algorithm, chained and not, with the header in clear and without.
  static let forms: [[UInt8]] =
    compressionAlgorithms.flatMap { algorithm in
      [0, 16, 64, 100].flatMap { [compressed(message, algorithm, clear: $0), compressedInChain(message, algorithm, clear: $0)] }
    } + [patterned]

  /// The zeros of the first header's signature as a pattern.
  static let patterned = compressionChain(
    size: message.count,
    [
      (0, Array(message[..<48])), (4, [0, 0, 0, 0, 16, 0, 0, 0]), (0, Array(message[64...])),
    ])

  @Test(arguments: forms.indices)
  func readsWhatIsInside(form: Int) {
    let stream = nbss(Self.forms[form]) + Self.logoff
    #expect(Self.plain.count == 3)
    let whole = FramerHarness.events(of: stream)
    #expect(whole.map(\.content).dropLast() == Self.plain[...])
    #expect(whole.last?.content == FramerHarness.events(of: Self.logoff)[0].content)
    for cut in 1..<stream.count {
      let events = FramerHarness.events(of: stream, cutAt: [cut])
      #expect(events.map(\.content) == whole.map(\.content), "cut at \(cut)")
      let end = stream.count - Self.logoff.count
      let (first, last) = (cut <= 4 ? 2 : 1, cut < end ? 2 : 1)
      #expect(events.prefix(3).allSatisfy { $0.firstFrame == first && $0.lastFrame == last }, "cut at \(cut)")
    }
    let bytes = Array(stride(from: 1, to: stream.count, by: 1))
    #expect(FramerHarness.events(of: stream, cutAt: bytes).map(\.content) == whole.map(\.content))
  }

  /// File data stays where it is: of 64 KiB in one message the framer asks for the headers.
  @Test(arguments: [true, false])
  func passesFileDataWithItsHeaderInClear(isChained: Bool) {
    let read = SMB2Bytes.response(8, 5, .counting(40_000)).bytes
    let packet = nbss(isChained ? compressedInChain(read, 2, clear: 80) : compressed(read, 2, clear: 80))
    let harness = FramerHarness()
    harness.take(packet.prefix(200))
    #expect(harness.passes == [packet.count - 200])
    harness.take(packet.dropFirst(200) + Self.logoff)
    #expect(harness.sink.messageIDs == [5, 9])
    #expect(harness.sink.events.map(\.lastFrame) == [2, 2])
  }

  /// What is longer than anything that establishes a connection is passed by, whether it is so before or after.
  @Test func passesLongMessages() {
    var generator = SeededGenerator(seed: 1)
    let random = generator.bytes(70_000)
    let long = nbss(compressed(SMB2Bytes.response(8, 5, random).bytes, 2))
    let inflating = nbss(compressed(SMB2Bytes.response(8, 5, [UInt8](repeating: 0, count: 70_000)).bytes, 2))
    for packet in [long, inflating] {
      let harness = FramerHarness()
      harness.take(packet.prefix(120))
      #expect(harness.passes == [packet.count - 120])
      harness.take(packet.dropFirst(120) + Self.logoff)
      #expect(harness.sink.contents == [.compressed(nil)] + FramerHarness.events(of: Self.logoff).map(\.content))
    }
  }

  @Test func reportsABomb() {
    // 4 GiB of one byte, announced; and announced as little, but given.
    let announced = compressionChain(size: 0xffff_fff0, [(4, [0, 0, 0, 0, 0xf0, 0xff, 0xff, 0xff])])
    let hidden = compressionChain(size: 200, [(4, [0, 0, 0, 0, 0xf0, 0xff, 0xff, 0xff])])
    for bomb in [announced, hidden] {
      let events = FramerHarness.events(of: nbss(bomb) + Self.logoff)
      guard case .compressed(.some)? = events.first?.content else {
        Issue.record("\(events)")
        continue
      }
      #expect(events.count == 2 && events[1].content == FramerHarness.events(of: Self.logoff)[0].content)
    }
  }

  @Test func reportsWhatWasNotAgreedOn() {
    let harness = FramerHarness()
    harness.sink.compression = SMB2CompressionAgreement(algorithms: [3], isChained: false)
    harness.take(nbss(compressed(Self.message, 2)) + Self.logoff)
    let damage = DecodeError(offset: 8, reason: .unexpected(field: "CompressionAlgorithm", value: 2))
    #expect(harness.sink.contents.first == .compressed(damage))
    #expect(harness.sink.messageIDs == [9])
  }

  @Test func reportsWhatIsNoMessage() {
    let nothing = FramerHarness.events(of: nbss(compressed(.counting(80), 2)) + Self.logoff)
    #expect(nothing.count == 2)
    guard case .unreadable("compressed SMB message", _)? = nothing.first?.content else {
      Issue.record("\(nothing)")
      return
    }
  }

  /// A changed byte, or a packet that ends early: the message behind it is read, whatever became of this one.
  @Test(arguments: forms.indices)
  func goesOnBehindDamage(form: Int) {
    var random = SeededGenerator(seed: UInt64(form))
    for _ in 0..<300 {
      var packet = Self.forms[form]
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        packet[Int.random(in: 4..<packet.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      packet.removeLast(Int.random(in: 0...20, using: &random))
      let harness = FramerHarness()
      harness.take(nbss(packet) + Self.logoff)
      #expect(harness.sink.messageIDs.last == 9)
    }
  }
}
