import Compare
import Diagnosis
import Packets
import Reports
import Rules
import TestSupport
import Testing

/// An attempt that only the client's recording has: the path dropped or refused it, if the server's recording covers it.
@Suite struct UnseenTests {
  /// A host that finds port 139 closed, and another connection that only it knows of.
  private struct Incident {
    var points: TwoPoints
    private let syn: RecordedFrame
    private let answer: RecordedFrame

    init() throws {
      points = try TwoPoints("healthy-3.0.2")
      (syn, answer) = (points.near[0], points.near[1])
      (points.near, points.far) = ([], [])
    }

    private func frame(_ template: RecordedFrame, port: UInt16, of client: UInt16, after milliseconds: Int64) -> RecordedFrame {
      var frame = RecordedFrame(time: syn.time, bytes: template.bytes).delayed(milliseconds)
      let places = template.isToClient ? (server: 34, client: 36) : (server: 36, client: 34)
      frame.bytes = frame.bytes.settingBigEndian(port, at: places.server).settingBigEndian(client, at: places.client)
      frame.sequence = UInt32(client) * 1000
      return frame
    }

    func opening(_ port: UInt16, of client: UInt16, after milliseconds: Int64) -> RecordedFrame {
      frame(syn, port: port, of: client, after: milliseconds)
    }

    func reset(_ port: UInt16, of client: UInt16, after milliseconds: Int64, hopLimit: UInt8) -> RecordedFrame {
      var reset = frame(answer, port: port, of: client, after: milliseconds)
      (reset.sequence, reset.acknowledgment, reset.flags, reset.hopLimit) = (0, UInt32(client) * 1000 + 1, [.rst, .ack], hopLimit)
      return reset
    }

    /// What both recordings have.
    mutating func refuse139(after milliseconds: Int64, client: UInt16 = 50_139) {
      let frames = [opening(139, of: client, after: milliseconds), reset(139, of: client, after: milliseconds + 1, hopLimit: 63)]
      points.near += frames
      points.far += frames.map { $0.later($0.isToClient ? -30_000 : 30_000) }
    }

    /// What only the client's recording has.
    mutating func add(_ frames: RecordedFrame...) {
      points.near = (points.near + frames).sorted { $0.time < $1.time }
    }

    /// The server's recorder runs on.
    mutating func lastAtServer(after milliseconds: Int64) {
      points.far.append(RecordedFrame(time: syn.time, bytes: [UInt8](repeating: 0, count: 60)).delayed(milliseconds))
    }
  }

  private func lostOpenings(_ tries: Int64..., port: UInt16 = 445) throws -> Incident {
    var incident = try Incident()
    incident.refuse139(after: 6)
    for one in tries { incident.add(incident.opening(port, of: 50_445, after: one)) }
    return incident
  }

  private func text(_ points: TwoPoints) -> String {
    var text = ""
    IncidentReport(toolVersion: "test", comparison: points.comparison).writeText(TextOptions(width: 400)) { text += $0 }
    return text
  }

  /// The server's recording begins with another connection, 6 ms behind the first SYN, and goes on for the next ones.
  @Test func provesThatTheSYNIsDropped() throws {
    var incident = try lostOpenings(0, 1000, 2000, 4000)
    incident.lastAtServer(after: 5000)
    let comparison = incident.points.withOtherClock().comparison
    let verdict = try #require(comparison.hops[0].verdicts.first)
    #expect(verdict.kind == .unseen)
    #expect(verdict.confidence == .proven)
    #expect(verdict.deed.contains("10.77.0.20:445 do not reach the server"), "\(verdict.deed)")
    #expect(verdict.deed.hasSuffix("drops the SYN"))
    #expect(verdict.frames == [PathVerdict.Place(point: 0, frame: 1)])
    let text = text(incident.points)
    #expect(!text.contains("not to blame"))
    #expect(!text.contains("a host caused it"))
    // The server's recording alone does not know of the other attempt.
    #expect(comparison.hops[0].settlements(of: 0, comparison.points).filter { $0.finding.rule.id == "nbss-not-reached" }.map(\.outcome) == [.overturned])
  }

  /// Nothing shows that the recorder was still running, but it was a moment before.
  @Test func isLessSureBehindTheEnd() throws {
    let verdict = try #require(try lostOpenings(0, 1000, 2000).points.comparison.hops[0].verdicts.first)
    #expect(verdict.kind == .unseen)
    #expect(verdict.confidence == .likely)
  }

  /// Whatever that recording does not cover is unknown, and the path is not acquitted of it.
  @Test(arguments: [[-60_000], [-60_000, -59_000, -57_000], [3000], [60_000, 61_000]] as [[Int64]])
  func doesNotJudgeWhatIsNotCovered(tries: [Int64]) throws {
    var incident = try lostOpenings()
    for one in tries { incident.add(incident.opening(445, of: 50_445, after: one)) }
    let comparison = incident.points.comparison
    let isTampered = comparison.isTampered
    #expect(!isTampered)
    #expect(comparison.hops[0].verdicts.contains { $0.kind == .unclear && $0.deed.contains("10.77.0.20:445 fails") })
    #expect(!text(incident.points).contains("not to blame"))
  }

  /// A filter of the recorder may have left out the old port.
  @Test func doesNotJudgeAnotherPort() throws {
    let good = try TwoPoints("healthy-3.0.2")
    let incident = try lostOpenings(0, 10, 20, port: 139)
    var points = good
    points.near = (good.near + incident.points.near.filter { $0.number16(34) == 50_445 }).sorted { $0.time < $1.time }
    points.far.append(RecordedFrame(time: good.near[0].time, bytes: [UInt8](repeating: 0, count: 60)).delayed(9000))
    #expect(points.comparison.hops[0].verdicts.allSatisfy { !$0.matters })
  }

  /// A recording of the server's direction alone has no SYN that arrives, either.
  @Test func doesNotJudgeByOneDirection() throws {
    var incident = try lostOpenings(0, 1000, 2000, 4000)
    incident.lastAtServer(after: 5000)
    incident.points.far.removeAll { $0.isTCP && !$0.isToClient }
    #expect(incident.points.comparison.hops[0].verdicts.allSatisfy { $0.kind != .unseen })
  }

  struct Refusal: Sendable {
    var hopLimit: UInt8
    var isCovered: Bool
    var milliseconds: Int64
    var confidence: Confidence?
  }

  @Test(arguments: [
    Refusal(hopLimit: 64, isCovered: true, milliseconds: 2000, confidence: .proven),
    Refusal(hopLimit: 63, isCovered: true, milliseconds: 2000, confidence: .likely),
    Refusal(hopLimit: 64, isCovered: false, milliseconds: 0, confidence: .likely),
    Refusal(hopLimit: 63, isCovered: false, milliseconds: 0, confidence: .likely),
    Refusal(hopLimit: 64, isCovered: false, milliseconds: 2000, confidence: .likely),
    Refusal(hopLimit: 63, isCovered: false, milliseconds: 2000, confidence: nil),
    Refusal(hopLimit: 64, isCovered: false, milliseconds: -60_000, confidence: nil),
  ])
  func tellsWhoRefuses(_ one: Refusal) throws {
    var incident = try lostOpenings()
    incident.add(
      incident.opening(445, of: 50_445, after: one.milliseconds),
      incident.reset(445, of: 50_445, after: one.milliseconds + 1, hopLimit: one.hopLimit))
    if one.isCovered { incident.refuse139(after: 5000, client: 50_140) }
    let verdict = try #require(incident.points.comparison.hops[0].verdicts.first { $0.pairs.isEmpty })
    #expect(verdict.kind == (one.confidence == nil ? .unclear : .unseen))
    #expect(verdict.matters == (one.confidence != nil))
    guard let confidence = one.confidence else { return }
    #expect(verdict.confidence == confidence)
    #expect(verdict.deed.contains("refuses connections of 10.77.0.10 to 10.77.0.20:445 in the name of the server"))
    #expect(verdict.why?.contains("the TTL of the reset is 64") == (one.hopLimit == 64))
  }
}
