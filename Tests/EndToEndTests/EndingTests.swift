import Diagnosis
import Packets
import Reports
import Rules
import Testing

/// Who ended a connection, and whether anybody did: fixtures with frames added and taken away.
@Suite struct EndingTests {
  struct Change: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var fixture: String
    var expected: [String]
    var change: @Sendable ([RecordedFrame]) -> [RecordedFrame]

    init(
      _ description: String, _ fixture: String, _ expected: String...,
      change: @escaping @Sendable ([RecordedFrame]) -> [RecordedFrame]
    ) {
      (testDescription, self.fixture, self.expected, self.change) = (description, fixture, expected, change)
    }
  }

  /// RFC 9293 3.5.3: a reset outside of the window, as of an older connection between the same ports, ends nothing.
  static let strays = [
    Change("below the window", "healthy-3.1.1", "established") {
      Array($0[..<26]).withReset(inTheNameOf: 11, behind: 12, distance: -5_000_000)
    },
    Change("below the window, of the client", "healthy-3.1.1", "established") {
      Array($0[..<26]).withReset(inTheNameOf: 10, behind: 11, distance: -5_000_000)
    },
    Change("in the window, and both go on", "healthy-3.1.1", "established") {
      Array($0[..<26]).withReset(inTheNameOf: 11, behind: 12, distance: 4_000)
    },
    Change("before the request that the server cuts off", "vni-aborted-by-server", "failed", "vni-aborted-by-server critical") {
      $0.withReset(inTheNameOf: 5, behind: 5, distance: -5_000_000)
    },
    Change("before the request without an answer", "session-setup-unanswered", "failed", "session-setup-unanswered critical") {
      $0.withReset(inTheNameOf: 5, behind: 5, distance: -5_000_000)
    },
    Change("before the last request of the capture", "healthy-3.1.1", "inconclusive") {
      Array($0[..<8]).withReset(inTheNameOf: 6, behind: 7, distance: -5_000_000)
    },
    Change("in the window, before the last request", "healthy-3.1.1", "inconclusive", "rst-injected-by-third-party warning") {
      Array($0[..<8]).withReset(inTheNameOf: 6, behind: 7, distance: 4_000)
    },
    Change("long before the end", "healthy-3.1.1", "established") { frames in
      let disturbed = frames.withReset(inTheNameOf: 6, behind: 7, distance: -5_000_000)
      return disturbed[..<8] + disturbed[8...].map { $0.delayed(20_000) }
    },
  ]

  @Test(arguments: strays)
  func takesNoStrayResetForTheEnd(change: Change) throws {
    let report = change.change(try RecordedFrame.all(of: change.fixture)).report
    #expect(report.gist == change.expected)
  }

  /// What the recorder lost, as the last segments tell of it.
  static let lost = [
    Change("the answer, which the client's reset confirms", "tree-connect-reset-after-success", "inconclusive") {
      $0.without(13)
    },
    Change("much, which the client's reset stands behind", "tcp-reset-in-use", "inconclusive") { frames in
      frames[..<8] + frames[8...].filter { $0.flags.contains(.rst) }
    },
    Change("the request, which the server's reset confirms", "negotiate-reset-by-server", "inconclusive") { $0.without(4) },
    Change("the request, which the server's TCP has confirmed", "negotiate-reset-by-server", "inconclusive") {
      var frames = $0.without(4)
      frames[4].flags = .rst
      return frames
    },
    Change("the server's FIN, which the client's confirms", "vni-aborted-by-server", "failed", "vni-aborted-by-server critical") {
      $0.without(15)
    },
    Change("the server's FIN without an answer", "negotiate-closed-by-server", "failed", "negotiate-reset-by-server critical") {
      $0.without(6)
    },
    Change("nothing: the two FINs changed places", "vni-aborted-by-server", "failed", "vni-aborted-by-server critical") {
      var frames = $0
      frames.swapAt(14, 15)
      return frames
    },
  ]

  @Test(arguments: lost)
  func takesTheLastAcknowledgmentsIntoAccount(change: Change) throws {
    let report = change.change(try RecordedFrame.all(of: change.fixture)).report
    #expect(report.gist.filter { !$0.hasPrefix("capture-") } == change.expected)
  }

  /// What a connection said before the capture shows its first message.
  static let beginnings = [
    Change("at NEGOTIATE, of a web server", "smb-unexpected-payload-http", "failed", "smb-unexpected-payload error") {
      Array($0[3...])
    },
    Change("at NEGOTIATE, which NetBIOS refuses", "nbss-hosts-deny", "failed", "nbss-session-refused error") { Array($0[3...]) },
    Change("at a logon with a lost answer", "quality-gap-session-setup", "inconclusive") { Array($0[9...]) },
    Change("at a client that goes on without an answer", "healthy-3.1.1", "inconclusive") { frames in
      // The server's TCP confirms everything, and what it says is missing.
      frames.filter { !$0.isFromServer || $0.flags.contains(.syn) || $0.payloadLength == 0 }.map { frame in
        var frame = frame
        if !frame.flags.contains(.syn), !frame.isFromServer { frame.acknowledgment = frames[2].acknowledgment }
        return frame
      }
    },
    Change("before NEGOTIATE with a lost answer", "quality-gap-negotiate", "established") { Array($0[2...]) },
  ]

  /// A forged reset is found in frames that were recorded twice, at once or a moment later, or behind a router.
  static let copies = [
    Change("at once", "vni-aborted-by-third-party") { $0.flatMap { [$0, $0] } },
    Change("a millisecond later", "vni-aborted-by-third-party") { $0.withCopies { $0.delayed(1) } },
    Change("behind a router", "vni-aborted-by-third-party") {
      $0.flatMap { frame in
        var copy = frame
        copy.hopLimit -= 1
        return [frame, copy]
      }
    },
  ]

  @Test(arguments: copies)
  func findsAForgedResetAmongCopies(change: Change) throws {
    let report = change.change(try RecordedFrame.all(of: change.fixture)).report
    #expect(report.findings.first(where: \.isPrimary)?.rule.id == "vni-aborted-by-third-party")
  }

  /// A server that takes its time to accept a connection is no far one: its own reset may come soon.
  @Test func judgesTheWayByTheShortestAnswer() throws {
    var frames = try RecordedFrame.all(of: "tree-connect-reset-by-server")
    frames = frames[..<1] + frames[1...].map { $0.delayed(150) }
    let request = try #require(frames.lastIndex { !$0.flags.contains(.rst) })
    frames = frames[..<request] + frames[request...].map { $0.delayed(500) }
    #expect(frames.report.gist == ["failed", "tree-connect-reset error"])
  }

  /// One SYN, sent three times and refused as often.
  static func refusedThreeTimes() throws -> [RecordedFrame] {
    let once = Array(try RecordedFrame.all(of: "tcp-syn-refused").prefix(2))
    return [0, 500, 1_000].flatMap { pause in once.map { $0.delayed(pause) } }
  }

  @Test func takesThreeTriesForOneConnection() throws {
    let report = try Self.refusedThreeTimes().report
    #expect(report.gist == ["failed", "tcp-syn-refused critical"])
    #expect(report.findings.first?.summary.hasSuffix("the client tried 3 times") == true)
    #expect(report.findings.first?.evidence.map(\.frame) == [1, 2, 5])
  }

  /// The recorder saw one direction of everything: that no answer came is no finding.
  @Test func accusesNobodyOfSilenceInOneDirection() throws {
    let other = try RecordedFrame.all(of: "healthy-3.1.1").map { frame in
      var frame = frame.delayed(0)
      frame.serverAddress = 99
      return frame
    }
    let start = try #require(other.first).time
    let refused = try Self.refusedThreeTimes()
    let shift = (start.nanoseconds - refused[0].time.nanoseconds) / 1_000_000 - 10_000
    let both = refused.map { $0.delayed(shift) } + other
    let half = both.filter { !$0.isFromServer }
    #expect(half.report.gist == ["inconclusive", "inconclusive"])
    #expect(half.report.connections.first?.notChecked.contains { $0.rules.contains("tcp-syn-timeout") } == true)
    // The answers of another server are there: the silence of this one is one.
    let silent = refused.map { $0.delayed(shift) }.filter { !$0.isFromServer } + other
    #expect(silent.report.gist == ["failed", "established", "tcp-syn-timeout critical"])
  }

  @Test(arguments: beginnings)
  func missesNothingAtTheBeginning(change: Change) throws {
    let report = change.change(try RecordedFrame.all(of: change.fixture)).report
    #expect(report.gist.filter { !$0.hasPrefix("capture-") } == change.expected)
  }
}
