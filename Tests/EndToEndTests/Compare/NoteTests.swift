import Capture
import Compare
import Diagnosis
import Foundation
import Packets
import Reports
import Rules
import TestSupport
import Testing
import Transcripts

/// What the comparison says of packets around the messages, and of messages that arrive late.
@Suite struct NoteTests {
  private static let fixture = "healthy-3.0.2"

  private func recorded(_ pair: String) throws -> IncidentComparison {
    let root = Fixture.root.appending(path: "../Tests/Pairs/\(pair)").standardizedFileURL
    var points: [CapturePoint] = []
    for side in ["client", "server"] {
      var reader = PointReader(name: "\(side).pcap", beside: points.first)
      try Recording(paths: [root.appending(path: "\(side).pcap").path]).forEachFrame { reader.accept($0, $2) }
      points.append(reader.finish())
    }
    return IncidentComparison(points)
  }

  private func notes(_ comparison: IncidentComparison) -> [String] { comparison.hops.flatMap { $0.pairs.flatMap(\.notes) }.map(\.text) }

  private func text(_ comparison: IncidentComparison) -> String {
    var text = ""
    IncidentReport(toolVersion: "test", comparison: comparison).writeText(TextOptions(width: 400)) { text += $0 }
    return text
  }

  // MARK: Notes

  @Test func tellsOfFragments() throws {
    let notes = notes(try recorded("packets-in-fragments"))
    #expect(notes.contains { $0.hasPrefix("the path cuts packets of the client into fragments (the first one is frame 28 at the server's point)") }, "\(notes)")
  }

  @Test func tellsOfDamagedSegments() throws {
    let comparison = try recorded("checksums-wrong")
    let notes = notes(comparison)
    #expect(notes.contains { $0.hasPrefix("2 segments of the client arrive with a wrong checksum (the first one is frame 26 at the server's point)") }, "\(notes)")
    #expect(notes.contains { $0.hasSuffix("TCP discards them, and the client sends them again") })
    #expect(!notes.contains { $0.contains("lost") })
    // The good copy is read: no message is altered.
    #expect(comparison.hops[0].verdicts.map(\.kind) == [.untouched])
    // Who alters a message on purpose gives it the right checksum.
    #expect(try recorded("vni-request-unsigned").hops[0].verdicts.first?.why == nil)
  }

  private static let routers = ["client", "server"].map { "1 router is between the two points on the way from the \($0) (TTL 64 and 63)" }

  /// Paths that change packets and no message, as the lab has recorded them, with clocks 3.7 s apart: what is said, and nothing else.
  @Test(arguments: [
    ("address-and-port-translated", ["the client is 10.77.0.10:59110 at the client's point and 10.77.0.2:50006 at the server's point: its address is translated"] + routers),
    (
      "tcp-terminated",
      [
        "the client is 10.77.0.10:59118 at the client's point and 10.77.0.2:41394 at the server's point: its address is translated",
        "the connection has other sequence numbers at the two points: a device between them terminates TCP and opens its own connection (a proxy or WAN optimizer)",
      ]
    ),
    (
      "packets-in-fragments",
      routers + ["the path cuts packets of the client into fragments (the first one is frame 28 at the server's point): a link between the two points has a smaller MTU"]
    ),
    (
      "mss-clamped",
      ["the path changes MSS in the SYN of the client from 1460 to 1300", "the path changes MSS in the SYN-ACK of the server from 1460 to 1300"] + routers
    ),
    ("dscp-changed", routers + ["DSCP of the client's packets is 0 at the client's point and 8 at the server's point"]),
    (
      "ecn-cleared",
      routers + [
        "the path clears ECN in the IP header of the client's packets (the first one is frame 4 at the client's point)",
        "the path clears ECN in the IP header of the server's packets (the first one is frame 6 at the server's point)",
      ]
    ),
    (
      "ecn-marked",
      routers + ["routers between the two points report congestion (ECN) to the server (the first packet is frame 4 at the server's point)"]
    ),
    (
      "ttl-raised",
      ["packets of the client have TTL 64 at the client's point and 200 at the server's point: a device sends new packets", routers[1]]
    ),
  ])
  func saysWhatThePathMakesOfPackets(pair: String, expected: [String]) throws {
    let comparison = try recorded(pair)
    let hop = comparison.hops[0]
    #expect(hop.pairs.count == 1 && hop.onlyNear.isEmpty && hop.onlyFar.isEmpty)
    #expect(hop.pairs.common(0).first == .challenge)
    #expect(hop.verdicts.map(\.kind) == [.untouched])
    #expect(notes(comparison) == expected)
    let clock = try #require(hop.clock)
    #expect(clock.offset > .milliseconds(3699) && clock.offset < .milliseconds(3701))
  }

  /// Network cards of senders fill checksums in behind the recorder.
  @Test func saysNothingOfChecksumsThatTheCardFillsIn() throws {
    let points = try TwoPoints(Self.fixture)
    func far(isWrong: (Int) -> Bool) -> CapturePoint {
      var reader = PointReader(name: "far")
      for (place, frame) in points.far.enumerated() {
        var bytes = frame.sealed
        if frame.isTCP, isWrong(place) { bytes[50] ^= 0x55 }
        reader.accept(Frame(number: place + 1, time: frame.time, originalLength: bytes.count, linkType: .ethernet), ByteView(bytes.span))
      }
      return reader.finish()
    }
    for (isWrong, isTold) in [({ _ in true }, false), ({ $0 == 3 }, true), ({ _ in false }, false)] as [((Int) -> Bool, Bool)] {
      let notes = notes(IncidentComparison([points.point(.near), far(isWrong: isWrong)]))
      #expect(notes.contains { $0.contains("checksum") } == isTold, "\(notes)")
    }
  }

  @Test func tellsOfCongestionMarks() throws {
    let plain = try TwoPoints(Self.fixture)
    var cleared = plain
    cleared.near = plain.near.map { $0.withTrafficClass(2) }
    #expect(notes(cleared.comparison).contains { $0.hasPrefix("the path clears ECN in the IP header of the client's packets (the first one is frame 1 at the client's point)") })
    var marked = cleared
    marked.far = plain.far.enumerated().map { $0.element.withTrafficClass($0.offset == 9 ? 3 : 2) }
    let notes = notes(marked.comparison)
    #expect(notes.contains { $0.hasPrefix("routers between the two points report congestion (ECN) to the server (the first packet is frame 10 at the server's point)") }, "\(notes)")
    #expect(!notes.contains { $0.contains("clears ECN") })
  }

  /// A device that opens its own connection has sequence numbers of its own.
  @Test func tellsOfBytesThatAProxyLeavesOut() throws {
    let comparison = try recorded("tcp-terminated-message-lost")
    let notes = notes(comparison)
    #expect(notes.contains { $0.hasSuffix("84 bytes longer at the server's point: the device that terminates TCP adds bytes or leaves some out") }, "\(notes)")
    let verdict = try #require(comparison.hops[0].verdicts.first)
    #expect(verdict.kind == .dropped && verdict.confidence == .likely)
    #expect(verdict.deed.hasPrefix("the TREE_CONNECT response does not reach the client"))
  }

  /// With three recordings, a point is called by its name.
  @Test func namesThePointsOfThree() throws {
    let points = try TwoPoints(Self.fixture).withTranslation()
    var late = points
    late.far = points.far.map { $0.later($0.isToClient ? -30_000 : 30_000) }
    let three = IncidentComparison([points.point(.near, name: "a.pcap"), points.point(.far, name: "wan.pcap"), late.point(.far, name: "b.pcap")])
    #expect(notes(three).contains { $0.contains("at the point of a.pcap and 192.0.2.9:") && $0.contains("at the point of wan.pcap") }, "\(notes(three))")
  }

  /// Over four minutes the clocks of the two recorders move apart.
  @Test func tellsOfDrift() throws {
    let comparison = try recorded("clocks-drift")
    let clock = try #require(comparison.hops[0].clock)
    #expect((clock.offset - .milliseconds(3700)).magnitude <= clock.error)
    #expect(clock.error < .milliseconds(1) / 10)
    let (drift, error) = (try #require(clock.drift), try #require(clock.driftError))
    #expect(abs(drift - 50) <= error && error < 3, "\(drift) ± \(error)")
    #expect(text(comparison).contains("is 3.7 s ahead of that of the client's recorder (± less than 0.1 ms), and gains 51 ppm (± 1.0)"))
    #expect(comparison.hops[0].verdicts.map(\.kind) == [.untouched])
  }

  // MARK: Delays

  /// TCP repeats what takes long, so it is no wonder that a message which was held back has copies.
  @Test func provesDelaysOfRepeatedMessages() throws {
    var points = try TwoPoints(Self.fixture).holdingBack(6, receivedAt: .near, nanoseconds: 2_000_000_000)
    let answer = points.far[5]
    points.far.insert(contentsOf: [200, 600, 1400].map(answer.delayed), at: 6)
    let verdict = try #require(points.comparison.hops[0].verdicts.first)
    #expect(verdict.kind == .delayed)
    #expect(verdict.deed.hasPrefix("the NEGOTIATE response is delayed"))
    #expect(verdict.why?.contains("it was sent again meanwhile") == true)
  }

  /// One lost packet is repeated soon.
  @Test func callsNoSingleLossADelay() throws {
    var points = try TwoPoints(Self.fixture).holdingBack(6, receivedAt: .near, nanoseconds: 210_000_000)
    points.far.insert(points.far[5].delayed(200), at: 6)
    let comparison = points.comparison
    #expect(comparison.hops[0].verdicts.filter(\.matters).isEmpty)
    #expect(notes(comparison).contains { $0.contains("the server sent a segment again (frame 7 at the server's point)") })
  }

  /// Nor several that are far apart, of which the recording keeps one in mind.
  @Test func callsNoLossesThatAreFarApartDelays() throws {
    var points = try TwoPoints(Self.fixture).holdingBack(11, receivedAt: .near, nanoseconds: 230_000_000)
      .holdingBack(6, receivedAt: .near, nanoseconds: 210_000_000)
    points.far.insert(points.far[10].delayed(220), at: 11)
    points.far.insert(points.far[5].delayed(200), at: 6)
    #expect(points.comparison.hops[0].verdicts.filter(\.matters).isEmpty)
  }

  /// Each step is late, and the handshake is not.
  @Test func tellsOfAPathThatHoldsBackAllAnswers() throws {
    let comparison = try recorded("responses-held-back")
    let verdict = try #require(comparison.hops[0].verdicts.first)
    #expect(verdict.why?.contains(" of them took up to ") == true)
    #expect(verdict.why?.contains("the quickest takes") == true, "\(verdict.why ?? "")")
    #expect(text(comparison).contains("the path between them takes 324 ms there and back"))
  }

  /// The snapshot length hides the end of a message, and not when it came.
  @Test(arguments: [TwoPoints.Point.near, .far])
  func tellsOfDelaysOfCutMessages(point: TwoPoints.Point) throws {
    let points = try TwoPoints(Self.fixture).holdingBack(6, receivedAt: .near, nanoseconds: 2_000_000_000).cut(at: 256, point)
    let verdict = try #require(points.comparison.hops[0].verdicts.first)
    #expect(verdict.kind == .delayed && verdict.deed.hasPrefix("the NEGOTIATE response"), "\(verdict.deed)")
  }

  /// A mirror port shows each packet twice: none was sent again.
  @Test(arguments: [TwoPoints.Point.near, .far])
  func tellsOfDelaysBesideDuplicates(point: TwoPoints.Point) throws {
    let points = try TwoPoints(Self.fixture).holdingBack(6, receivedAt: .near, nanoseconds: 300_000_000).withDuplicates(at: point)
    let comparison = points.comparison
    #expect(comparison.hops[0].verdicts.first?.kind == .delayed)
    #expect(!notes(comparison).contains { $0.contains("sent a segment again") })
  }

  /// The same deed twice on one connection is no second connection.
  @Test func countsAConnectionOnce() throws {
    let comparison = try recorded("session-setup-request-security-mode")
    let verdict = try #require(comparison.hops[0].verdicts.first)
    #expect(comparison.hops[0].pairs[0].steps.count(where: \.isTampered) == 2)
    #expect(verdict.pairs == [0])
  }

  // MARK: What each says alone

  /// The server's own recording shows what it answered, whatever the path makes of it.
  @Test func doesNotDisproveWhatAHostSent() throws {
    let comparison = try recorded("logon-status-changed")
    let all = comparison.hops[0].settlements(of: 0, comparison.points)
    #expect(all.first { $0.finding.rule.id == "auth-account-disabled" }?.outcome == .overturned)
    #expect(all.first { $0.finding.rule.id == "auth-logon-failure" }?.outcome == .open)
  }

  /// The loss is explained by the delay.
  @Test func settlesLossesByDelays() throws {
    let comparison = try recorded("negotiate-response-held-back")
    let loss = try #require(comparison.hops[0].settlements(of: 0, comparison.points).first { $0.finding.rule.id == "tcp-packet-loss-at-establishment" })
    #expect(loss.outcome == .proven)
    #expect(loss.sentence?.hasPrefix("the NEGOTIATE response took ") == true)
  }

  /// What the reset of a device came in place of did not arrive.
  @Test func tellsOfTheMessageThatAResetReplaces() throws {
    let comparison = try recorded("rst-injected-established")
    let lost = try #require(comparison.hops[0].pairs[0].steps.first { $0.kind == .message && $0.isTampered })
    guard case .dropped(.likely, let why) = lost.fate else {
      Issue.record("\(lost.fate)")
      return
    }
    #expect(why == "in its place a reset arrives that the client did not send")
    #expect(comparison.hops[0].pairs[0].notCompared.isEmpty)
  }
}

extension RecordedFrame {
  /// DSCP and ECN of IPv4.
  fileprivate func withTrafficClass(_ value: UInt8) -> RecordedFrame {
    guard isTCP else { return self }
    var changed = self
    changed.bytes[15] = value
    return changed
  }
}
