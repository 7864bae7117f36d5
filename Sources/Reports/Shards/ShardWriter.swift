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
    do {
      let bytes = Data(try CompactEncoder.encode(connection)).base64EncodedData()
      put(ShardFile.connectionStart + Array(bytes) + ShardFile.connectionEnd)
    } catch {
      failure = failure ?? "\(error)"
    }
  }

  package mutating func end(_ closing: ShardFile.Closing) {
    var closing = closing
    closing.checksum = checksum.value
    put(ShardFile.Line(closing: closing))
  }

  private mutating func put(_ line: ShardFile.Line) {
    do {
      put(Array(try encoder.encode(line)) + [UInt8(ascii: "\n")])
    } catch {
      failure = failure ?? "\(error)"
    }
  }

  private mutating func put(_ bytes: [UInt8]) {
    checksum.add(bytes)
    write(bytes)
  }
}
