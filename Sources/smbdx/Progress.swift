import Rules

/// How far reading has come, on standard error, while it is a terminal: frames and their rate; where the size of the files is
/// known also how much of them is read, and how long the rest takes.
final class Progress {
  private enum Step {
    /// Frames between two looks at the clock.
    static let frames = 100_000
    /// What a file has beside each frame, in bytes: the record header of pcap.
    static let header = 16
  }

  private let isShown: Bool
  private let byteCount: Int?
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var bytes = 0

  init(isShown: Bool, byteCount: Int? = nil) {
    self.isShown = isShown
    self.byteCount = byteCount
    start = clock.now
  }

  @inline(__always)
  func record(_ frame: Int, _ size: Int) {
    guard isShown else { return }
    bytes += size + Step.header
    if frame % Step.frames == 0 { show(frame) }
  }

  private func show(_ frame: Int) {
    let seconds = max(Double((clock.now - start) / .milliseconds(1)) / 1000, 0.001)
    Output.standardError.write("\r\(Self.line(frame: frame, bytes: bytes, of: byteCount, seconds: seconds))\u{1b}[K")
  }

  /// `1,200,000 frames, 1,500,000 a second; 42 %, 3 s left`
  static func line(frame: Int, bytes: Int, of total: Int?, seconds: Double) -> String {
    var line = "\(grouped(frame)) frames, \(grouped(Int(Double(frame) / seconds))) a second"
    // Files contain more than frames, so the share is capped at 100 %.
    if let total, total > 0, bytes > 0 {
      let part = min(Double(bytes) / Double(total), 1)
      line += "; \(Int(part * 100)) %, \(Int(seconds * (1 - part) / part + 0.5)) s left"
    }
    return line
  }

  func end() {
    if isShown { Output.standardError.write("\r\u{1b}[K") }
  }
}
