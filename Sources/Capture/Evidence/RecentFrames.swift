package import Packets

/// The latest frames of a live capture, from which evidence files are written: the beginning of each connection whole, and of
/// later frames the headers.
package struct RecentFrames {
  private enum Limit {
    /// Bytes of the beginnings of connections, and of frames without a connection. The oldest go first.
    static let beginnings = 32 << 20
    /// Bytes of later frames. File data of one connection does not displace the beginnings of others.
    static let continuations = 8 << 20
    /// Bytes that count as the beginning of a connection: NEGOTIATE, several logons with large tickets, shares.
    static let beginning = 64 * 1024
    /// Bytes kept of a later frame: the headers of all layers, and whole messages without file data.
    static let continuation = 512
    /// Connections whose beginning is measured, by a part of their hash: one gives way to the next.
    static let measured = 1 << 16
  }

  private struct Measure {
    var flow = FlowHash.none
    var byteCount = 0
  }

  private let hash = FlowHash()
  private var measures = [Measure](repeating: Measure(), count: Limit.measured)
  private var beginnings = FrameRing(byteCount: Limit.beginnings)
  private var continuations = FrameRing(byteCount: Limit.continuations)

  package init() {}

  package mutating func append(_ frame: Frame, _ bytes: borrowing ByteView) {
    let (flow, isOpening) = hash.read(frame, bytes)
    let place = Int(truncatingIfNeeded: flow >> 1) & (Limit.measured - 1)
    if isOpening || measures[place].flow != flow { measures[place] = Measure(flow: flow) }
    if flow == FlowHash.none || measures[place].byteCount < Limit.beginning {
      measures[place].byteCount += bytes.count
      beginnings.append(frame, bytes, flow: flow)
    } else {
      continuations.append(frame, bytes.prefix(Limit.continuation), flow: flow)
    }
  }

  /// The flow of a connection.
  package func flow(of one: Endpoint, _ other: Endpoint) -> FlowHash.Value { hash.flow(of: one, other) }

  /// Flows of frames, by their numbers, as far as they are still there.
  package func flows(of numbers: Set<Int>) -> [Int: FlowHash.Value] {
    var flows: [Int: FlowHash.Value] = [:]
    for ring in [beginnings, continuations] {
      ring.forEach { numbers.contains($0.frame.number) } _: { kept, _ in flows[kept.frame.number] = kept.flow }
    }
    return flows
  }

  /// Lends what is wanted in the order of the capture.
  package func forEach(where isWanted: (FrameRing.Kept) -> Bool, _ body: (FrameRing.Kept, borrowing ByteView) -> Void) {
    var later: [(kept: FrameRing.Kept, bytes: [UInt8])] = []
    continuations.forEach(where: isWanted) { later.append(($0, $1.copy())) }
    var next = 0
    func catchUp(to number: Int) {
      while next < later.count, later[next].kept.frame.number < number {
        let (kept, bytes) = later[next]
        body(kept, ByteView(bytes.span))
        next += 1
      }
    }
    beginnings.forEach(where: isWanted) { kept, bytes in
      catchUp(to: kept.frame.number)
      body(kept, bytes)
    }
    catchUp(to: .max)
  }
}
