import Packets

/// After a hole or nonsense: looking for the place where reading can go on.
extension SMBFramer {
  /// Looks for the next NBSS header that an SMB message follows.
  ///
  /// - Returns: where to go on reading, with the state set to read it; nil when there is none in sight.
  mutating func search(_ chunk: borrowing StreamChunk, from position: Int) -> Int? {
    guard let fresh = try? chunk.bytes.view(from: position - chunk.offset) else { return nil }
    recordUse(until: chunk.offset + chunk.bytes.count, of: chunk)
    partial.value.searchedByteCount += fresh.count
    if held.isEmpty {
      if chunk.offset == 0, NBSSHeader.isSessionPacket(fresh) { return resume(at: position) }
      if let found = Self.firstBoundary(in: fresh) { return resume(at: position + found) }
      keepTail(of: fresh, chunk.frame)
      return nil
    }
    // A boundary may straddle two chunks.
    let joint = held.count
    fresh.append(to: &held)
    guard let found = Self.firstBoundary(in: ByteView(held.span)) else {
      let joined = held
      keepTail(of: ByteView(joined.span), chunk.frame)
      return nil
    }
    held = found < joint ? Array(held[found..<joint]) : []
    return resume(at: position - joint + found) + held.count
  }

  private mutating func resume(at offset: Int) -> Int {
    state = .boundary
    partial.value.searchedByteCount = 0
    structureStart = offset
    return offset
  }

  /// Keeps the last bytes, in which a boundary may begin.
  private mutating func keepTail(of bytes: borrowing ByteView, _ frame: FrameStamp) {
    let count = min(bytes.count, SMBSignature.span - 1)
    held = (try? bytes.view(from: bytes.count - count).copy()) ?? []
    partial.value.heldSince = frame.number
  }
}
