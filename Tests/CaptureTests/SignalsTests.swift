import Capture
import Foundation
import Testing

@Suite struct SignalsTests {
  /// `smbdx rules | head -1` ends as if all had been read.
  @Test func aBrokenPipeIsAnErrorAndNoSignal() throws {
    Signals.ignoreBrokenPipe()
    let pipe = Pipe()
    try pipe.fileHandleForReading.close()
    #expect(throws: (any Error).self) { try pipe.fileHandleForWriting.write(contentsOf: Data([1])) }
  }
}
