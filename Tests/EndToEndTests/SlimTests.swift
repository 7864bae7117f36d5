import Capture
import Diagnosis
import Foundation
import Packets
import Reports
import Rules
import TestSupport
import Testing
import Transcripts

@testable import smbdx

/// A slim capture gives the report of the original, byte for byte.
@Suite struct SlimTests {
  // MARK: Reports

  @Test(arguments: Fixture.all) func saysTheSameOfFixtures(fixture: Fixture) throws {
    let slim = try Self.slim(Recording(paths: [fixture.capture.path])).bytes
    try Self.expectSame(analyze(Recording(paths: [fixture.capture.path])), Recording(captures: [slim]), "")
  }

  /// With drops of the host, adapters and remarks.
  @Test func saysTheSameOfAnEventTrace() throws {
    let path = Fixture.root.appending(path: "../Tests/CaptureTests/Traces/pktmon-demikernel.etl").standardizedFileURL.path
    let (slim, _) = try Self.slim(Recording(paths: [path]))
    try Self.expectSame(analyze(Recording(paths: [path])), Recording(captures: [slim]), "")
    var drops: [[HostDrop?]] = [[], []]
    try Recording(paths: [path]).forEachFrame { frame, _, _ in drops[0].append(frame.hostDrop) }
    try Recording(captures: [slim]).forEachFrame { frame, _, _ in drops[1].append(frame.hostDrop) }
    #expect(drops[0].compactMap(\.self).count >= drops[1].compactMap(\.self).count)
  }

  /// Each with link types of its own, of which some are not read.
  @Test func saysTheSameOfSeveralLinkTypes() throws {
    var generator = SeededGenerator(seed: 3)
    var frames = AnySegmentationTests.conversation(&generator).frames.map(StoredFrame.init)
    for index in stride(from: 1, to: frames.count, by: 4) {
      frames[index].frame.linkType = LinkType(rawValue: [189, 220, 113, 147][index / 4 % 4])
    }
    try Self.expectSame(frames, "")
  }

  /// Datagrams that nobody can read; one of them is as short as what is kept of them.
  @Test func saysTheSameOfTunnelsInUDP() throws {
    let frames = [(4500, 200), (51820, 16), (51820, 1_200), (5000, 100)].enumerated().map { index, datagram in
      let payload = [4, 0, 0, 0, 0, 0, 0, 1] + [UInt8](repeating: 0, count: datagram.1 - 8)
      let (client, server) = (Endpoint.testClient, Endpoint(address: Endpoint.testServer.address, port: UInt16(datagram.0)))
      let bytes = udpFrame(from: client, to: server, payload)
      let time = Timestamp(nanoseconds: Int64(index) * 1_000_000)
      return StoredFrame(frame: Frame(number: index + 1, time: time, originalLength: bytes.count, linkType: .ethernet), bytes: bytes)
    }
    let report = try analyze(Recording(captures: [Self.file(frames)]))
    #expect(report.capture.warnings.count { $0.message.contains("encrypted with") } == 2)
    #expect(report.findings.map { "\($0.rule.id) \($0.confidence)" } == ["no-smb-found possible"])
    try Self.expectSame(frames, "")
  }

  @Test func keepsWhatTheHostDropped() throws {
    var conversation = Conversation()
    conversation.send(.client, flags: [.syn])
    conversation.wait(seconds: 30)
    conversation.send(.client, flags: [.syn])
    var frames = conversation.frames.map(StoredFrame.init)
    frames[0].frame.hostDrop = HostDrop(reason: 909, location: 0xe000_4502, way: .received)
    var bytes: [UInt8] = []
    var slimming = Slimming(Tracker.Options(), SlimSummary()) { bytes += $0 }
    for (index, stored) in frames.enumerated() {
      var frame = stored.frame
      frame.number = index + 1
      try slimming.take(frame, ByteView(stored.bytes.span), origin: nil, interface: nil)
    }
    _ = try slimming.finish(SlimSummary())
    var drops: [HostDrop?] = []
    try Recording(captures: [bytes]).forEachFrame { frame, _, _ in drops.append(frame.hostDrop) }
    #expect(drops == [HostDrop(reason: 909, location: 0xe000_4502, way: .received), nil])
  }

  @Test(arguments: Fixture.all.sample(oneOf: 24)) func saysTheSameOfVariants(fixture: Fixture) throws {
    let frames = try Self.frames(Recording(paths: [fixture.capture.path]))
    for variant in SlimVariant.allCases {
      var generator = SeededGenerator(seed: UInt64(frames.count))
      try Self.expectSame(variant.apply(frames, &generator), "\(variant)")
    }
  }

  @Test(arguments: (0..<40 as Range<UInt64>).sample(oneOf: 5)) func saysTheSameOfRandomConversations(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let frames = AnySegmentationTests.conversation(&generator).frames.map(StoredFrame.init)
    try Self.expectSame(frames, "whole")
    for variant in SlimVariant.allCases { try Self.expectSame(variant.apply(frames, &generator), "\(variant)") }
  }

  /// A frame that is misordered, with the earliest time of all, behind one that is left out.
  @Test func knowsWhenTheRecordingBegan() throws {
    var generator = SeededGenerator(seed: 4)
    let conversation = AnySegmentationTests.conversation(&generator).frames.map(StoredFrame.init)
    var first = conversation[0]
    first.frame.time = conversation[3].frame.time
    first.bytes[12] = 0x99
    try Self.expectSame([first] + conversation, "")
  }

  @Test(.enabled(if: Corpus.root != nil, "SMBDX_CORPUS is not set")) func saysTheSameOfTheCorpus() throws {
    var compared = 0
    for capture in try Corpus.captures(in: "smb") + Corpus.captures(in: "general") {
      guard let recording = try? Recording(paths: [capture.path]) else { continue }
      let slim: [UInt8]
      do throws(PcapngWriter.Failure) {
        slim = try Self.slim(recording).bytes
      } catch {
        // A few link types have no number in pcapng.
        print("corpus: \(capture.lastPathComponent): \(error)")
        continue
      }
      try Self.expectSame(analyze(Recording(paths: [capture.path])), Recording(captures: [slim]), capture.lastPathComponent)
      compared += 1
    }
    print("corpus: \(compared) slim captures compared")
    #expect(compared > 500)
  }

  /// Each leaves something else out.
  @Test func isTheSameAgainWhenMadeOfASlimOne() throws {
    var generator = SeededGenerator(seed: 1)
    let frames = SlimVariant.amidOthers.apply(AnySegmentationTests.conversation(&generator).frames.map(StoredFrame.init), &generator)
    let once = try Self.slim(Recording(captures: [Self.file(frames)])).bytes
    let (twice, result) = try Self.slim(Recording(captures: [once]))
    try Self.expectSame(analyze(Recording(captures: [once])), Recording(captures: [twice]), "")
    #expect(result.frames == frames.count)
    #expect(once.count == twice.count)
  }

  // MARK: Several files

  @Test func keepsFilesAndPlacesOfFrames() throws {
    let paths = ["auth-logon-failure", "vni-missing", "tcp-syn-timeout", "kerberos-clock-skew"]
      .map { Fixture.root.appending(path: "\($0)/capture.pcapng").path }
    let (slim, _) = try Self.slim(Recording(paths: paths))
    let recording = try Recording(captures: [slim])
    let original = analyze(try Recording(paths: paths), arguments: [])
    try Self.expectSame(original, recording, "", arguments: [])
    #expect(recording.fileNames == paths)
    #expect(original.findings.contains { $0.evidence.contains { $0.place?.file == 3 } })
  }

  /// Slim captures of the files of a ring, read together.
  @Test func areReadTogether() throws {
    let paths = ["auth-logon-failure", "vni-missing"].map { Fixture.root.appending(path: "\($0)/capture.pcapng").path }
    let slim = try paths.map { try Self.slim(Recording(paths: [$0])).bytes }
    let names = ["1", "2"]
    let plain = try paths.map { Array(try Data(contentsOf: URL(filePath: $0))) }
    var original = analyze(try Recording(captures: plain), arguments: [])
    original.files = names
    let recording = try Recording(captures: slim)
    var again = analyze(recording, arguments: [])
    again.files = names
    (original.paths, again.paths) = ([], [])
    #expect(Self.text(original) == Self.text(again))
    // And slim once more, with another in the same recording.
    let (both, _) = try Self.slim(Recording(captures: slim))
    var third = analyze(try Recording(captures: [both]), arguments: [])
    (third.files, third.paths) = (names, [])
    #expect(Self.text(original) == Self.text(third))
  }

  // MARK: The file

  @Test func isAFractionOfABulkTransfer() throws {
    var conversation = Conversation()
    conversation.open()
    conversation.negotiate(dialect: 0x0311)
    conversation.setUpSession(status: 0)
    conversation.connectTree(status: 0)
    let data = [UInt8](repeating: 0x5a, count: 1_048_576)
    for messageID in 5..<9 as Range<UInt64> {
      conversation.request(.request(8, messageID, session: Conversation.session, tree: 5, .counting(49)))
      let answer = nbss(SMB2Bytes.compound([.response(8, messageID, session: Conversation.session, tree: 5, .counting(16) + data)]))
      for start in stride(from: 0, to: answer.count, by: 1460) {
        conversation.send(.server, Array(answer[start..<min(start + 1460, answer.count)]))
      }
    }
    let frames = conversation.frames.map(StoredFrame.init)
    let file = Self.file(frames)
    let (slim, result) = try Self.slim(Recording(captures: [file]))
    #expect(slim.count * 15 < file.count, "\(file.count) bytes became \(slim.count)")
    #expect(result.keptFrames == frames.count)
    try Self.expectSame(frames, "bulk")
  }

  @Test(.enabled(if: Wireshark.isInstalled, "tshark and capinfos are not installed")) func opensInWireshark() throws {
    var generator = SeededGenerator(seed: 2)
    let frames = SlimVariant.amidOthers.apply(try Self.frames(Recording(paths: [Self.fixture("auth-logon-failure")])), &generator)
    let (slim, result) = try Self.slim(Recording(captures: [Self.file(frames)]))
    let file = FileManager.default.temporaryDirectory.appending(path: "smbdx-slim-\(UUID()).pcapng")
    try Data(slim).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let lines = try Wireshark.run("tshark", ["-r", file.path, "-T", "fields", "-e", "frame.number", "-e", "frame.packet_id", "-e", "frame.len"])
      .split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false).map { Int($0) } }
    #expect(lines.count == result.keptFrames && result.keptFrames < frames.count)
    var number = 0
    for line in lines {
      number = line[1] ?? number + 1
      guard let length = line[2], frames.indices.contains(number - 1) else { Issue.record("frame \(number)"); continue }
      #expect(length == frames[number - 1].frame.originalLength)
    }
    #expect(number == frames.count)
    #expect(try Wireshark.run("capinfos", ["-k", file.path]).contains("slim capture of 1:"))
  }

  @Test(arguments: ["slim.pcapng", "slim.pcapng.zst"]) func isWrittenByTheCommand(name: String) throws {
    let folder = try Folder()
    let output = folder.path(name)
    let status = Self.status(["slim", Self.fixture("auth-logon-failure"), folder.path("damaged.pcap"), folder.path("text.md"), "-o", output])
    #expect(status == 2, "a file that was named is no capture")
    let recording = try Recording(paths: [output])
    let report = analyze(recording)
    #expect(report.findings.contains { $0.rule.id == "auth-logon-failure" })
    #expect(recording.fileNames == ["capture.pcapng", "damaged.pcap"])
    #expect(recording.damage.map(\.file) == ["damaged.pcap"])
    #expect(recording.leftOut.map(\.file) == ["text.md"])
    #expect(!report.capture.isComplete)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() == ["damaged.pcap", name, "text.md"].sorted())
  }

  @Test func leavesNothingBehindWhenNothingCanBeRead() throws {
    let folder = try Folder()
    #expect(Self.status(["slim", folder.path("text.md"), "-o", folder.path("out.pcapng")]) == 2)
    #expect(!FileManager.default.fileExists(atPath: folder.path("out.pcapng")))
  }

  @Test func needsTheOriginalForSomeThings() throws {
    let folder = try Folder()
    let slim = folder.path("slim.pcapng")
    #expect(Self.status(["slim", Self.fixture("auth-logon-failure"), "-o", slim]) == 0)
    for arguments in [
      ["extract", slim, "--all", "-o", folder.path("x")], ["--checksums", slim, "-o", folder.path("x")], ["--redact", slim, "-o", folder.path("x")],
      ["compare", slim, Self.fixture("auth-logon-failure"), "-o", folder.path("x")], ["messages", "--checksums", slim, "-o", folder.path("x")],
    ] {
      let error = #expect(throws: OutputError.self) { try Smbdx.run(arguments) }
      #expect(error?.description.hasPrefix("slim.pcapng is a slim capture; ") == true)
    }
    #expect(!FileManager.default.fileExists(atPath: folder.path("x")))
  }

  // MARK: Damage

  @Test func saysWhereASlimCaptureIsCut() throws {
    let (slim, _) = try Self.slim(Recording(paths: [Self.fixture("auth-logon-failure")]))
    for length in [slim.count - 1, slim.count / 2, slim.count - 4] {
      let recording = try Recording(captures: [Array(slim[..<length])])
      #expect(!analyze(recording).capture.isComplete)
    }
  }

  /// Whatever is in it, reading ends and takes little memory.
  @Test(arguments: (0..<300 as Range<UInt64>).sample(oneOf: 3)) func survivesFlippedBits(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var (slim, _) = try Self.slim(Recording(paths: [Self.fixture("vni-missing")]))
    for _ in 0..<3 { slim[Int.random(in: slim.indices, using: &generator)] ^= UInt8.random(in: 1 ... .max, using: &generator) }
    guard let recording = try? Recording(captures: [slim]) else { return }
    var longest = 0
    recording.forEachFrame { _, _, bytes in longest = max(longest, bytes.count) }
    #expect(longest <= 262_144)
    if let again = try? Recording(captures: [slim]) { _ = Self.text(analyze(again)) }
  }

  // MARK: Helpers

  static func slim(_ recording: Recording) throws(PcapngWriter.Failure) -> (bytes: [UInt8], result: Slimming.Result) {
    var bytes: [UInt8] = []
    let result = try smbdx.slim(recording) { bytes += $0 }
    return (bytes, result)
  }

  private static func frames(_ recording: Recording) -> [StoredFrame] {
    var frames: [StoredFrame] = []
    recording.forEachFrame { frame, _, bytes in frames.append(StoredFrame(frame: frame, bytes: bytes.copy())) }
    return frames
  }

  private static func file(_ frames: [StoredFrame]) -> [UInt8] {
    var file: [UInt8] = []
    var writer = PcapngWriter(application: "test") { file += $0 }
    for stored in frames { try? writer.write(stored.frame, ByteView(stored.bytes.span)) }
    writer.flush()
    return file
  }

  private static func expectSame(_ frames: [StoredFrame], _ label: String) throws {
    guard !frames.isEmpty else { return }
    let file = file(frames)
    try expectSame(analyze(Recording(captures: [file])), Recording(captures: [slim(Recording(captures: [file])).bytes]), label)
  }

  private static func expectSame(_ original: Report, _ slim: Recording, _ label: String, arguments: [String]? = nil) throws {
    var again = analyze(slim, arguments: arguments)
    again.paths = original.paths
    again.arguments = original.arguments
    #expect(again.files == original.files)
    for (one, other) in zip(text(again), text(original)) where one != other {
      let differences = one.split(separator: "\n").difference(from: other.split(separator: "\n"))
      Issue.record("\(label): \(differences.prefix(8).map { "\($0)" }.joined(separator: "\n"))")
      return
    }
  }

  /// For people and for programs.
  private static func text(_ report: Report) -> [String] {
    var (text, json) = ("", "")
    report.writeText(TextOptions(detail: .verbose)) { text += $0 }
    report.writeJSON { json += $0 }
    return [text, json]
  }

  private static func fixture(_ name: String) -> String { Fixture.root.appending(path: "\(name)/capture.pcapng").path }

  private static func status(_ arguments: [String]) -> Int32 {
    do {
      try Smbdx.run(arguments)
      return 0
    } catch {
      return Smbdx.status(of: error)
    }
  }

  /// A damaged capture, and a file that is none.
  private final class Folder {
    let url = FileManager.default.temporaryDirectory.appending(path: "smbdx-slim-\(UUID())")

    init() throws {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
      let capture = try Data(contentsOf: URL(filePath: SlimTests.fixture("vni-missing")))
      try capture.dropLast(30).write(to: url.appending(path: "damaged.pcap"))
      try Data("# not a capture".utf8).write(to: url.appending(path: "text.md"))
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appending(path: name).path }
  }
}

extension StoredFrame {
  fileprivate init(_ frame: TestFrame) {
    self.init(
      frame: Frame(number: 0, time: frame.time, originalLength: frame.originalLength ?? frame.bytes.count, linkType: .ethernet),
      bytes: frame.bytes)
  }
}
