import Capture
import Compare
import Foundation
import Packets
import TestSupport
import Testing

/// A recording that shows what one host sends, and nothing of the other one: what it lacks is nobody's deed.
@Suite struct OneDirectionTests {
  private func point(_ pair: String, _ side: String, of direction: Bool?, beside other: CapturePoint?) throws -> CapturePoint {
    let path = Fixture.root.appending(path: "../Tests/Pairs/\(pair)/\(side).pcap").standardizedFileURL.path
    var reader = PointReader(name: side, beside: other)
    try Recording(paths: [path]).forEachFrame { frame, _, bytes in
      let stored = RecordedFrame(time: frame.time, bytes: bytes.copy())
      if direction == nil || stored.isToClient == direction { reader.accept(frame, bytes) }
    }
    return reader.finish()
  }

  private func hop(_ pair: String, near: Bool?, far: Bool?) throws -> HopComparison {
    let first = try point(pair, "client", of: near, beside: nil)
    return IncidentComparison([first, try point(pair, "server", of: far, beside: first)]).hops[0]
  }

  @Test(arguments: ["vni-request-mismatch-dialects", "healthy-3.0.2", "healthy-3.1.1-encrypted", "tcp-terminated", "address-and-port-translated"], [true, false])
  func blamesNobody(pair: String, isToClient: Bool) throws {
    for hop in [try hop(pair, near: isToClient, far: nil), try hop(pair, near: nil, far: isToClient)] {
      #expect(hop.pairs.count == 1)
      let wrong = hop.verdicts.filter { ![.altered, .partly, .untouched].contains($0.kind) }
      #expect(wrong.isEmpty, "\(wrong.map(\.deed))")
      #expect(hop.verdicts.allSatisfy { $0.kind != .altered } || pair.hasPrefix("vni"))
    }
  }

  /// One recording does not show whether the server answered.
  @Test func doesNotBlameAServerThatIsNotRecorded() throws {
    let hop = try hop("session-setup-response-lost", near: nil, far: false)
    #expect(hop.verdicts.allSatisfy { $0.kind == .partly }, "\(hop.verdicts.map(\.deed))")
  }

  /// TCP itself is the same, by the numbers of the host that both show.
  @Test func seesNoProxyWhereOneHostIsNotRecorded() throws {
    let notes = try hop("healthy-3.0.2", near: nil, far: true).pairs[0].notes
    #expect(!notes.contains { $0.text.contains("terminates TCP") }, "\(notes.map(\.text))")
  }
}
