import Capture
import Diagnosis
import Foundation
import Packets
import Reports
import Rules
import TestSupport
import Transcripts

/// A frame of a fixture, to be changed.
struct RecordedFrame {
  var time: Timestamp
  var bytes: [UInt8]

  static func all(of fixture: String) throws -> [RecordedFrame] {
    var frames: [RecordedFrame] = []
    try Recording(paths: [Fixture.root.appending(path: "\(fixture)/capture.pcapng").path]).forEachFrame { frame, _, bytes in
      frames.append(RecordedFrame(time: frame.time, bytes: bytes.copy()))
    }
    return frames
  }

  // Ethernet without tags and IPv4 without options, as in the fixtures that are changed.
  private static let ip = 14
  private static let tcp = 34

  var isFromServer: Bool { bytes[Self.tcp...].starts(with: [0x01, 0xbd]) }
  var hopLimit: UInt8 {
    get { bytes[Self.ip + 8] }
    set { bytes[Self.ip + 8] = newValue }
  }
  /// The last byte of the server's address.
  var serverAddress: UInt8 {
    get { bytes[Self.ip + (isFromServer ? 15 : 19)] }
    set { bytes[Self.ip + (isFromServer ? 15 : 19)] = newValue }
  }
  var flags: TCPFlags {
    get { TCPFlags(rawValue: bytes[Self.tcp + 13]) }
    set { bytes[Self.tcp + 13] = newValue.rawValue }
  }

  var sequence: UInt32 {
    get { (0..<4).reduce(0) { $0 << 8 | UInt32(bytes[Self.tcp + 4 + $1]) } }
    set { bytes = bytes.settingBigEndian(newValue, at: Self.tcp + 4) }
  }

  var acknowledgment: UInt32 {
    get { (0..<4).reduce(0) { $0 << 8 | UInt32(bytes[Self.tcp + 8 + $1]) } }
    set { bytes = bytes.settingBigEndian(newValue, at: Self.tcp + 8) }
  }

  var payloadLength: Int {
    (Int(bytes[Self.ip + 2]) << 8 | Int(bytes[Self.ip + 3])) - Self.tcp + Self.ip - Int(bytes[Self.tcp + 12] >> 4) * 4
  }

  /// A reset of the same sender, with its next sequence number moved by `distance`.
  func reset(_ distance: Int, after milliseconds: Int64) -> RecordedFrame {
    let payload = Self.tcp + Int(bytes[Self.tcp + 12] >> 4) * 4
    let end = Self.ip + (Int(bytes[Self.ip + 2]) << 8 | Int(bytes[Self.ip + 3]))
    var reset = RecordedFrame(time: time, bytes: Array(bytes[..<payload])).delayed(milliseconds)
    reset.bytes = reset.bytes.settingBigEndian(UInt16(payload - Self.ip), at: Self.ip + 2)
    reset.sequence &+= UInt32(truncatingIfNeeded: end - payload + distance)
    reset.bytes[Self.tcp + 13] = TCPFlags.rst.rawValue
    return reset
  }

  /// With right checksums, as whoever sends such a frame writes them.
  var sealed: [UInt8] {
    if bytes.count > 54, bytes[12] == 0x86, bytes[13] == 0xdd { return sealedVersion6 }
    let end = Self.ip + (Int(bytes[Self.ip + 2]) << 8 | Int(bytes[Self.ip + 3]))
    guard bytes.count >= end, end > Self.tcp + 18, bytes[12] == 8, bytes[13] == 0, bytes[Self.ip] == 0x45, bytes[Self.ip + 9] == 6
    else { return bytes }
    func checksum(_ bytes: some Collection<UInt8>, _ start: UInt32 = 0) -> UInt16 {
      var sum = start
      for (index, byte) in bytes.enumerated() { sum += UInt32(byte) << (index.isMultiple(of: 2) ? 8 : 0) }
      while sum > 0xffff { sum = sum >> 16 + sum & 0xffff }
      return ~UInt16(sum)
    }
    var sealed = bytes.settingBigEndian(UInt16(0), at: Self.ip + 10).settingBigEndian(UInt16(0), at: Self.tcp + 16)
    sealed = sealed.settingBigEndian(checksum(sealed[Self.ip..<Self.tcp]), at: Self.ip + 10)
    let pseudoHeader = UInt32(~checksum(sealed[(Self.ip + 12)..<(Self.ip + 20)])) + 6 + UInt32(end - Self.tcp)
    return sealed.settingBigEndian(checksum(sealed[Self.tcp..<end], pseudoHeader), at: Self.tcp + 16)
  }

  func delayed(_ milliseconds: Int64) -> RecordedFrame {
    RecordedFrame(time: Timestamp(nanoseconds: time.nanoseconds + milliseconds * 1_000_000), bytes: bytes)
  }
}

extension [RecordedFrame] {
  /// Takes frames away, by their numbers in the fixture.
  func without(_ numbers: Int...) -> Self { enumerated().filter { !numbers.contains($0.offset + 1) }.map(\.element) }

  /// Adds a reset in the name of the sender of a frame, behind it.
  func withReset(inTheNameOf number: Int, behind last: Int, distance: Int) -> Self {
    let reset = self[number - 1].reset(distance, after: 0)
    let time = self[last - 1].time
    return Array(self[..<last]) + [RecordedFrame(time: time, bytes: reset.bytes)] + Array(self[last...])
  }

  /// With a copy of each frame, in the order of their times.
  func withCopies(_ copy: (RecordedFrame) -> RecordedFrame) -> Self {
    (self + map(copy)).enumerated()
      .sorted { ($0.element.time.nanoseconds, $0.offset) < ($1.element.time.nanoseconds, $1.offset) }.map(\.element)
  }

  var report: Report { report(cutAt: .max) }

  /// What a capture with a snapshot length says.
  func report(cutAt length: Int) -> Report { Self.report(of: map { (Array<UInt8>($0.sealed.prefix(length)), $0) }) }

  /// With the checksums that the frames have.
  var reportAsRecorded: Report { Self.report(of: map { ($0.bytes, $0) }) }

  private static func report(of frames: [(bytes: [UInt8], stored: RecordedFrame)]) -> Report {
    var analysis = Analysis()
    for (index, (bytes, stored)) in frames.enumerated() {
      analysis.accept(
        Frame(number: index + 1, time: stored.time, originalLength: stored.bytes.count, linkType: .ethernet), ByteView(bytes.span))
    }
    return Report(toolVersion: "test", files: ["changed"], diagnosis: analysis.finish())
  }
}

extension Report {
  /// Outcomes of the connections, then what was found and is no note: `failed`, `vni-unanswered critical`.
  var gist: [String] {
    connections.map(\.outcome.rawValue) + findings.filter { $0.severity > .info }.map { "\($0.rule.id) \($0.severity.rawValue)" }
  }
}
