import TestSupport
import Testing

@testable import Packets
@testable import Protocols

@Suite struct CompressionTests {
  private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz".utf8)
  private static let repeated = Array(repeatElement("abc", count: 100).joined().utf8)

  /// The examples of MS-XCA 3.
  @Test func decompressesTheExamplesOfTheSpecification() throws {
    let plain: [UInt8] = [0xff, 0xff, 0xff, 0x1f, 0x61, 0x62, 0x63, 0x17, 0x00, 0x0f, 0xff, 0x26, 0x01]
    #expect(try LZ77.decompress(ByteView(plain.span), size: 300) == Self.repeated)
    let letters: [UInt8] = [0x3f, 0, 0, 0] + Self.alphabet
    #expect(try LZ77.decompress(ByteView(letters.span), size: 26) == Self.alphabet)
    let song: [UInt8] = [
      0x38, 0xb0, 0x88, 0x46, 0x23, 0x20, 0x00, 0x20, 0x47, 0x20, 0x41, 0x00, 0x10, 0xa2, 0x47, 0x01, 0xa0, 0x45, 0x20,
      0x44, 0x00, 0x08, 0x45, 0x01, 0x50, 0x79, 0x00, 0xc0, 0x45, 0x20, 0x05, 0x24, 0x13, 0x88, 0x05, 0xb4, 0x02, 0x4a,
      0x44, 0xef, 0x03, 0x58, 0x02, 0x8c, 0x09, 0x16, 0x01, 0x48, 0x45, 0x00, 0xbe, 0x00, 0x9e, 0x00, 0x04, 0x01, 0x18,
      0x90, 0x00,
    ]
    let notes =
      "F# F# G A A G F# E D D E F# F# E E F# F# G A A G F# E D D E F# E D D E E F# D E F# G F# D E F# G F# E D E A F# F# G A A G F# E D D E F# E D D"
    #expect(try LZNT1.decompress(ByteView(song.span), size: 1_000) == Array(notes.utf8) + [0])
  }

  @Test func decompressesLZ4() throws {
    // Three literals and a match of 297 that runs into itself; then the last literals, without a match.
    let block: [UInt8] = [0x3f, 0x61, 0x62, 0x63, 3, 0, 255, 23, 0x20, 0x21, 0x22]
    #expect(try LZ4.decompress(ByteView(block.span), size: 1_000) == Self.repeated + [0x21, 0x22])
  }

  /// All codes of nine bits: literals, and matches of up to 17 bytes.
  @Test func decompressesHuffmanCodes() throws {
    var writer = NineBits()
    for byte in "abc".utf8 { writer.literal(byte) }
    writer.match(distance: 3, length: 15)
    writer.match(distance: 17, length: 3)
    writer.match(distance: 1, length: 4)
    let expected = Array("abcabcabcabcabcabc".utf8) + Array("bca".utf8) + Array("aaaa".utf8)
    #expect(try LZ77Huffman.decompress(ByteView(writer.bytes.span), size: expected.count) == expected)
  }

  /// More than one block: each has its codes before it.
  @Test func decompressesSeveralBlocks() throws {
    var first = NineBits()
    for _ in 0..<65_536 { first.literal(0x41) }
    var second = NineBits()
    second.match(distance: 5, length: 10)
    let bytes = first.bytes + second.bytes
    let output = try LZ77Huffman.decompress(ByteView(bytes.span), size: 65_546)
    #expect(output.count == 65_546 && output.allSatisfy { $0 == 0x41 })
  }

  private static func packet(_ algorithm: UInt16, clear: [UInt8] = [], size: Int, _ data: [UInt8]) -> [UInt8] {
    compressionTransform(algorithm, clear: clear, size: size, data)
  }

  @Test func readsATransformHeader() throws {
    let bytes = Self.packet(2, clear: [9, 8, 7], size: 300, [0xff, 0xff, 0xff, 0x1f, 0x61, 0x62, 0x63, 0x17, 0x00, 0x0f, 0xff, 0x26, 0x01])
    let message = try SMB2CompressedMessage(ByteView(bytes.span))
    #expect(message.bytes == [9, 8, 7] + Self.repeated.prefix(300))
    #expect(message.algorithms == [.lz77])
  }

  @Test func readsAChain() throws {
    let lz77: [UInt8] = [44, 1, 0, 0, 0xff, 0xff, 0xff, 0x1f, 0x61, 0x62, 0x63, 0x17, 0x00, 0x0f, 0xff, 0x26, 0x01]
    let bytes = compressionChain(
      size: 320, [(0, [1, 2, 3, 4]), (4, [0x55, 0, 0, 0, 10, 0, 0, 0]), (2, lz77), (0, [5, 6, 7, 8, 9, 10])])
    let message = try SMB2CompressedMessage(ByteView(bytes.span))
    #expect(message.bytes == [1, 2, 3, 4] + [UInt8](repeating: 0x55, count: 10) + Self.repeated + [5, 6, 7, 8, 9, 10])
    #expect(message.algorithms == [.none, .patternV1, .lz77])
  }

  /// 3.3.5.2.13: what gives less than it announces is damaged.
  @Test func refusesASizeThatIsNotReached() {
    let bytes = Self.packet(2, size: 27, [0x3f, 0, 0, 0] + Self.alphabet)
    #expect(throws: DecodeError(offset: 16, reason: .malformed("gives 26 of 27 bytes when decompressed"))) {
      _ = try SMB2CompressedMessage(ByteView(bytes.span))
    }
    let short = Self.packet(1, size: 5, [])
    #expect(throws: DecodeError.self) { _ = try SMB2CompressedMessage(ByteView(short.span)) }
  }

  @Test func refusesWhatWasNotAgreedOn() throws {
    let lz77 = Self.packet(2, size: 26, [0x3f, 0, 0, 0] + Self.alphabet)
    func read(_ bytes: [UInt8], _ algorithms: [UInt16], isChained: Bool = false) throws -> [UInt8] {
      let agreement = SMB2CompressionAgreement(algorithms: algorithms, isChained: isChained)
      return try SMB2CompressedMessage(ByteView(bytes.span), agreement: agreement).bytes
    }
    #expect(try read(lz77, [3, 2]) == Self.alphabet)
    #expect(throws: DecodeError(offset: 8, reason: .unexpected(field: "CompressionAlgorithm", value: 2))) {
      _ = try read(lz77, [1, 3])
    }
    #expect(throws: DecodeError(offset: 8, reason: .unexpected(field: "CompressionAlgorithm", value: 9))) {
      _ = try read(Self.packet(9, size: 1, [0]), [9])
    }
    let chain = compressionChain(size: 4, [(0, [1, 2, 3, 4])])
    #expect(try read(chain, [2], isChained: true) == [1, 2, 3, 4])
    #expect(throws: DecodeError(offset: 10, reason: .unexpected(field: "Flags", value: 1))) { _ = try read(chain, [2]) }
  }

  /// What is announced bounds what is written, however much the input would give.
  @Test func boundsTheOutput() throws {
    let bomb: [UInt8] = ByteWriter().raw([0xfc, 0x53, 0x4d, 0x42]).u32le(0x7fff_ffff).u16le(4).u16le(1)
      .u32le(8).raw([0x55, 0, 0, 0]).u32le(.max).bytes
    #expect(throws: DecodeError.self) { _ = try SMB2CompressedMessage(ByteView(bomb.span)) }
    // Repetitions beyond what the header announces.
    let lying = bomb.setting(UInt32(1_000), at: 4)
    #expect(throws: DecodeError(offset: 16, reason: .unexpected(field: "size of the part", value: 0xffff_ffff))) {
      _ = try SMB2CompressedMessage(ByteView(lying.span))
    }
    let honest = lying.setting(UInt32(1_000), at: 20)
    #expect(try SMB2CompressedMessage(ByteView(honest.span)).bytes == [UInt8](repeating: 0x55, count: 1_000))
    let long: [UInt8] = [0xff, 0xff, 0xff, 0x1f, 0x61, 0x62, 0x63, 0x17, 0x00, 0x0f, 0xff, 0, 0, 0xff, 0xff, 0xff, 0x7f]
    #expect(try LZ77.decompress(ByteView(long.span), size: 5_000).count == 5_000)
  }

  /// All parts of a chain together make no more than is announced, and no more parts are read than the limit.
  @Test(arguments: [1, 63, 64, 65, 5_000])
  func boundsAChain(parts: Int) throws {
    let part = ByteWriter().u16le(4).u16le(1).u32le(8).raw([0x55, 0, 0, 0]).u32le(10_000).bytes
    let chain = (0..<parts).flatMap { _ in part }
    for size in [100, 25_000, SMB2CompressedMessage.Limit.size] {
      let bytes = ByteWriter().raw([0xfc, 0x53, 0x4d, 0x42]).u32le(UInt32(size)).raw(chain).bytes
      let count = try SMB2CompressedMessage(ByteView(bytes.span)).bytes.count
      #expect(count == min(size, 10_000 * min(parts, SMB2CompressedMessage.Limit.parts)))
    }
  }

  /// Any damage is answered by an error or by bytes, never by a trap.
  @Test(arguments: [1, 2, 3, 4, 5] as [UInt16])
  func survivesDamage(algorithm: UInt16) throws {
    var random = SeededGenerator(seed: UInt64(algorithm))
    var huffman = NineBits()
    for byte in "abc".utf8 { huffman.literal(byte) }
    huffman.match(distance: 3, length: 15)
    let seeds: [[UInt8]] = [
      huffman.bytes, [0xff, 0xff, 0xff, 0x1f, 0x61, 0x62, 0x63, 0x17, 0x00, 0x0f, 0xff, 0x26, 0x01],
      [0x3f, 0x61, 0x62, 0x63, 3, 0, 255, 23, 0x20, 0x21, 0x22], [0x38, 0xb0, 0x88, 0x46, 0x23, 0x20, 0x00, 0x20, 0x47],
    ]
    for _ in 0..<3_000 {
      var data = seeds.randomElement(using: &random) ?? []
      for _ in 0..<Int.random(in: 0...6, using: &random) {
        data[Int.random(in: 0..<data.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      data.removeLast(Int.random(in: 0..<data.count, using: &random))
      let bytes = Self.packet(algorithm, size: 4_096, data)
      _ = try? SMB2CompressedMessage(ByteView(bytes.span))
    }
  }
}
