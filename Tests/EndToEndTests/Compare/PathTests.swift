import Compare
import Packets
import Rules
import TestSupport
import Testing
import Transcripts

/// What the comparison of two recordings says of what a device between them does, and that it says nothing without one.
@Suite struct PathTests {
  /// A field of a message, where a fixture has it.
  struct Alteration: CustomTestStringConvertible, Sendable {
    var fixture: String
    var frame: Int
    var isRequest: Bool
    var offset: Int
    var field: String
    var message: String
    var testDescription: String { "\(fixture): \(field) in \(message)" }

    static func request(_ fixture: String, _ frame: Int, _ offset: Int, _ field: String, _ message: String) -> Self {
      Self(fixture: fixture, frame: frame, isRequest: true, offset: offset, field: field, message: message + " request")
    }

    static func response(_ fixture: String, _ frame: Int, _ offset: Int, _ field: String, _ message: String) -> Self {
      Self(fixture: fixture, frame: frame, isRequest: false, offset: offset, field: field, message: message + " response")
    }
  }

  static let alterations: [Alteration] = [
    .request("healthy-3.0.2", 4, 68, "SecurityMode", "NEGOTIATE"),
    .request("healthy-3.0.2", 4, 72, "Capabilities", "NEGOTIATE"),
    .request("healthy-3.0.2", 4, 80, "ClientGuid", "NEGOTIATE"),
    .request("healthy-3.0.2", 4, 104, "Dialects", "NEGOTIATE"),
    .request("healthy-3.0.2", 4, 16, "Flags", "NEGOTIATE"),
    .response("healthy-3.0.2", 6, 66, "SecurityMode", "NEGOTIATE"),
    .response("healthy-3.0.2", 6, 68, "DialectRevision", "NEGOTIATE"),
    .response("healthy-3.0.2", 6, 72, "ServerGuid", "NEGOTIATE"),
    .response("healthy-3.0.2", 6, 88, "Capabilities", "NEGOTIATE"),
    .response("healthy-3.0.2", 6, 92, "MaxTransactSize", "NEGOTIATE"),
    .response("healthy-3.0.2", 6, 96, "MaxReadSize", "NEGOTIATE"),
    .response("healthy-3.0.2", 6, 100, "MaxWriteSize", "NEGOTIATE"),
    .response("healthy-3.0.2", 6, 104, "SystemTime", "NEGOTIATE"),
    .response("healthy-3.0.2", 6, 112, "ServerStartTime", "NEGOTIATE"),
    .response("healthy-3.0.2", 6, 140, "security token", "NEGOTIATE"),
    .request("healthy-3.0.2", 10, 67, "SecurityMode", "SESSION_SETUP"),
    .request("healthy-3.0.2", 10, 200, "security token", "SESSION_SETUP"),
    .response("healthy-3.0.2", 9, 8, "Status", "SESSION_SETUP"),
    .response("healthy-3.0.2", 11, 66, "SessionFlags", "SESSION_SETUP"),
    .response("healthy-3.0.2", 11, 50, "Signature", "SESSION_SETUP"),
    .request("healthy-3.0.2", 12, 80, "Path", "TREE_CONNECT"),
    .response("healthy-3.0.2", 13, 76, "MaximalAccess", "TREE_CONNECT"),
    .response("healthy-3.0.2", 13, 68, "ShareFlags", "TREE_CONNECT"),
    .request("healthy-3.0.2", 14, 120, "Capabilities", "VALIDATE_NEGOTIATE_INFO"),
    .request("healthy-3.0.2", 14, 124, "Guid", "VALIDATE_NEGOTIATE_INFO"),
    .request("healthy-3.0.2", 14, 140, "SecurityMode", "VALIDATE_NEGOTIATE_INFO"),
    .request("healthy-3.0.2", 14, 146, "Dialects", "VALIDATE_NEGOTIATE_INFO"),
    .response("healthy-3.0.2", 15, 112, "Capabilities", "VALIDATE_NEGOTIATE_INFO"),
    .response("healthy-3.0.2", 15, 134, "Dialect", "VALIDATE_NEGOTIATE_INFO"),
  ]

  /// Proven, with the field, the direction and the frame at both points, whatever else the recordings are like.
  @Test(arguments: alterations)
  func namesTheAlteredField(_ one: Alteration) throws {
    let plain = try TwoPoints(one.fixture).flipped(one.frame, one.offset, at: one.isRequest ? .far : .near)
    for (points, isDoubled) in [
      (plain, false), (plain.withOtherClock().withTranslation(), false), (plain.renumbered(), false),
      (plain.withDuplicates(at: one.isRequest ? .far : .near), true),
    ] {
      let comparison = points.comparison
      let verdict = try #require(comparison.hops[0].verdicts.first)
      #expect(verdict.kind == .altered)
      #expect(verdict.confidence == .proven)
      #expect(verdict.deed.contains("\(one.field) "), "\(verdict.deed)")
      #expect(verdict.deed.contains("in the \(one.message)"), "\(verdict.deed)")
      #expect(verdict.deed.hasSuffix(one.isRequest ? "from the client to the server" : "from the server to the client"))
      let doubled = 2 * one.frame - 1
      let frames = one.isRequest ? [(0, one.frame), (1, isDoubled ? doubled : one.frame)] : [(1, one.frame), (0, isDoubled ? doubled : one.frame)]
      #expect(verdict.frames.map(\.point) == frames.map(\.0))
      #expect(verdict.frames.map(\.frame) == frames.map(\.1))
      #expect(comparison.hops[0].verdicts.filter(\.matters).count == 1)
    }
  }

  /// A recording that has only the beginnings of packets shows what is in them.
  @Test func namesWhatTheBeginningsShow() throws {
    let points = try TwoPoints("healthy-3.0.2").flipped(4, 104, at: .far)
    for cut in [TwoPoints.Point.near, .far] {
      let verdict = try #require(points.cut(at: 256, cut).comparison.hops[0].verdicts.first)
      #expect(verdict.deed.contains("changes Dialects from 0x0202 0x0210 0x0300 0x0302 to 0x0202 0x0210 0x0302 0x0302"))
    }
  }

  /// What a context of 3.1.1 says, and that one is not counted.
  @Test func namesContexts() throws {
    let points = try TwoPoints("healthy-3.1.1")
    let request = points.near[3]
    #expect(request.message16(96) > 1)
    // The second context: behind the first, on an 8-byte boundary.
    let first = request.message16(92)
    let second = (first + 8 + request.message16(first + 2) + 7) & ~7
    #expect(request.message16(second) == 2)
    let cipher = try #require(points.altered(4, second + 10, [4, 0], at: .far).comparison.hops[0].verdicts.first)
    #expect(cipher.deed.contains("changes ENCRYPTION context from AES-128-GCM"), "\(cipher.deed)")
    let count = UInt8(request.message16(96) - 1)
    let fewer = try #require(points.altered(4, 96, [count, 0], at: .far).comparison.hops[0].verdicts.first)
    // Its bytes are still there.
    #expect(fewer.deed.contains("changes NegotiateContextCount from \(count + 1) to \(count)"), "\(fewer.deed)")
  }

  // MARK: Nothing is altered

  /// Whatever was recorded: the same at both points is nobody's fault on the path.
  @Test(arguments: Fixture.all)
  func isSilentAboutWhatIsTheSame(_ fixture: Fixture) throws {
    let plain = try TwoPoints(fixture.name).withOtherClock()
    for points in [plain.withTranslation().withDuplicates(at: .far), plain.renumbered().cut(at: 256, .near), plain.cut(at: 128, .far)] {
      let deeds = points.comparison.hops.flatMap(\.verdicts).filter(\.matters).map(\.deed)
      #expect(deeds.isEmpty)
    }
  }

  /// What a recorder lost is no packet that the path dropped or made.
  @Test(arguments: ["healthy-3.0.2", "healthy-3.1.1", "kerberos-healthy", "healthy-3.0-encrypted", "vni-aborted-by-server"], 0..<12)
  func blamesNoRecorder(fixture: String, seed: Int) throws {
    for point in [TwoPoints.Point.near, .far] {
      let points = try TwoPoints(fixture).withOtherClock().losing(0.1, at: point, seed: UInt64(seed))
      let deeds = points.comparison.hops.flatMap(\.verdicts).filter(\.matters).map(\.deed)
      #expect(deeds.isEmpty, "\(point)")
    }
  }

  @Test func saysThatARecorderMayHaveLostIt() throws {
    var points = try TwoPoints("healthy-3.0.2")
    points.far = points.far.without(10)
    let comparison = points.comparison
    let step = try #require(comparison.hops[0].pairs[0].steps.first { !$0.isTheSame })
    #expect(step.name == "SESSION_SETUP request")
    guard case .notRecorded(let why) = step.fate else { throw Unexpected() }
    #expect(why.contains("recorder there"))
    #expect(!comparison.isTampered)
  }

  /// One recording was stopped earlier than the other.
  @Test func blamesNoEarlyEnd() throws {
    for point in [TwoPoints.Point.near, .far] {
      for last in 3...32 {
        let comparison = try TwoPoints("healthy-3.0.2").withOtherClock().ending(behind: last, at: point).comparison
        let deeds = comparison.hops.flatMap(\.verdicts).filter(\.matters).map(\.deed)
        #expect(deeds.isEmpty, "\(last)")
      }
    }
  }

  // MARK: Resets, drops, delays

  @Test func tellsAForgedReset() throws {
    let points = try TwoPoints("healthy-3.0.2").withOtherClock()
    let toClient = try #require(
      points.reset(inTheNameOf: 15, behind: 15, at: .near).ending(behind: 15, at: .far).comparison.hops[0].verdicts.first)
    #expect(toClient.kind == .reset)
    #expect(toClient.deed.contains("the server did not send the reset that reaches the client in its name"))
    #expect(toClient.frames == [PathVerdict.Place(point: 0, frame: 16)])
    let toServer = try #require(
      points.reset(inTheNameOf: 14, behind: 15, hopLimit: 70, at: .far).ending(behind: 15, at: .near).comparison.hops[0].verdicts.first)
    #expect(toServer.deed.contains("the client did not send the reset that reaches the server in its name"))
    #expect(toServer.confidence == .proven)
    #expect(toServer.why?.contains("its TTL is 70") == true)
  }

  @Test func tellsThatNeitherHostSentTheReset() throws {
    let points = try TwoPoints("healthy-3.0.2").withOtherClock()
      .reset(inTheNameOf: 15, behind: 15, at: .near).reset(inTheNameOf: 14, behind: 15, at: .far)
    let verdicts = points.comparison.hops[0].verdicts.filter(\.matters)
    #expect(verdicts.map(\.kind) == [.reset])
    #expect(verdicts[0].confidence == .proven)
    #expect(verdicts[0].deed.contains("neither host"))
    #expect(Set(verdicts[0].frames.map(\.point)) == [0, 1])
  }

  /// It is in both recordings, so a host sent it.
  @Test func tellsAHostsReset() throws {
    let comparison = try TwoPoints("negotiate-reset-by-server").withOtherClock().comparison
    #expect(!comparison.isTampered)
    #expect(comparison.hops[0].verdicts.contains { $0.kind == .host && $0.deed.contains("comes from the server itself") })
  }

  @Test(arguments: [(4, TwoPoints.Point.near, "NEGOTIATE request"), (6, .far, "NEGOTIATE response"), (10, .near, "SESSION_SETUP request"), (15, .far, "VALIDATE_NEGOTIATE_INFO response")])
  func tellsADroppedMessage(number: Int, sender: TwoPoints.Point, name: String) throws {
    let verdict = try #require(try TwoPoints("healthy-3.0.2").withOtherClock().dropping(number, sentAt: sender).comparison.hops[0].verdicts.first)
    #expect(verdict.kind == .dropped)
    #expect(verdict.deed.hasPrefix("the \(name) does not reach the \(sender == .near ? "server" : "client")"), "\(verdict.deed)")
    #expect(verdict.frames == [PathVerdict.Place(point: sender == .near ? 0 : 1, frame: number)])
  }

  @Test func tellsADelay() throws {
    let points = try TwoPoints("healthy-3.0.2").withOtherClock().holdingBack(9, receivedAt: .near, nanoseconds: 2_000_000_000)
    let verdict = try #require(points.comparison.hops[0].verdicts.first)
    #expect(verdict.kind == .delayed)
    #expect(verdict.deed == "the SESSION_SETUP response is delayed between the two points, on the way from the server to the client")
    #expect(verdict.why?.hasPrefix("it took 2 s") == true)
    #expect(verdict.frames.map(\.frame) == [9, 9])
  }

  // MARK: Connections that do not arrive

  /// The client tries again and again, and the server, which others reach at that time, sees none of it.
  @Test func tellsThatASYNDoesNotArrive() throws {
    let good = try TwoPoints("healthy-3.0.2")
    let lost = try TwoPoints("tcp-syn-timeout")
    let shift = good.near[0].time.since(lost.near[0].time).nanoseconds + 200_000_000
    var points = good
    let tries = lost.near.filter { $0.isTCP && !$0.isToClient }.map { $0.later(shift) }
    points.near = (good.near + tries).enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
    let end = try #require(points.near.last)
    // The server's recorder runs on.
    points.far.append(RecordedFrame(time: end.time + .seconds(1), bytes: [UInt8](repeating: 0, count: 60)))
    let verdict = try #require(points.comparison.hops[0].verdicts.first)
    #expect(verdict.kind == .unseen)
    #expect(verdict.confidence == .proven)
    #expect(verdict.deed.hasPrefix("a connection of 10.77.0.10 to 10.77.0.20:445 does not reach the server"), "\(verdict.deed)")
  }

  // MARK: Clocks and ways

  @Test func measuresTheClock() throws {
    let clock = try #require(try TwoPoints("healthy-3.0.2").withOtherClock().comparison.hops[0].clock)
    #expect((clock.offset - .milliseconds(3700)).magnitude < .milliseconds(1))
    #expect(clock.error < .milliseconds(1))
    #expect(clock.drift == nil)
  }

  /// Ten minutes of several connections show how much one clock gains.
  @Test func measuresTheDrift() throws {
    let one = try TwoPoints("healthy-3.0.2")
    var points = one
    points.near = []
    points.far = []
    for turn in 0..<20 {
      func moved(_ frames: [RecordedFrame]) -> [RecordedFrame] {
        frames.map { frame in
          var frame = frame.later(Int64(turn) * 30_000_000_000)
          frame.sequence &+= UInt32(turn) &* 1_000_000
          if frame.flags.contains(.ack) { frame.acknowledgment &+= UInt32(turn) &* 1_000_000 }
          return frame
        }
      }
      points.near += moved(one.near.filter(\.isTCP))
      points.far += moved(one.far.filter(\.isTCP))
    }
    let comparison = points.withOtherClock().comparison
    let clock = try #require(comparison.hops[0].clock)
    let drift = try #require(clock.drift)
    #expect(abs(drift - 50) < 2)
    let count = comparison.hops[0].pairs.count
    #expect(count == 20)
    let isTampered = comparison.isTampered
    #expect(!isTampered)
  }

  @Test func notesWhatTheWayChanges() throws {
    let notes = try TwoPoints("healthy-3.0.2").withTranslation().comparison.hops[0].pairs[0].notes.map(\.text)
    #expect(notes.contains { $0.contains("192.0.2.9") && $0.contains("translated") })
    let proxied = try TwoPoints("healthy-3.0.2").proxied().comparison
    #expect(proxied.hops[0].pairs[0].path == .ended)
    #expect(!proxied.isTampered)
    #expect(try TwoPoints("healthy-3.0.2").renumbered().comparison.hops[0].pairs[0].path == .renumbered)
  }

  @Test func notesTheMSS() throws {
    var points = try TwoPoints("healthy-3.0.2")
    // Kind 2, length 4 come first in Linux's options.
    points.far[0].bytes = points.far[0].bytes.settingBigEndian(UInt16(1300), at: 56)
    for index in points.far.indices where !points.far[index].isFromServer { points.far[index].hopLimit -= 2 }
    let notes = points.comparison.hops[0].pairs[0].notes.map(\.text)
    #expect(notes.contains("the path changes MSS in the SYN of the client from 1460 to 1300"))
    #expect(notes.contains { $0.hasPrefix("2 routers are between the two points on the way from the client") })
  }
}

struct Unexpected: Error {}
