import Compare
import Diagnosis
import Packets
import Reports
import Rules
import TestSupport
import Testing

/// What a recorder lost is told from what the path did, and what one recording finds alone is settled by what the other shows.
@Suite struct RecorderTests {
  private static let fixture = "healthy-3.0.2"

  private func deeds(_ points: TwoPoints) -> [String] { points.comparison.hops[0].verdicts.filter(\.matters).map(\.deed) }

  private func settled(_ points: TwoPoints, _ rule: String) -> [Settlement] {
    let comparison = points.comparison
    return comparison.hops[0].settlements(of: 0, comparison.points).filter { $0.finding.rule.id == rule }
  }

  private func text(_ points: TwoPoints) -> String {
    var text = ""
    IncidentReport(toolVersion: "test", comparison: points.comparison).writeText(TextOptions(width: 400)) { text += $0 }
    return text
  }

  /// The recorder at the server sees one direction only, as on many mirror ports.
  @Test func blamesNoRecordingOfOneDirection() throws {
    for isToClient in [true, false] {
      var points = try TwoPoints(Self.fixture).withOtherClock()
      points.far = points.far.filter { !$0.isTCP || $0.isToClient == isToClient }
      #expect(deeds(points).isEmpty, "\(isToClient)")
    }
  }

  /// The recorder at the server lost the SYN-ACK, and everything behind it shows that it was there.
  @Test func blamesNoLostOpening() throws {
    for number in 1...3 {
      for point in [TwoPoints.Point.near, .far] {
        var points = try TwoPoints(Self.fixture).withOtherClock()
        points[point] = points[point].without(number)
        #expect(deeds(points).isEmpty, "frame \(number)")
      }
    }
  }

  /// The server answers each SYN, and the client asks again and again.
  @Test func provesThatTheAnswerToTheSYNIsDropped() throws {
    let plain = try TwoPoints(Self.fixture)
    var points = plain
    let tries: [Int64] = [0, 1000, 3000, 7000]
    points.near = tries.map { plain.near[0].later($0 * 1_000_000) }
    points.far = tries.flatMap { [plain.far[0].later($0 * 1_000_000), plain.far[1].later($0 * 1_000_000)] }
    let verdict = try #require(points.comparison.hops[0].verdicts.first)
    #expect(verdict.kind == .dropped)
    #expect(verdict.confidence == .proven)
    #expect(verdict.deed.hasPrefix("the SYN-ACK of the server does not reach the client"), "\(verdict.deed)")
    #expect(settled(points, "tcp-handshake-incomplete").map(\.outcome) == [.proven])
    // Only the SYNs tell of the clocks.
    #expect(deeds(points.withOtherClock(nanoseconds: 7_200_000_000_000)) == [verdict.deed])
  }

  /// The server's recording shows that it goes on behind the reset that the client got in its name.
  @Test func countsRepetitionsAsGoingOn() throws {
    var points = try TwoPoints(Self.fixture).withOtherClock().reset(inTheNameOf: 15, behind: 14, at: .near)
    let answer = points.far[14]
    points.far = Array(points.far.prefix(15)) + [200, 600, 1400].map(answer.delayed)
    let verdict = try #require(points.comparison.hops[0].verdicts.first { $0.kind == .reset })
    #expect(verdict.confidence == .proven)
    #expect(verdict.why?.contains("continues to send") == true)
  }

  /// What is only likely is not called proven.
  @Test func isNoSurerThanTheVerdict() throws {
    let points = try TwoPoints(Self.fixture).withOtherClock().reset(inTheNameOf: 15, behind: 15, at: .near).ending(behind: 15, at: .far)
    let verdict = try #require(points.comparison.hops[0].verdicts.first { $0.kind == .reset })
    let comparison = points.comparison
    for one in comparison.hops[0].settlements(of: 0, comparison.points) where one.outcome == .proven {
      #expect(one.confidence == verdict.confidence, "\(one.finding.rule.id)")
    }
    #expect(verdict.confidence == .likely)
    #expect(!text(points).contains("proven by the comparison"))
  }

  /// A device takes a request out, answers it, and corrects the sequence numbers: no recorder lost anything.
  @Test func tellsAnExchangeThatIsTakenOut() throws {
    var points = try TwoPoints(Self.fixture).withOtherClock()
    let (request, answer) = (points.far[13], points.far[14])
    let lengths = (UInt32(request.bytes.count - request.payloadStart), UInt32(answer.bytes.count - answer.payloadStart))
    points.far = points.far.enumerated().filter { $0.offset != 13 && $0.offset != 14 }.map { place, frame in
      guard place > 14, frame.isTCP else { return frame }
      var frame = frame
      frame.sequence &-= frame.isToClient ? lengths.1 : lengths.0
      if frame.flags.contains(.ack) { frame.acknowledgment &-= frame.isToClient ? lengths.0 : lengths.1 }
      return frame
    }
    let verdicts = points.comparison.hops[0].verdicts.filter(\.matters)
    #expect(verdicts.map(\.kind) == [.dropped, .made])
    #expect(verdicts.allSatisfy { $0.confidence == .proven })
    let notes = points.comparison.hops[0].pairs[0].notes.map(\.text)
    #expect(notes.contains { $0.contains("bytes shorter at the server's point") })
    // The same gone from the recording alone.
    var lossy = try TwoPoints(Self.fixture).withOtherClock()
    lossy.far = lossy.far.without(14).without(14)
    #expect(deeds(lossy).isEmpty)
  }

  // MARK: What each recording finds alone

  /// The client believes a status that the server did not send.
  @Test func disprovesWhatRestsOnAnAlteredStatus() throws {
    let points = try TwoPoints("tree-bad-network-name")
    let place = try #require(
      points.near.firstIndex { frame in
        frame.isTCP && frame.isToClient && frame.bytes.count > frame.payloadStart + 70 && frame.message(0) == 0xfe && frame.message(12) == 3
          && frame.message(11) == 0xc0
      })
    let genuine = settled(points, "tree-bad-network-name")
    #expect(genuine.map(\.outcome) == [.open, .open])
    // The server itself says something else.
    let altered = points.altered(place + 1, 8, [0x22, 0x00, 0x00, 0xc0], at: .far)
    let believed = settled(altered, "tree-bad-network-name")
    #expect(believed.map(\.outcome) == [.overturned])
    #expect(believed.first?.causes.isEmpty == true)
    #expect(believed.first?.sentence?.contains("TREE_CONNECT response, in which the path changes Status") == true)
    // A field that says nothing of it leaves the finding as it is.
    let credits = points.altered(place + 1, 14, [points.far[place].message(14) ^ 2], at: .far)
    #expect(settled(credits, "tree-bad-network-name").allSatisfy { $0.outcome != .overturned })
  }

  /// Nothing was stripped from a message that is as unsigned where it was sent.
  @Test func disprovesAStrippedSignature() throws {
    let altered = try TwoPoints(Self.fixture).altered(4, 68, [3, 0], at: .far)
    let believed = settled(altered, "signature-stripped")
    #expect(!believed.isEmpty)
    #expect(believed.allSatisfy { $0.outcome == .overturned })
    #expect(believed.first?.sentence?.contains("its sender did not sign it") == true)
  }

  /// The server was reset by the path, and answers what the client then sends with a reset of its own.
  @Test func disprovesAnEndThatAResetExplains() throws {
    let plain = try TwoPoints(Self.fixture).withOtherClock()
    var points = plain.reset(inTheNameOf: 14, behind: 14, hopLimit: 61, at: .far)
    for point in [TwoPoints.Point.near, .far] {
      let request = plain[point][13]
      var answer = plain[point][14].reset(0, after: 0)
      answer.time = request.time + .milliseconds(900)
      points[point] = Array(points[point].prefix(point == .near ? 14 : 15)) + [request.delayed(800), answer]
    }
    let believed = settled(points, "vni-aborted-by-server")
    #expect(believed.map(\.outcome) == [.overturned])
    #expect(believed.first?.sentence?.contains("had reached the server") == true)
  }

  // MARK: Clocks and pairing

  @Test func saysThatClocksAgree() throws {
    #expect(try text(TwoPoints(Self.fixture)).contains("the clocks of the client's recorder and the server's recorder agree (±"))
    #expect(try text(TwoPoints(Self.fixture).withOtherClock()).contains("the clock of the server's recorder is 3.7 s ahead of that of the client's recorder"))
  }

  /// A recording that begins in the middle of an unsigned connection, behind NAT.
  @Test func pairsByMessages() throws {
    var points = try TwoPoints(Self.fixture).withOtherClock().withTranslation()
    points.far = Array(points.far.dropFirst(16))
    let comparison = points.comparison
    #expect(comparison.problem == nil)
    #expect(comparison.hops[0].pairs.count == 1)
    #expect(!comparison.isTampered)
    let other = try TwoPoints("healthy-two-shares").withTranslation()
    var strangers = points
    strangers.far = Array(other.far.dropFirst(16))
    #expect(strangers.comparison.hops[0].pairs.isEmpty)
  }
}
