import Capture
import Diagnosis
import Foundation
import Packets
import Reports
import Rules
import TestSupport
import Testing
import Transcripts

/// However TCP cuts, repeats and reorders what two hosts say, the report says the same, but for the numbers of frames.
@Suite struct AnySegmentationTests {
  struct StoredFrame {
    var frame: Frame
    var bytes: [UInt8]
  }

  /// The evidence against somebody who forges a reset, that a message never arrives, and that bytes follow the end of one,
  /// lies in the segments themselves.
  static let fixtures = Fixture.all.filter {
    !$0.name.contains("third-party") && !$0.name.hasPrefix("rst-injected")
      && !["negotiate-lost", "session-setup-lost", "vni-request-lost", "tcp-mtu-black-hole", "smb1-refused-with-two-lengths"]
        .contains($0.name)
  }.sample(oneOf: 2)

  /// On other ports SMB is known by its first segment, which must come first.
  static let knownPorts: Set<UInt16> = [445, 139, 88, 53]

  @Test(arguments: fixtures, 0..<1 as Range<UInt64>)
  func givesTheSameReport(fixture: Fixture, seed: UInt64) throws {
    var frames: [StoredFrame] = []
    try Recording(paths: [fixture.capture.path]).forEachFrame { frame, _, bytes in
      frames.append(StoredFrame(frame: frame, bytes: bytes.copy()))
    }
    try Self.compare(frames, seed: seed)
  }

  @Test(arguments: 100..<140 as Range<UInt64>)
  func givesTheSameReportOfARandomConversation(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let frames = Self.conversation(&generator).frames.enumerated().map { index, frame in
      StoredFrame(
        frame: Frame(number: index + 1, time: frame.time, originalLength: frame.bytes.count, linkType: .ethernet),
        bytes: frame.bytes)
    }
    try Self.compare(frames, seed: seed)
  }

  private static func compare(_ frames: [StoredFrame], seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var shifts: [Endpoint: UInt16] = [:]
    let rewritten = frames.flatMap { pieces(of: $0, &shifts, &generator) }
    let (plain, other) = (report(of: frames), report(of: rewritten))
    guard plain != other else { return }
    for difference in other.difference(from: plain) { Issue.record("\(difference)") }
  }

  /// Any dialect, any outcome, bulk data, any end.
  static func conversation(_ generator: inout SeededGenerator) -> Conversation {
    func chance(_ generator: inout SeededGenerator) -> Bool { Int.random(in: 0..<4, using: &generator) == 0 }
    var conversation = Conversation(clientSequence: .random(in: 0 ... .max, using: &generator))
    conversation.open()
    conversation.negotiate(dialect: [0x0202, 0x0210, 0x0300, 0x0302, 0x0311].randomElement(using: &generator)!)
    conversation.setUpSession(status: chance(&generator) ? SMB2Bytes.logonFailure : 0)
    conversation.connectTree(status: chance(&generator) ? SMB2Bytes.badNetworkName : 0)
    if chance(&generator) { conversation.askForValidation() } else { conversation.validate() }
    for messageID in 5..<UInt64.random(in: 6...12, using: &generator) {
      let size = Int.random(in: 1...20_000, using: &generator)
      conversation.request(.request(9, messageID, session: Conversation.session, tree: 5, generator.bytes(size)))
      conversation.response(.response(9, messageID, session: Conversation.session, tree: 5, .counting(17)))
    }
    if chance(&generator) { conversation.wait(seconds: 60) }
    conversation.send(.client, flags: chance(&generator) ? [.rst] : [.fin, .ack])
    conversation.send(.server, flags: [.fin, .ack])
    return conversation
  }

  // MARK: Cutting

  /// The segment of a frame in pieces of any size and order, some bytes of it twice.
  static func pieces(
    of stored: StoredFrame, _ shifts: inout [Endpoint: UInt16], _ generator: inout SeededGenerator
  ) -> [StoredFrame] {
    let bytes = stored.bytes
    guard bytes.count > 14, bytes[12] == 8, bytes[13] == 0,
      case .packet(let packet)? = try? Packet.read(ByteView(bytes.span), frame: stored.frame),
      case .tcp(let header) = packet.transport, packet.payloadOffset + packet.payloadLength <= bytes.count
    else { return [stored] }
    let length = packet.payloadLength
    var ranges: [Range<Int>] = []
    var start = 0
    // A reset and a FIN stay where they are, behind all bytes before them.
    let isCut = length > 1 && header.flags.isDisjoint(with: [.syn, .rst, .fin])
    let longest = [1, 7, 100, 1460, 9000].randomElement(using: &generator)!
    while isCut, start < length {
      let end = min(length, start + max(length / 40, Int.random(in: 1...longest, using: &generator)))
      ranges.append(start..<end)
      start = end
    }
    if ranges.count > 1 {
      let first = Int.random(in: 0..<length, using: &generator)
      ranges.append(first..<Int.random(in: (first + 1)...length, using: &generator))
      if !knownPorts.isDisjoint(with: [packet.source.port, packet.destination.port]) { ranges.shuffle(using: &generator) }
    }
    if ranges.isEmpty { ranges = [0..<length] }
    return ranges.enumerated().map { index, range in
      if index > 0 { shifts[packet.source, default: 0] &+= 1 }
      return piece(stored, packet, header, range, shift: shifts[packet.source, default: 0])
    }
  }

  private static func piece(
    _ stored: StoredFrame, _ packet: Packet, _ header: TCPHeader, _ range: Range<Int>, shift: UInt16
  ) -> StoredFrame {
    let payload = packet.payloadOffset
    var bytes = Array(stored.bytes[..<payload] + stored.bytes[(payload + range.lowerBound)..<(payload + range.upperBound)])
    func set(_ value: UInt16, at offset: Int) {
      bytes[offset] = UInt8(value >> 8)
      bytes[offset + 1] = UInt8(value & 0xff)
    }
    set(UInt16(bytes.count - 14), at: 16)
    if let identification = packet.identification, identification != 0 { set(identification &+ shift, at: 18) }
    let sequence = header.sequenceNumber &+ UInt32(range.lowerBound)
    let tcp = payload - header.length
    set(UInt16(sequence >> 16), at: tcp + 4)
    set(UInt16(sequence & 0xffff), at: tcp + 6)
    var frame = stored.frame
    frame.originalLength = bytes.count
    return StoredFrame(frame: frame, bytes: bytes)
  }

  // MARK: Comparing

  /// The report as JSON, line by line, without what frames are called and how many there are.
  /// Those that judge segments themselves: how they were lost, repeated or changed on the way.
  private static let segmentPhases: Set<Phase> = [.transport, .middlebox, .capture]

  private static func report(of frames: [StoredFrame]) -> [String] {
    var options = Analysis.Options()
    options.rules = Rule.all.filter { !segmentPhases.contains($0.phase) }
    var analysis = Analysis(options)
    for (index, stored) in frames.enumerated() {
      var frame = stored.frame
      frame.number = index + 1
      analysis.accept(frame, ByteView(stored.bytes.span))
    }
    var text = ""
    var diagnosis = analysis.finish()
    // Where a stream that begins in the middle is picked up, and with that which answers can be timed, depends on its segments.
    if diagnosis.connections.contains(where: { $0.stages.first == .notSeen }) { diagnosis.responseTimes = ResponseTimes() }
    Report(toolVersion: "test", files: ["segments"], diagnosis: diagnosis).writeJSON { text += $0 }
    return text.split(separator: "\n").filter {
      !$0.contains(/"(frame|frames|firstFrame|lastFrame|bytes|wireshark)":/)
    }.map { String($0).replacing(/(frames? |kerberos-)[0-9]+/, with: "#") }
  }
}
