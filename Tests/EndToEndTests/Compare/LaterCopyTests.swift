import Compare
import Packets
import Rules
import TestSupport
import Testing

/// What TCP sent again is held against the copy that arrived.
@Suite struct LaterCopyTests {
  /// A message is lost and sent again, and everything behind it comes later.
  private func losing(_ number: Int, sentAt point: TwoPoints.Point, milliseconds: Int64) throws -> TwoPoints {
    var points = try TwoPoints("healthy-3.0.2")
    let first = points[point][number - 1]
    for side in [TwoPoints.Point.near, .far] {
      points[side] = points[side].enumerated().map { $0.offset >= number - 1 ? $0.element.delayed(milliseconds) : $0.element }
    }
    points[point].insert(first, at: number - 1)
    return points
  }

  @Test(arguments: [(10, TwoPoints.Point.near, "SESSION_SETUP request", "server"), (9, .far, "SESSION_SETUP response", "client")])
  func tellsALossFromADelay(number: Int, sender: TwoPoints.Point, name: String, receiver: String) throws {
    for (points, error) in [
      (try losing(number, sentAt: sender, milliseconds: 6140), TimeSpan.milliseconds(1)),
      (try losing(number, sentAt: sender, milliseconds: 6140).withOtherClock(), .milliseconds(1)),
    ] {
      let hop = points.comparison.hops[0]
      let verdicts = hop.verdicts.filter(\.matters)
      #expect(verdicts.map(\.kind) == [.dropped])
      #expect(verdicts.first?.confidence == .proven)
      #expect(verdicts.first?.deed.hasPrefix("the \(name) does not reach the \(receiver) at first") == true, "\(verdicts)")
      #expect(verdicts.first?.why?.contains("sent 6.1 s later") == true, "\(verdicts)")
      let (sent, arrived) = sender == .near ? (0, 1) : (1, 0)
      let frames = [(sent, number), (sent, number + 1), (arrived, number)].map { PathVerdict.Place(point: $0.0, frame: $0.1) }
      #expect(verdicts.first?.frames == frames)
      #expect(try #require(hop.clock).error < error)
    }
  }

  /// A single loss is made good soon.
  @Test func excusesASingleLoss() throws {
    #expect(try losing(10, sentAt: .near, milliseconds: 210).comparison.hops[0].verdicts.allSatisfy { !$0.matters })
  }

  /// All copies arrive, and each of them late.
  @Test func tellsADelayFromALoss() throws {
    var points = try TwoPoints("healthy-3.0.2").holdingBack(10, receivedAt: .far, nanoseconds: 900_000_000)
    let (sent, arrived) = (points.near[9], points.far[9])
    for milliseconds: Int64 in [200, 600] {
      points.near.append(sent.delayed(milliseconds))
      points.far.append(arrived.delayed(milliseconds))
    }
    points.near.sort { $0.time < $1.time }
    points.far.sort { $0.time < $1.time }
    let verdicts = points.comparison.hops[0].verdicts.filter(\.matters)
    #expect(verdicts.map(\.kind) == [.delayed])
    #expect(verdicts.first?.deed.contains("SESSION_SETUP request is delayed") == true)
  }

  /// Behind the copy that arrived first come those that were sent later: the recorder lost one, and the path none.
  @Test func takesNoCopyThatLeavesTooFewBehindIt() throws {
    var points = try TwoPoints("healthy-3.0.2").holdingBack(10, receivedAt: .far, nanoseconds: 900_000_000)
    let (sent, arrived) = (points.near[9], points.far[9])
    points.near += [200, 400, 860].map(sent.delayed)
    points.far += [400, 860].map(arrived.delayed)
    points.near.sort { $0.time < $1.time }
    points.far.sort { $0.time < $1.time }
    let verdicts = points.comparison.hops[0].verdicts.filter(\.matters)
    #expect(verdicts.map(\.kind) == [.delayed], "\(verdicts.map(\.deed))")
  }

  /// The recordings begin with different copies of the SYN, and the one at the server has too little of the messages.
  @Test func tellsNoDelayByAnotherCopyOfTheSYN() throws {
    var points = try TwoPoints("healthy-3.0.2")
    let syn = points.near[0]
    points.near = points.near.map { $0.delayed(1000) }
    points.far = points.far.map { $0.delayed(1000) }
    for side in [TwoPoints.Point.near, .far] { points[side][0].setTimestamp(0x1234_5678) }
    points.near.insert(syn, at: 0)
    let hop = points.cut(at: 80, .far).comparison.hops[0]
    #expect(hop.verdicts.allSatisfy { $0.kind != .delayed }, "\(hop.verdicts.map(\.deed))")
    #expect(try #require(hop.clock).error >= .seconds(1))
  }

  @Test func tellsALostSYN() throws {
    var points = try losing(1, sentAt: .near, milliseconds: 3000)
    for point in [TwoPoints.Point.near, .far] {
      let place = point == .near ? 1 : 0
      points[point][place].setTimestamp(0x1234_5678)
    }
    let verdicts = points.comparison.hops[0].verdicts.filter(\.matters)
    #expect(verdicts.map(\.kind) == [.dropped])
    #expect(verdicts.first?.deed.hasPrefix("the SYN of the client does not reach the server at first") == true, "\(verdicts)")
  }

  /// Losses in both directions are one deed.
  @Test func sumsUpManyLosses() throws {
    var points = try TwoPoints("healthy-3.0.2")
    for (number, sender) in [(15, TwoPoints.Point.far), (12, .near), (10, .near), (9, .far)] {
      let first = points[sender][number - 1]
      for side in [TwoPoints.Point.near, .far] {
        points[side] = points[side].enumerated().map { $0.offset >= number - 1 ? $0.element.delayed(800) : $0.element }
      }
      points[sender].insert(first, at: number - 1)
    }
    let verdicts = points.comparison.hops[0].verdicts.filter(\.matters)
    #expect(verdicts.map(\.kind) == [.dropped])
    #expect(verdicts.first?.deed.hasSuffix("drops packets of both hosts") == true, "\(verdicts)")
    #expect(verdicts.first?.why?.hasPrefix("4 of them") == true)
  }
}
