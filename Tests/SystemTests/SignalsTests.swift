import Foundation
import System
import Testing

@Suite struct SignalsTests {
  /// `smbdx rules | head -1` ends as if all had been read.
  @Test func aBrokenPipeIsAnErrorAndNoSignal() throws {
    Signals.ignoreBrokenPipe()
    let pipe = Pipe()
    try pipe.fileHandleForReading.close()
    #expect(throws: (any Error).self) { try pipe.fileHandleForWriting.write(contentsOf: Data([1])) }
  }

  /// Nobody reads, and the program waits; asked twice, or once by who asks only once, it ends.
  @Test func endsAWriteThatWaits() async {
    await #expect(processExitsWith: .signal(SIGINT)) {
      let signals = SignalReader()
      SignalsTests.ask(SIGINT, times: 2)
      try SignalsTests.writeToNobody()
      _ = signals
    }
    await #expect(processExitsWith: .signal(SIGTERM)) {
      let signals = SignalReader()
      SignalsTests.ask(SIGTERM, times: 1)
      try SignalsTests.writeToNobody()
      _ = signals
    }
  }

  /// The first wish is one that can wait until somebody reads.
  @Test func notesAWishWhileItWaits() async {
    await #expect(processExitsWith: .success) {
      guard let signals = SignalReader() else { _exit(2) }
      SignalsTests.ask(SIGINT, times: 1)
      let pipe = Pipe()
      Thread.detachNewThread {
        sleep(2)
        _ = try? pipe.fileHandleForReading.readToEnd()
      }
      try Descriptors.write([UInt8](repeating: 0, count: 1 << 20), to: pipe.fileHandleForWriting.fileDescriptor)
      _exit(signals.next() == .end ? 0 : 1)
    }
  }

  /// SIGHUP asks for new files where it was told to, and ends nothing then, also while a write waits.
  @Test func takesAHangupAsAskedTo() async {
    await #expect(processExitsWith: .success) {
      guard let signals = SignalReader(hangupReopens: true) else { _exit(2) }
      pthread_kill(pthread_self(), SIGHUP)
      _exit(signals.next() == .reopen && signals.next() == nil ? 0 : 1)
    }
    await #expect(processExitsWith: .success) {
      guard let signals = SignalReader() else { _exit(2) }
      pthread_kill(pthread_self(), SIGHUP)
      _exit(signals.next() == .end ? 0 : 1)
    }
  }

  private static func writeToNobody() throws {
    let pipe = Pipe()
    try Descriptors.write([UInt8](repeating: 0, count: 1 << 20), to: pipe.fileHandleForWriting.fileDescriptor)
  }

  /// From another thread, which does not take the signals itself.
  private static func ask(_ signal: Int32, times: Int) {
    let writer = pthread_self()
    Thread.detachNewThread {
      for _ in 0..<times {
        usleep(500_000)
        pthread_kill(writer, signal)
      }
    }
  }

  /// What is opened later is not taken for standard output.
  @Test func leavesNoStandardDescriptorFree() async {
    await #expect(processExitsWith: .success) {
      close(0)
      close(1)
      Descriptors.openStandardOnes()
      let file = unsafe open("/dev/null", O_RDONLY)
      _exit(file > 2 && fcntl(0, F_GETFD) >= 0 && fcntl(1, F_GETFD) >= 0 ? 0 : 1)
    }
  }
}
