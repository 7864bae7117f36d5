/// What one step of a decoder did.
struct DecoderStep {
  enum State {
    case going
    /// Everything was unpacked.
    case ended
    /// Nothing after this can be unpacked; what was written before is good.
    case failed(String)
  }

  /// Bytes taken from the input.
  var consumed: Int
  /// Bytes written to the output.
  var produced: Int
  var state: State
}

/// One compression format. Memory does not grow with the data, whatever it says.
protocol Decoder: AnyObject {
  /// Name of the format, for people.
  static var name: String { get }

  /// - Parameter isLast: there is no more input, and nothing comes after it. A step that then does nothing means that
  ///   the data is cut short.
  func step(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, isLast: Bool) -> DecoderStep
}

/// The bytes inside compressed bytes, unpacked as they are read. Several members or frames after each other are one.
final class Unpacked: ByteSource {
  private static let inputSize = 64 * 1024

  private let source: any ByteSource
  private let decoder: any Decoder
  private var input = [UInt8](repeating: 0, count: inputSize)
  private var start = 0
  private var end = 0
  /// Compressed bytes before `start`.
  private var position = 0
  private var isLast = false
  private var state = DecoderStep.State.going

  init(_ source: any ByteSource, with decoder: any Decoder) {
    self.source = source
    self.decoder = decoder
  }

  func read(into target: UnsafeMutableRawBufferPointer) throws(SourceFailure) -> Int {
    while true {
      switch state {
      case .going: break
      case .ended: return 0
      case .failed(let what):
        throw SourceFailure(message: "its \(type(of: decoder).name) data is \(what), at byte \(position) of the compressed file")
      }
      if start == end, !isLast { try refill() }
      // SAFETY: the decoder reads and writes within the bytes it is given.
      let step = unsafe input.withUnsafeBytes {
        unsafe decoder.step(UnsafeRawBufferPointer(rebasing: $0[start..<end]), into: target, isLast: isLast)
      }
      start += step.consumed
      position += step.consumed
      state = step.state
      if step.produced > 0 { return step.produced }
      if case .going = state, step.consumed == 0, isLast || start < end {
        state = .failed(isLast ? "cut short" : "damaged")
      }
    }
  }

  private func refill() throws(SourceFailure) {
    end = try source.read(into: &input, 0..<input.count)
    start = 0
    isLast = end == 0
  }
}
