import Packets
import System

/// One line on the terminal that says how a capture goes on; nothing where standard error is no terminal.
final class StatusLine {
  struct Figures {
    var frames: Int
    var lost: Int
    var openConnections: Int
    var findings: Int
    var elapsed: TimeSpan
  }

  private let isShown: Bool
  private var isOnScreen = false
  private var last: Figures?

  init(isShown: Bool) { self.isShown = isShown && Output.standardError.isTerminal }

  func show(_ figures: Figures) {
    // Figures that change more often cannot be read.
    if let last, figures.elapsed - last.elapsed < .seconds(1) { return }
    defer { last = figures }
    guard isShown else { return }
    let elapsed = figures.elapsed - (last?.elapsed ?? .zero)
    let rate = rate(of: figures.frames - (last?.frames ?? 0), in: elapsed)
    let width = Terminal.width(2) ?? 80
    Output.standardError.write("\r\u{1b}[K" + line(figures, rate: rate).prefix(width - 1))
    isOnScreen = true
  }

  /// Makes room for results, which may go to the same terminal.
  func clear() {
    guard isOnScreen else { return }
    isOnScreen = false
    Output.standardError.write("\r\u{1b}[K")
  }

  /// Once, wherever standard error goes.
  func print(_ figures: Figures) {
    clear()
    Smbdx.complain(line(figures, rate: rate(of: figures.frames, in: figures.elapsed)))
  }

  /// Frames of a second.
  private func rate(of frames: Int, in span: TimeSpan) -> Int { span > .zero ? Int(Double(frames) / (span / .seconds(1))) : 0 }

  private func line(_ figures: Figures, rate: Int) -> String {
    let time = figures.elapsed.seconds
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return """
      \(figures.frames) frame\(figures.frames == 1 ? "" : "s") (\(rate)/s), \(figures.lost) lost, \
      \(figures.openConnections) open connection\(figures.openConnections == 1 ? "" : "s"), \
      \(figures.findings) finding\(figures.findings == 1 ? "" : "s"), \(time / 3600):\(two(time / 60 % 60)):\(two(time % 60))
      """
  }
}
