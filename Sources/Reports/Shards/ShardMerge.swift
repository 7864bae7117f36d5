import Diagnosis
import Packets
import Rules
import Transcripts

/// Joins the shares of a recording to the report of one process that reads all of it.
package struct ShardMerge {
  private let readers: [ShardReader]
  private let options: ShardFile.Options
  private let rules: [Rule]

  /// - Throws: when shares are missing, or do not belong together.
  ///
  /// - Parameter toolVersion: of this program.
  package init(_ shards: [ShardReader], toolVersion: String) throws(ShardError) {
    readers = shards.sorted { $0.header.shard.number < $1.header.shard.number }
    guard let first = readers.first?.header else { throw ShardError("there is no shard") }
    options = first.options
    for reader in readers { try Self.check(reader, against: readers[0], toolVersion) }
    for (one, other) in zip(readers, readers.dropFirst()) where one.header.shard == other.header.shard {
      throw ShardError("\(one.name) and \(other.name) are both shard \(one.header.shard)")
    }
    let known = Set(readers.map(\.header.shard.number))
    let missing = (1...first.shard.count).filter { !known.contains($0) }
    if let one = missing.first {
      throw ShardError(
        missing.count == 1
          ? "shard \(one)/\(first.shard.count) is missing"
          : "shards are missing: \(missing.prefix(10).map { "\($0)/\(first.shard.count)" }.joined(separator: ", "))\(missing.count > 10 ? " and \(grouped(missing.count - 10)) more" : "")")
    }
    rules = try Self.rules(options)
  }

  private static func check(_ reader: ShardReader, against first: ShardReader, _ toolVersion: String) throws(ShardError) {
    let header = reader.header
    guard header.toolVersion == toolVersion else {
      throw ShardError("\(reader.name) was written by smbdx \(header.toolVersion), and this is smbdx \(toolVersion); use one version for all shards")
    }
    guard header.shard.count == first.header.shard.count else {
      throw ShardError("\(reader.name) is one of \(header.shard.count) shards, and \(first.name) one of \(first.header.shard.count)")
    }
    guard header.options == first.header.options else {
      throw ShardError("\(reader.name) was made with other options or settings than \(first.name)")
    }
    guard header.files == first.header.files else {
      throw ShardError("\(reader.name) and \(first.name) are of different captures")
    }
  }

  /// Those that ran, as the settings wanted them.
  private static func rules(_ options: ShardFile.Options) throws(ShardError) -> [Rule] {
    var rules: [Rule] = []
    for name in options.rules {
      guard let rule = Rule.named(name) else { throw ShardError("this smbdx has no rule \(name)") }
      let tuned = options.thresholds[name].map(rule.tuned) ?? rule
      rules.append(options.severities[name].map(tuned.graded) ?? tuned)
    }
    return rules
  }

  /// From which severity on findings count as a failure, as the settings of the shares say.
  package var failOn: String { options.failOn }

  /// Reads all of it.
  package func report() throws -> Report {
    var joiner = ShardJoiner(rules: rules, site: options.site, isFiltered: options.filter != nil)
    for reader in readers { try reader.start(rules) }
    // By the number of the next connection of each.
    var waiting: [Int: ShardReader] = [:]
    for reader in readers { try wait(reader, in: &waiting) }
    var count = 0
    while let reader = waiting.removeValue(forKey: count + 1) {
      guard let connection = reader.next else { break }
      count += 1
      joiner.add(connection)
      try reader.advance()
      try wait(reader, in: &waiting)
    }
    return try report(joiner, connections: count)
  }

  private func wait(_ reader: ShardReader, in waiting: inout [Int: ShardReader]) throws(ShardError) {
    guard let connection = reader.next else { return }
    guard waiting.updateValue(reader, forKey: connection.id) == nil else {
      throw ShardError("\(reader.name) has connection \(connection.id), which another shard has too")
    }
  }

  private func report(_ joiner: consuming ShardJoiner, connections: Int) throws(ShardError) -> Report {
    let first = readers[0]
    guard let end = first.closing, let recording = end.recording else { throw ShardError("\(first.name) lacks the facts of the recording") }
    for reader in readers {
      guard let closing = reader.closing, closing.connections == connections else {
        throw ShardError("connection \(connections + 1) is in no shard; write the shards again, all of the same captures")
      }
      guard closing.frames == end.frames, closing.bytes == end.bytes, closing.firstTime == end.firstTime, closing.lastTime == end.lastTime
      else { throw ShardError("\(reader.name) and \(first.name) are of different captures") }
    }
    guard let lookups = Lookups(joining: readers.compactMap { $0.closing?.lookups }) else {
      throw ShardError("look-ups are in no shard; write the shards again, all of the same captures")
    }
    let places = end.places
    let diagnosis = joiner.finish(recording, lookups, locate: places.map { places in { places.place(of: $0) } })
    let header = first.header
    return Report(
      toolVersion: header.toolVersion, files: header.files, paths: header.paths, arguments: header.arguments,
      rulesLeftOut: Rule.all.count - rules.count, diagnosis: diagnosis)
  }
}
