import Foundation
import TestSupport
import Testing

@testable import Capture

@Suite struct CompressionTests {
  static let frames = RecordingTests.frames
  static let expected = RecordingTests.expected()
  static let file = pcapFile(frames, isNanosecond: true)

  private func read(_ bytes: [UInt8]) throws -> (frames: [ReadFrame], damage: [CaptureDamage]) {
    let recording = try Recording(captures: [bytes])
    return (recording.frames(), recording.damage)
  }

  @Test(arguments: Packing.allCases) func readsPackedFiles(packing: Packing) throws {
    for file in [Self.file, pcapngFile(Self.frames)] {
      let (frames, damage) = try read(packing.pack(file))
      #expect(frames == Self.expected)
      #expect(damage.isEmpty)
    }
  }

  /// `cat a.gz b.gz`: members and frames one after the other are one file, wherever the file is divided.
  @Test(arguments: Packing.allCases) func readsConcatenatedMembers(packing: Packing) throws {
    for place in stride(from: 0, through: Self.file.count, by: 7) {
      let packed = packing.pack(Array(Self.file[..<place])) + packing.pack(Array(Self.file[place...]))
      let (frames, damage) = try read(packed)
      #expect(frames == Self.expected)
      #expect(damage.isEmpty, "\(place)")
    }
  }

  @Test func readsGzipThatIsPaddedWithZeros() throws {
    let (frames, damage) = try read(Packing.gzip.pack(Self.file) + [UInt8](repeating: 0, count: 1_000))
    #expect(frames == Self.expected)
    #expect(damage.isEmpty)
  }

  /// As pzstd writes it: each frame behind one that is skipped. lz4 has the same kind.
  @Test(arguments: [Packing.zstd, .lz4], [4, 600]) func readsBehindASkippedFrame(packing: Packing, length: Int) throws {
    // The longer one hides what comes behind it at the first look, and zstd is the likelier.
    guard packing == .zstd || length == 4 else { return }
    let skipped: [UInt8] = [0x50, 0x2a, 0x4d, 0x18, UInt8(length & 0xff), UInt8(length >> 8), 0, 0]
    let packed = skipped + [UInt8](repeating: 7, count: length) + packing.pack(Self.file)
    #expect(try read(packed).frames == Self.expected)
  }

  /// Every cut of a small file: a sentence or a part of the frames, in order, and one warning.
  @Test(arguments: Packing.allCases) func readsUpToEveryCut(packing: Packing) throws {
    let packed = packing.pack(Self.file)
    for count in packed.indices {
      do throws(CaptureError) {
        let recording = try Recording(captures: [Array(packed.prefix(count))])
        let frames = recording.frames()
        #expect(frames == Array(Self.expected.prefix(frames.count)))
        #expect(recording.damage.map(\.frame) == [frames.count + 1])
        for damage in recording.damage {
          #expect(damage.byte != nil)
          #expect(damage.message.contains("cut short, at byte \(count) of the compressed file"), "\(damage.message)")
        }
      } catch {
        #expect("\(error)".count > 20)
      }
    }
  }

  /// What was unpacked before the damage is read.
  @Test(arguments: Packing.allCases) func survivesDamage(packing: Packing) throws {
    let many = (1...2_000).map { TestFrame(seconds: Int64($0), TCPSegment(payload: .counting(300, from: $0 * $0)).ethernet) }
    let packed = packing.pack(pcapFile(many, isNanosecond: true))
    var generator = SeededGenerator(seed: 12)
    var partial = 0
    for _ in 0..<60 {
      var bytes = packed
      bytes[Int.random(in: 20..<bytes.count, using: &generator)] ^= UInt8.random(in: 1 ... .max, using: &generator)
      guard let recording = try? Recording(captures: [bytes]) else { continue }
      var count = 0
      recording.forEachFrame { _, _, _ in count += 1 }
      #expect(count <= many.count)
      if let damage = recording.damage.first, count > 0 {
        partial += 1
        #expect(damage.frame == count + 1)
      }
    }
    print("\(packing): \(partial) of 60 damaged files read in part, \(packed.count) bytes")
  }

  @Test func saysThatSomethingElseFollows() throws {
    let (frames, damage) = try read(Packing.gzip.pack(Self.file) + Array("more".utf8))
    #expect(frames == Self.expected)
    #expect(damage.count == 1)
  }

  @Test(arguments: Packing.allCases) func saysThatAFileIsCompressedTwice(packing: Packing) {
    let error = #expect(throws: CaptureError.self) { try Recording(captures: [packing.pack(packing.pack(Self.file))]) }
    #expect("\(error!)".contains("compressed twice"))
  }

  @Test(arguments: Packing.allCases) func explainsWhatIsPacked(packing: Packing) {
    let text = #expect(throws: CaptureError.self) { try Recording(captures: [packing.pack(Array("No.,Time\n1,2\n".utf8))]) }
    #expect("\(text!)".contains("it begins with “No.,Time”"))
    let empty = #expect(throws: CaptureError.self) { try Recording(captures: [packing.pack([])]) }
    #expect("\(empty!)".contains("it is empty"))
  }

  /// 512 MiB in a few hundred kilobytes: memory stays small.
  @Test(arguments: Packing.allCases) func unpacksBombsInBoundedMemory(packing: Packing) throws {
    let frames = (0..<128).map { TestFrame(seconds: $0, [UInt8](repeating: 0, count: 256 << 10)) }
    let file = pcapFile(frames, isNanosecond: true)
    let records = packing.pack(Array(file.dropFirst(24)))
    let bomb = packing.pack(file) + (1..<16).flatMap { _ in records }
    let before = peakMemory()
    let recording = try Recording(captures: [bomb])
    var count = 0
    recording.forEachFrame { _, _, _ in count += 1 }
    #expect(count == 16 * frames.count)
    #expect(recording.damage.isEmpty)
    #expect(bomb.count < 4 << 20)
    // Other tests run at the same time.
    #expect(peakMemory() - before < 200 << 10, "KiB")
  }

  /// KiB.
  private func peakMemory() -> Int {
    let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM") }
    return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
  }
}
