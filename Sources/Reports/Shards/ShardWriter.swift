package import Diagnosis
import FoundationEssentials

/// Writes a share of a recording, line by line.
package struct ShardWriter {
  private let encoder = JSONEncoder()
  private let write: ([UInt8]) -> Void
  private var checksum = ShardFile.Checksum()
  package private(set) var connections = 0
  /// Why something could not be written; the file is of no use then.
  package private(set) var failure: String?

  package init(_ header: ShardFile.Header, to write: @escaping ([UInt8]) -> Void) {
    // The same share is the same bytes.
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    self.write = write
    put(ShardFile.Line(header: header))
  }

  package mutating func write(_ connection: JudgedConnection) {
    connections += 1
    put(ShardFile.Line(connection: connection))
  }

  package mutating func end(_ closing: ShardFile.Closing) {
    var closing = closing
    closing.checksum = checksum.value
    put(ShardFile.Line(closing: closing))
  }

  private mutating func put(_ line: ShardFile.Line) {
    do {
      let bytes = Array(try encoder.encode(line)) + [UInt8(ascii: "\n")]
      checksum.add(bytes)
      write(bytes)
    } catch {
      failure = failure ?? "\(error)"
    }
  }
}
