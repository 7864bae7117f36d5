import Packets

/// Where pktmon looked, as the trace describes it, and how many packets it saw at each place.
struct MonitoredPlaces {
  private enum Limit {
    /// Adapters, filters and protocols; a few hundred on a large host.
    static let components = 4_096
    /// A component has a few sides.
    static let places = 16_384
    /// Characters of a name that are kept.
    static let name = 128
  }

  private enum Property {
    static let interface: UInt16 = 1
    static let miniportInterface: UInt16 = 2
  }

  private struct Component {
    var type: UInt16?
    var name = ""
    var interface: UInt32?
    /// The adapter that a filter or a protocol sits on.
    var miniport: UInt32?
  }

  /// How many packets were seen at a place.
  fileprivate struct Seen {
    /// Packets that begin with Ethernet or IP, which can be read without more.
    var plain = 0
    var all = 0
    var first = Int64.max
  }

  private var components: [UInt16: Component] = [:]
  private var seen: [MonitoredPacket.Place: Seen] = [:]

  mutating func record(_ packet: MonitoredPacket, time: Int64) {
    guard seen[packet.place] != nil || seen.count < Limit.places else { return }
    seen[packet.place, default: Seen()].record(packet, time)
  }

  /// Component 2, type 2, name, description.
  mutating func recordComponent(_ body: borrowing ByteView) throws(DecodeError) {
    let number = try body.u16le(at: 0)
    guard components[number] != nil || components.count < Limit.components else { return }
    components[number, default: Component()].type = try body.u16le(at: 2)
    let description = try body.text(at: body.endOfText(at: 4))
    components[number]?.name = String(description.prefix(Limit.name))
  }

  /// Component 2, kind 2, value 4.
  mutating func recordProperty(_ body: borrowing ByteView) throws(DecodeError) {
    let number = try body.u16le(at: 0)
    guard components[number] != nil || components.count < Limit.components else { return }
    let value = try body.u32le(at: 4)
    switch try body.u16le(at: 2) {
    case Property.interface: components[number, default: Component()].interface = value
    case Property.miniportInterface: components[number, default: Component()].miniport = value
    default: break
    }
  }

  /// The trace says what it is. Windows writes that at the end, so a cut trace does not.
  func isDescribed(_ component: UInt16) -> Bool {
    components[component].map { $0.type != nil || $0.interface != nil || $0.miniport != nil } ?? false
  }

  /// One of several places is not described.
  func lacksDescription(ofSome places: Set<MonitoredPacket.Place>) -> Bool {
    places.count > 1 && places.contains { !isDescribed($0.component) }
  }

  func name(of component: UInt16) -> String? { components[component].flatMap { $0.name.isEmpty ? nil : $0.name } }

  // MARK: Choice

  /// Where the packets of an adapter are taken from when appearances have no numbers.
  private struct Candidate {
    var place: MonitoredPacket.Place
    var packets: Int
    /// Smaller for places nearer to the wire.
    var layer: Int
    var first: Int64

    func isBetter(than other: Candidate) -> Bool {
      (-packets, layer, Int(place.component), first, Int(place.edge))
        < (-other.packets, other.layer, Int(other.place.component), other.first, Int(other.place.edge))
    }
  }

  /// What belongs to one adapter.
  private enum Stack: Hashable {
    case interface(UInt32)
    case component(UInt16)
  }

  /// One place of each adapter: that where most packets are plain, and of several the one nearest to the wire.
  func chosen() -> Set<MonitoredPacket.Place> {
    let arePlain = seen.values.contains { $0.plain > 0 }
    var best: [Stack: Candidate] = [:]
    for (place, seen) in seen where !arePlain || seen.plain > 0 {
      let candidate = Candidate(
        place: place, packets: arePlain ? seen.plain : seen.all, layer: layer(of: place.component), first: seen.first)
      let stack = stack(of: place.component)
      if best[stack].map(candidate.isBetter) ?? true { best[stack] = candidate }
    }
    return Set(best.values.map(\.place))
  }

  private func stack(of number: UInt16) -> Stack {
    guard let component = components[number] else { return .component(number) }
    return (component.miniport ?? component.interface).map(Stack.interface) ?? .component(number)
  }

  private func layer(of number: UInt16) -> Int {
    switch components[number]?.type {
    // Miniports of NDIS, of NetAdapterCx, of a virtual machine and of the virtual switch.
    case 2, 6, 7, 9, 14: 0
    // Filters.
    case 3: 1
    // Protocols.
    case 4: 2
    default: 3
    }
  }
}

extension MonitoredPlaces.Seen {
  fileprivate mutating func record(_ packet: MonitoredPacket, _ time: Int64) {
    all += 1
    if packet.content == .ethernet || packet.content == .ip { plain += 1 }
    first = min(first, time)
  }
}
