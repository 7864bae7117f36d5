/// Counts of the frames that a slim recording left out, and of all frames of the original.
package struct LeftOutFrames: Equatable, Sendable {
  package var frames = 0
  /// On the wire.
  package var bytes = 0
  /// Of these, frames of which only a part was captured.
  package var truncatedFrames = 0
  /// Frames that are out of order among all and not among those that are there.
  package var misorderedFrames = 0
  /// The longest part of a frame that was captured in part, of all.
  package var snapshotLength = 0
  /// Of all.
  @OptionalFrame package var firstMisorderedFrame: Int?
  package var largestStepBack = TimeSpan.zero
  /// Of all; nil of none.
  package var lastTime: Timestamp?

  package init() {}

  /// Adds the counts of another recording that is read together with this one. The numbers are input and may be wrong.
  package mutating func add(_ other: LeftOutFrames) {
    frames = frames.clampedSum(other.frames)
    bytes = bytes.clampedSum(other.bytes)
    truncatedFrames = truncatedFrames.clampedSum(other.truncatedFrames)
    misorderedFrames = misorderedFrames.clampedSum(other.misorderedFrames)
    snapshotLength = max(snapshotLength, other.snapshotLength)
    firstMisorderedFrame = [firstMisorderedFrame, other.firstMisorderedFrame].compactMap(\.self).min()
    largestStepBack = max(largestStepBack, other.largestStepBack)
    lastTime = [lastTime, other.lastTime].compactMap(\.self).max()
  }
}
