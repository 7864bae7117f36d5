import Compare
import Packets
import Reports
import Rules
import TestSupport
import Testing

/// A device that accepts connections in the name of a server, and gets none to it.
@Suite struct UnansweredAttemptTests {
  /// - Parameters:
  ///   - device: the last byte of its address at the far point; nil where it takes the client's address and port.
  private func points(isRefused: Bool, device: UInt8?) throws -> TwoPoints {
    var points = try TwoPoints("healthy-3.0.2")
    var syn = points.far[0]
    syn.sequence &+= 777_777
    syn.setTimestamp(0x1234_5678)
    if let device { syn.bytes.replaceSubrange(26..<30, with: [10, 77, 0, device]) }
    if isRefused {
      var reset = points.far[1].reset(0, after: 0)
      (reset.flags, reset.sequence, reset.acknowledgment) = ([.rst, .ack], 0, syn.sequence &+ 1)
      if let device { reset.bytes.replaceSubrange(30..<34, with: [10, 77, 0, device]) }
      points.far = [syn, reset]
    } else {
      points.far = [syn] + [1000, 3000].map(syn.delayed)
    }
    let close = points.near[1].reset(0, after: isRefused ? 5 : 5000)
    points.near = Array(points.near.prefix(4)) + [close]
    return points
  }

  private func status(_ comparison: IncidentComparison) -> Int32 { IncidentReport(toolVersion: "test", comparison: comparison).status }

  @Test(arguments: [false, true], [nil, 2, 20] as [UInt8?])
  func belongsToTheClientsConnection(isRefused: Bool, device: UInt8?) throws {
    for points in try [points(isRefused: isRefused, device: device), points(isRefused: isRefused, device: device).withOtherClock()] {
      let comparison = points.comparison
      #expect(comparison.problem == nil)
      #expect(status(comparison) == 1)
      let hop = comparison.hops[0]
      #expect(hop.pairs.count == 1 && hop.onlyNear.isEmpty && hop.onlyFar.isEmpty)
      let verdict = try #require(hop.verdicts.first { $0.matters })
      #expect(verdict.kind == .dropped && verdict.confidence == .likely)
      #expect(verdict.deed.hasPrefix("the NEGOTIATE request does not reach the server"), "\(verdict.deed)")
      let expected = "gets no connection to the server: in the server's recording 10.77.0.20 \(isRefused ? "refuses" : "does not answer") its SYN (frame 1)"
      #expect(verdict.why?.contains(expected) == true, "\(verdict.why ?? "")")
    }
  }

  @Test func findsTheOrder() throws {
    let points = try points(isRefused: true, device: 2)
    let comparison = IncidentComparison([points.point(.far), points.point(.near)])
    #expect(comparison.isReordered)
    #expect(status(comparison) == 1)
  }

  /// Hosts that have nothing to do with each other fail at the same time.
  @Test func pairsNoStrangers() throws {
    var points = try points(isRefused: true, device: 99)
    // The far recording is of another server, and has other clients that fail.
    for place in points.far.indices {
      points.far[place].serverAddress = 77
      points.far.append(points.far[place])
    }
    for place in 2..<4 { points.far[place].bytes[points.far[place].isToClient ? 33 : 29] = 98 }
    #expect(status(points.comparison) == 2)
    // Or at another time.
    var late = try self.points(isRefused: true, device: 2)
    late.far = late.far.map { $0.delayed(60_000) }
    #expect(status(late.comparison) == 2)
  }
}
