import Packets
package import Rules
package import Transcripts

/// What a recording shows beside its connections: the same for every share of it.
package struct RecordingPart: Sendable, Codable {
  package var capture: CaptureFacts
  package var facts: RecordingFacts
  var commandTimes: ResponseTimes
  var ledger: FrameLedger
}

/// What clients of a share asked of KDCs and resolvers, and whom they looked for, each with its place among those of the whole recording.
package struct ShardLookups: Sendable, Codable {
  package struct Placed<Value: Sendable & Codable>: Sendable, Codable {
    package var place: Int
    package var value: Value
  }

  package var exchanges: [Placed<KerberosExchange>] = []
  package var names: [Placed<NameLookup>] = []
  package var neighbors: [Placed<NeighborSearch>] = []
  /// Of the whole recording.
  package var hardware = HostHardware()
  package var exchangeCount = 0
  package var nameCount = 0
  package var neighborCount = 0

  package init(_ lookups: Lookups, of shard: Shard) {
    exchangeCount = lookups.exchanges.count
    nameCount = lookups.names.count
    neighborCount = lookups.neighbors.count
    hardware = lookups.hardware
    for (place, search) in lookups.neighbors.enumerated() where shard.holds(search.client) {
      neighbors.append(Placed(place: place, value: search))
    }
    for (place, exchange) in lookups.exchanges.enumerated() where shard.holds(exchange.client) {
      exchanges.append(Placed(place: place, value: exchange))
    }
    for (place, name) in lookups.names.enumerated() where shard.holds(name.client) {
      names.append(Placed(place: place, value: name))
    }
  }
}

extension Lookups {
  /// Those of all shares; nil when some are missing.
  package init?(joining parts: [ShardLookups]) {
    self.init()
    let (allExchanges, allNames) = (parts.flatMap(\.exchanges), parts.flatMap(\.names))
    exchanges = allExchanges.sorted { $0.place < $1.place }.map(\.value)
    names = allNames.sorted { $0.place < $1.place }.map(\.value)
    let searches = parts.flatMap(\.neighbors).sorted { $0.place < $1.place }
    neighbors = searches.map(\.value)
    hardware = parts.first?.hardware ?? hardware
    guard Set(allExchanges.map(\.place)) == Set(0..<exchanges.count), Set(allNames.map(\.place)) == Set(0..<names.count),
      searches.map(\.place) == Array(0..<searches.count),
      parts.allSatisfy({
        $0.exchangeCount == exchanges.count && $0.nameCount == names.count && $0.neighborCount == neighbors.count
      })
    else { return nil }
  }
}

/// Makes the diagnosis of a recording from what its shares judged.
package struct ShardJoiner {
  private let engine: Engine
  private var builder: DiagnosisBuilder

  /// - Parameters:
  ///   - rules: those that ran.
  ///   - isFiltered: only some frames were seen.
  package init(rules: [Rule], site: Site, isFiltered: Bool) {
    engine = Engine(rules: rules)
    builder = DiagnosisBuilder(site: site, isFiltered: isFiltered)
  }

  /// Takes the next connection, in the order in which they ended.
  package mutating func add(_ judged: JudgedConnection) { builder.add(judged) }

  /// - Parameter locate: finds the file of a frame; only for a recording of several files.
  package consuming func finish(_ part: RecordingPart, _ lookups: Lookups, locate: ((Int) -> FramePlace?)?) -> Diagnosis {
    builder.finish(
      capture: part.capture, engine: engine, facts: part.facts, lookups: lookups, commandTimes: part.commandTimes,
      ledger: part.ledger, locate: locate)
  }
}
