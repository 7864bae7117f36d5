package import Diagnosis
import FoundationEssentials
package import Rules

/// Reads a share of a recording, one connection at a time.
package final class ShardReader {
  package let name: String
  package let header: ShardFile.Header
  /// nil at the end.
  package private(set) var next: JudgedConnection?
  /// Once ``next`` is nil.
  package private(set) var closing: ShardFile.Closing?

  private let nextLine: () throws -> [UInt8]?
  private let decoder = JSONDecoder()
  private var checksum = ShardFile.Checksum()
  private var connections = 0

  /// Reads the first line.
  ///
  /// - Parameters:
  ///   - name: what users call it.
  ///   - nextLine: gives the next line with its end; nil when there is none.
  package init(_ name: String, nextLine: @escaping () throws -> [UInt8]?) throws {
    self.name = name
    self.nextLine = nextLine
    guard let line = try nextLine() else { throw ShardError("\(name) is empty, and no shard") }
    guard line.starts(with: #"{"header":{"#.utf8) else {
      throw ShardError("\(name) is no shard; smbdx analyze --shard writes them")
    }
    struct Start: Codable { var header: Schema }
    struct Schema: Codable { var schema: String, toolVersion: String }
    guard let start = try? decoder.decode(Start.self, from: Data(line)) else { throw ShardError("\(name) is damaged in line 1") }
    guard start.header.schema == ShardFile.schema else {
      throw ShardError("\(name) is of the kind \(start.header.schema), and this smbdx reads \(ShardFile.schema)")
    }
    guard let header = try? decoder.decode(ShardFile.Line.self, from: Data(line)).header else {
      throw ShardError("\(name) is damaged in line 1, or smbdx \(start.header.toolVersion) writes it otherwise")
    }
    self.header = header
    checksum.add(line)
  }

  /// Lets ``next`` be the first connection.
  ///
  /// - Parameter rules: those that ran.
  package func start(_ rules: [Rule]) throws {
    decoder.userInfo[.rules] = Dictionary(rules.map { ($0.id, $0) }) { first, _ in first }
    try advance()
  }

  /// Goes on to the next connection.
  package func advance() throws {
    next = nil
    guard let line = try nextLine() else { throw ShardError("\(name) ends too early; write it again") }
    if line.starts(with: ShardFile.connectionStart) {
      next = try connection(line)
      connections += 1
      checksum.add(line)
    } else if let end = try? decoder.decode(ShardFile.Line.self, from: Data(line)).closing {
      guard end.checksum == checksum.value, end.ownConnections == connections, try nextLine() == nil else {
        throw ShardError("\(name) is damaged: its checksum is wrong; write it again")
      }
      closing = end
    } else {
      throw ShardError("\(name) is damaged behind connection \(connections); write it again")
    }
  }

  private func connection(_ line: [UInt8]) throws -> JudgedConnection {
    let text = line.dropFirst(ShardFile.connectionStart.count).dropLast(ShardFile.connectionEnd.count)
    guard let bytes = Data(base64Encoded: Data(text)),
      let connection = try? CompactDecoder.decode(JudgedConnection.self, Array(bytes), decoder.userInfo)
    else { throw ShardError("\(name) is damaged behind connection \(connections); write it again") }
    return connection
  }
}

/// Why shares cannot be joined, as a sentence.
package struct ShardError: Error, CustomStringConvertible {
  package var description: String

  package init(_ description: String) { self.description = description }
}
