import Compare
import Diagnosis
import Foundation
import Packets
import Reports
import Rules
import TestSupport
import Testing

@testable import smbdx

/// Recordings that cannot be compared, other orders, three points, and what becomes of each recording's findings.
@Suite final class IncidentTests {
  private let directory: URL

  init() throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "smbdx-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  private func text(_ comparison: IncidentComparison) -> String {
    var text = ""
    IncidentReport(toolVersion: "test", comparison: comparison).writeText(TextOptions(width: 400)) { text += $0 }
    return text
  }

  private func status(_ comparison: IncidentComparison) -> Int32 { IncidentReport(toolVersion: "test", comparison: comparison).status }

  @Test func saysThatItIsOneRecording() throws {
    let points = try TwoPoints("healthy-3.0.2")
    let comparison = IncidentComparison([points.point(.near), points.point(.near, name: "b.pcap")])
    #expect(comparison.problem == .sameRecording)
    #expect(status(comparison) == 2)
    #expect(text(comparison).contains("both files are the same recording"))
  }

  /// Programs store times in microseconds, or move them.
  @Test func saysThatItIsOneRecordingWithOtherTimes() throws {
    var points = try TwoPoints("healthy-3.0.2")
    for change in [{ -($0.nanoseconds % 1000) }, { _ in 7_200_000_000_000 }] as [@Sendable (Timestamp) -> Int64] {
      points.far = points.near.map { $0.later(change($0.time)) }
      #expect(points.comparison.problem == .sameRecording)
    }
    #expect(try TwoPoints("healthy-3.0.2", way: 2000).comparison.problem == nil)
  }

  @Test func putsSwappedRecordingsRight() throws {
    let points = try TwoPoints("healthy-3.0.2").withOtherClock().flipped(4, 104, at: .far)
    let comparison = IncidentComparison([points.point(.far), points.point(.near)])
    #expect(comparison.isReordered)
    #expect(comparison.hops[0].verdicts.first?.deed == points.comparison.hops[0].verdicts.first?.deed)
    #expect(text(comparison).contains("given in a different order: by the server's answers, near.pcap was made nearest to the client"))
    #expect(!points.comparison.isReordered)
  }

  /// The client hears nothing, so there are no times of answers.
  @Test func putsRecordingsRightOfWhichOneHasNoAnswer() throws {
    var points = try TwoPoints("healthy-3.0.2")
    points.near = [0, 1000, 3000].map(points.near[0].delayed)
    points.far = [0, 1000, 3000].flatMap { [points.far[0].delayed($0), points.far[1].delayed($0)] }
    for order in [[TwoPoints.Point.near, .far], [.far, .near]] {
      let comparison = IncidentComparison(order.map { points.point($0) })
      let verdict = try #require(comparison.hops[0].verdicts.first)
      #expect(comparison.isReordered == (order[0] == .far))
      #expect(verdict.deed.hasPrefix("the SYN-ACK of the server does not reach the client"), "\(verdict.deed)")
    }
    // The recorder at the server missed the first SYN.
    var lossy = points
    lossy.far.removeFirst()
    let verdicts = lossy.comparison.hops[0].verdicts
    #expect(verdicts.allSatisfy { $0.kind != .untouched }, "\(verdicts.map(\.deed))")
  }

  @Test func tellsStrangersApart() throws {
    let (one, other) = (try TwoPoints("healthy-3.0.2"), try TwoPoints("tree-bad-network-name"))
    let strangers = IncidentComparison([one.point(.near), other.point(.far)])
    #expect(status(strangers) == 2)
    #expect(text(strangers).contains("no connection in common: one ends"))
    var same = other
    let start = one.near[0].time
    let shift = start.since(other.far[0].time).nanoseconds
    same.far = other.far.map { $0.later(shift) }
    let overlapping = IncidentComparison([one.point(.near), same.point(.far)])
    #expect(overlapping.problem == .otherIncidents)
    #expect(text(overlapping).contains("overlap in time but have no connection in common"))
  }

  @Test func saysThatThereIsNoSMB() throws {
    let comparison = IncidentComparison([try TwoPoints("healthy-3.0.2").point(.near), try TwoPoints("kerberos-udp").point(.far)])
    #expect(comparison.problem == .noConnections(point: 1))
    #expect(status(comparison) == 2)
  }

  /// Both points have it, and nobody can read it.
  @Test(arguments: [("smb-over-quic", "QUIC on UDP 443"), ("smb-over-rdma", "RDMA")]) func saysWhatHidesSMB(name: String, transport: String) throws {
    let points = try TwoPoints(name)
    let comparison = IncidentComparison([points.point(.near), points.point(.far)])
    #expect(status(comparison) == 2)
    let text = text(comparison)
    #expect(text.contains("all recordings have \(transport) between 10.77.0.10 and 10.77.0.20 (client frame "), "\(text)")
    #expect(text.contains("where smbdx cannot read SMB"))
  }

  /// The device stands between the second and the third point.
  @Test func findsTheHopOfThree() throws {
    let points = try TwoPoints("healthy-3.0.2")
    let middle = try TwoPoints("healthy-3.0.2", way: 15_000)
    let comparison = IncidentComparison([
      points.point(.near, name: "client.pcap"), middle.withOtherClock().point(.far, name: "wan.pcap"),
      points.flipped(4, 104, at: .far).point(.far, name: "server.pcap"),
    ])
    #expect(comparison.hops.map(\.isTampered) == [false, true])
    let verdict = try #require(comparison.hops[1].verdicts.first)
    #expect(verdict.frames.map(\.point) == [1, 2])
    #expect(text(comparison).contains("between wan.pcap and server.pcap"))
    #expect(verdict.deed.hasPrefix("the device between wan.pcap and server.pcap changes Dialects"), "\(verdict.deed)")
    #expect(text(comparison).contains("the clock of the recorder of wan.pcap is 3.7 s ahead of that of the recorder of client.pcap"))
  }

  /// The middle of three points is no host: a reset from before it is nobody's deed behind it.
  @Test func tellsOfThreePointsOnlyOnce() throws {
    let points = try TwoPoints("healthy-3.0.2").reset(inTheNameOf: 15, behind: 15, at: .near).reset(inTheNameOf: 14, behind: 15, at: .far)
    var behind = points
    behind.far = points.far.map { $0.later($0.isToClient ? -30_000 : 30_000) }
    let comparison = IncidentComparison([
      points.point(.near, name: "c.pcap"), points.point(.far, name: "m.pcap"), behind.point(.far, name: "s.pcap"),
    ])
    #expect(comparison.hops.map(\.isTampered) == [true, false])
    #expect(!comparison.hops[1].verdicts.contains { $0.kind == .host })
    #expect(comparison.hops[1].settlements(of: 0, comparison.points).isEmpty)
    #expect(!comparison.hops[0].settlements(of: 0, comparison.points).isEmpty)
    // Without the first point, the client is what it looks like.
    let two = IncidentComparison([points.point(.far, name: "m.pcap"), behind.point(.far, name: "s.pcap")])
    #expect(two.hops[0].verdicts.contains { $0.kind == .host })
  }

  /// A fragmented packet is as whole as any other.
  @Test(arguments: [false, true])
  func joinsFragments(isAltered: Bool) throws {
    let plain = try TwoPoints("healthy-3.0.2")
    let points = isAltered ? plain.flipped(10, 67, at: .far) : plain
    var reader = PointReader(name: "far.pcap")
    var number = 0
    for (place, frame) in points.far.enumerated() {
      for bytes in place == 9 ? Self.fragments(of: frame.sealed) : [frame.sealed] {
        number += 1
        reader.accept(Frame(number: number, time: frame.time, originalLength: bytes.count, linkType: .ethernet), ByteView(bytes.span))
      }
    }
    #expect(number > points.far.count + 1)
    let verdicts = IncidentComparison([points.point(.near), reader.finish()]).hops[0].verdicts
    #expect(verdicts.first?.kind == (isAltered ? .altered : .untouched))
  }

  /// Of 80 bytes each: RFC 791 3.2.
  private static func fragments(of frame: [UInt8]) -> [[UInt8]] {
    let payload = Array(frame[34...])
    return stride(from: 0, to: payload.count, by: 80).map { offset in
      let piece = payload[offset..<min(offset + 80, payload.count)]
      let more: UInt16 = offset + 80 < payload.count ? 0x2000 : 0
      let header = Array(frame[..<34]).settingBigEndian(UInt16(20 + piece.count), at: 16)
        .settingBigEndian(more | UInt16(offset / 8), at: 20)
      return header + piece
    }
  }

  @Test func saysWhichOfThreeDoesNotBelong() throws {
    let points = try TwoPoints("healthy-3.0.2").withOtherClock()
    let comparison = IncidentComparison([
      points.point(.near, name: "client.pcap"), points.point(.far, name: "server.pcap"),
      try TwoPoints("tree-bad-network-name").point(.far, name: "other.pcap"),
    ])
    #expect(text(comparison).contains("other.pcap does not belong to this incident"))
    #expect(!text(comparison).contains("0 connections"))
  }

  /// Where the server's recording has nothing, the client's still says what it saw.
  @Test func saysWhatOneRecordingShows() throws {
    let comparison = IncidentComparison([try TwoPoints("tcp-syn-timeout").point(.near), try TwoPoints("kerberos-udp").point(.far)])
    #expect(comparison.problem == .noConnections(point: 1))
    #expect(text(comparison).contains("client alone: critical[tcp-syn-timeout]"))
    #expect(text(comparison).contains("if the recorder of far.pcap ran at"))
    #expect(text(comparison).contains("the path drops the SYN from"))
    let healthy = IncidentComparison([try TwoPoints("healthy-3.0.2").point(.near), try TwoPoints("kerberos-udp").point(.far)])
    #expect(!text(healthy).contains("drops the SYN"))
  }

  /// One device between many clients and a server is one verdict.
  @Test func saysTheSameOfManyClientsOnce() throws {
    let one = try TwoPoints("healthy-3.0.2").flipped(4, 104, at: .far)
    func moved(_ frames: [RecordedFrame], _ client: UInt8) -> [RecordedFrame] {
      frames.filter(\.isTCP).map { frame in
        var frame = frame.later(Int64(client) * 10_000_000_000)
        frame.bytes[frame.isToClient ? 33 : 29] = 100 + client
        frame.sequence &+= UInt32(client) &* 1_000_000
        if frame.flags.contains(.ack) { frame.acknowledgment &+= UInt32(client) &* 1_000_000 }
        return frame
      }
    }
    var points = one
    points.near = (1...5).flatMap { moved(one.near, $0) }
    points.far = (1...5).flatMap { moved(one.far, $0) }
    let verdicts = points.comparison.hops[0].verdicts.filter(\.matters)
    #expect(verdicts.count == 1)
    #expect(verdicts.first?.pairs.count == 5)
    #expect(verdicts.first?.deed.hasPrefix("the device between 5 clients in 10.77.0.0/24 and 10.77.0.20 changes Dialects") == true)
  }

  @Test func saysThatTheServerIsSlow() throws {
    func verdicts(_ nanoseconds: Int64) throws -> [PathVerdict] {
      var points = try TwoPoints("healthy-3.0.2")
      for point in [TwoPoints.Point.near, .far] {
        points[point] = points[point].enumerated().map { $0 >= 12 ? $1.later(nanoseconds) : $1 }
      }
      return points.comparison.hops[0].verdicts
    }
    #expect(try verdicts(2_000_000_000).contains { $0.kind == .host && $0.deed.hasPrefix("the server takes 2 s to answer the TREE_CONNECT request") })
    #expect(try !verdicts(300_000_000).contains { $0.kind == .host })
  }

  // MARK: What each recording finds alone

  @Test func settlesWhatEachRecordingFinds() throws {
    // The server's NEGOTIATE answer is changed on its way, which the client sees by Validate Negotiate.
    let altered = try TwoPoints("healthy-3.0.2").flipped(6, 88, at: .near).comparison
    let settled = altered.hops[0].settlements(of: 0, altered.points).filter { $0.finding.rule.id.hasPrefix("vni-response-mismatch") }
    #expect(settled.map(\.outcome) == [.proven])
    // A reset in the client's name makes the server believe that the client left.
    let forged = try TwoPoints("healthy-3.0.2").reset(inTheNameOf: 14, behind: 15, hopLimit: 70, at: .far).ending(behind: 15, at: .near).comparison
    let believed = forged.hops[0].settlements(of: 0, forged.points).filter { $0.finding.rule.id == "vni-aborted-by-client" }
    #expect(believed.map(\.outcome) == [.overturned])
    // The same at both points: the path had no part in it.
    let innocent = try TwoPoints("vni-aborted-by-server").comparison
    let refuted = innocent.hops[0].settlements(of: 0, innocent.points).filter { $0.finding.rule.id == "vni-aborted-by-server" }
    #expect(refuted.map(\.outcome) == [.refuted, .refuted])
    #expect(refuted.allSatisfy { !$0.causes.contains { $0.contains("WAN optimizer") || $0.contains("on the path") } })
  }

  // MARK: The command

  private func run(_ arguments: String...) -> (status: Int32, sentence: String) {
    do {
      try Smbdx.run(arguments)
      return (0, "")
    } catch {
      return (Smbdx.status(of: error), "\(error)")
    }
  }

  private func files(of points: TwoPoints) throws -> (String, String) {
    let paths = (directory.appending(path: "near.pcap"), directory.appending(path: "far.pcap"))
    try Data(points.file(.near)).write(to: paths.0)
    try Data(points.file(.far)).write(to: paths.1)
    return (paths.0.path, paths.1.path)
  }

  /// Every format says what the path did, with its frames; with names that belong to nobody when they are not to be told.
  @Test(arguments: ["text", "json", "markdown", "html"], [false, true])
  func writesEveryFormat(format: String, isRedacted: Bool) throws {
    let (near, far) = try files(of: TwoPoints("healthy-3.0.2").withOtherClock().flipped(6, 68, at: .near))
    let out = directory.appending(path: "out").path
    let arguments = ["compare", "--format", format, "-o", out, near, far] + (isRedacted ? ["--redact"] : [])
    var status: Int32 = 0
    do { try Smbdx.run(arguments) } catch { status = Smbdx.status(of: error) }
    #expect(status == 1)
    let text = try String(contentsOfFile: out, encoding: .utf8).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(text.contains("changes DialectRevision from 0x0302 to 0x0300 in the NEGOTIATE response"))
    let names = ["10.77.0.10", "10.77.0.20", "near.pcap", "far.pcap"]
    for name in names { #expect(text.contains(name) != isRedacted, "\(name)") }
    if format == "html" {
      #expect(text.contains("<svg") && text.contains("</html>"))
      #expect(!text.contains("{{"))
    }
  }

  /// What is cut cannot be replaced as what is whole.
  @Test(arguments: [[], ["--redact"]])
  func callsNoCutMessageAltered(options: [String]) throws {
    let (near, far) = try files(of: TwoPoints("healthy-3.0.2").withOtherClock().cut(at: 256, .far))
    let arguments = ["compare", "-o", directory.appending(path: "out").path, near, far] + options
    var status: Int32 = 0
    do { try Smbdx.run(arguments) } catch { status = Smbdx.status(of: error) }
    #expect(status == 0)
  }

  @Test func warnsOfADamagedFile() throws {
    let (near, far) = try files(of: TwoPoints("healthy-3.0.2").withOtherClock())
    let whole = try Data(contentsOf: URL(filePath: far))
    try whole.prefix(whole.count - 30).write(to: URL(filePath: far))
    let out = directory.appending(path: "out").path
    #expect(run("compare", "-o", out, near, far).status == 0)
    #expect(try String(contentsOfFile: out, encoding: .utf8).contains("warning: frame"))
    #expect(run("compare", near, "/nowhere/far.pcap").sentence.contains("/nowhere/far.pcap"))
  }

  @Test func runsAsACommand() throws {
    let out = directory.appending(path: "out").path
    let (one, other) = ("healthy-3.0.2", "healthy-3.1.1")
    func path(_ name: String) -> String { Fixture.root.appending(path: "\(name)/capture.pcapng").path }
    #expect(run("compare", path(one)).status == 2)
    #expect(run("compare", path(one), path(one)).sentence.contains("is given twice"))
    #expect(run("compare", "-o", out, path(one), path(other)).status == 2)
    #expect(try String(contentsOfFile: out, encoding: .utf8).contains("no connection in common"))
    let json = directory.appending(path: "json").path
    #expect(run("compare", "--format", "json", "-o", json, path(one), path(other)).status == 2)
    #expect(try String(contentsOfFile: json, encoding: .utf8).contains(#""schema": "smbdx-compare/1""#))
  }
}
