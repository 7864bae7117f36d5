package import Packets

/// Writes a slim capture: see ``SlimFormat``.
package struct SlimWriter: ~Copyable {
  private var writer: PcapngWriter
  private var limits: Set<UInt32> = []
  private var lastNumber = 0

  /// - Parameters:
  ///   - summary: what is known of the original so far.
  ///   - output: takes what was collected, piece by piece.
  package init(application: String, _ summary: SlimSummary, _ output: @escaping ([UInt8]) -> Void) {
    let names = Self.list(summary.files)
    writer = PcapngWriter(
      application: application,
      comment:
        "slim capture of \(names): payload and frames that smbdx does not need are left out; a packet id is the frame's number in the original",
      output)
    summary.writeBeginning(to: &writer)
  }

  private static func list(_ names: [String]) -> String {
    let (shown, rest) = (names.prefix(SlimFormat.Limit.namesInComment), names.dropFirst(SlimFormat.Limit.namesInComment))
    return shown.joined(separator: ", ") + (rest.isEmpty ? "" : " and \(rest.count) more")
  }

  /// Bytes written so far.
  package var byteCount: Int { writer.byteCount }

  /// Writes a frame, whose number is larger than that of the one before.
  ///
  /// - Parameters:
  ///   - bytes: all that were captured.
  ///   - needed: how many of them are needed at most.
  ///   - origin: the name of its file, when there are several.
  /// - Returns: how many of its bytes were written.
  @discardableResult
  package mutating func write(
    _ frame: Frame, _ bytes: borrowing ByteView, needed: Int, origin: String?, interface: String?
  ) throws(PcapngWriter.Failure) -> Int {
    let original = max(frame.originalLength, bytes.count)
    let limit = bytes.count < original ? UInt32(clamping: bytes.count) : 0
    let isPossible = bytes.count <= SlimFormat.Limit.frame && (bytes.count == original || limit > 0 && knows(limit))
    let kept = isPossible ? min(needed, bytes.count) : bytes.count
    let place = PcapngWriter.Interface(
      linkType: frame.linkType, name: interface, description: origin, slimLimit: isPossible ? limit : nil)
    // Only one after the other may do without; where something is read, people may look for it by its number.
    let isNumbered = kept == bytes.count || frame.number != lastNumber + 1
    lastNumber = frame.number
    try writer.write(
      frame, bytes.prefix(kept), originalLength: original, at: place, number: isNumbered ? frame.number : nil)
    return kept
  }

  private mutating func knows(_ limit: UInt32) -> Bool {
    if limits.contains(limit) { return true }
    return limits.count < SlimFormat.Limit.lengths && limits.insert(limit).inserted
  }

  /// The recording is over.
  package mutating func finish(_ summary: SlimSummary) {
    summary.writeEnd(to: &writer)
    writer.flush()
  }
}
