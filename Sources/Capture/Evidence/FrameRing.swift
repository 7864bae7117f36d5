package import Packets

/// The latest frames of a capture, in a bounded amount of memory.
package struct FrameRing {
  /// What is remembered of a frame beside its bytes.
  package struct Kept: Sendable {
    package var frame: Frame
    package var flow: FlowHash.Value
    fileprivate var start: Int
    fileprivate var count: Int
  }

  /// Frames that are forgotten together.
  private struct Piece {
    var frames: [Kept] = []
    var bytes: [UInt8] = []
  }

  private enum Limit {
    /// Bytes of frames that are forgotten together, except for a single longer frame.
    static let piece = 1 << 20
    /// Frames that are forgotten together: those without payload have some 60 bytes.
    static let framesOfPiece = 1 << 14
  }

  /// Bytes together at most, which is a multiple of ``Limit/piece``.
  private let pieceCount: Int
  /// The present one is at `last`, and the oldest one behind it.
  private var pieces: [Piece] = []
  private var last = -1

  /// - Parameter byteCount: bytes of frames kept, in whole MiB.
  package init(byteCount: Int) { pieceCount = byteCount / Limit.piece }

  package mutating func append(_ frame: Frame, _ bytes: borrowing ByteView, flow: FlowHash.Value) {
    if last < 0 || pieces[last].bytes.count + bytes.count > Limit.piece || pieces[last].frames.count == Limit.framesOfPiece {
      beginPiece()
    }
    pieces[last].frames.append(Kept(frame: frame, flow: flow, start: pieces[last].bytes.count, count: bytes.count))
    bytes.append(to: &pieces[last].bytes)
  }

  private mutating func beginPiece() {
    last = (last + 1) % pieceCount
    if last == pieces.count {
      pieces.append(Piece())
      pieces[last].bytes.reserveCapacity(Limit.piece)
    } else {
      pieces[last].frames.removeAll(keepingCapacity: true)
      pieces[last].bytes.removeAll(keepingCapacity: true)
    }
  }

  /// Lends what is wanted, the oldest first.
  package func forEach(where isWanted: (Kept) -> Bool, _ body: (Kept, borrowing ByteView) -> Void) {
    for offset in 0..<pieces.count {
      let piece = pieces[(last + 1 + offset) % pieces.count]
      let view = ByteView(piece.bytes.span)
      for kept in piece.frames where isWanted(kept) {
        if let bytes = try? view.view(at: kept.start, count: kept.count) { body(kept, bytes) }
      }
    }
  }
}
