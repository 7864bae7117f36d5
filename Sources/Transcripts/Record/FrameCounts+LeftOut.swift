package import Packets

// Slim recordings have only some of the frames.
extension FrameCounts {
  /// What has to be said of those frames that are not among some, the others of which were counted here, too.
  package func leftOut(keeping kept: FrameCounts) -> LeftOutFrames {
    var leftOut = LeftOutFrames()
    leftOut.frames = frames - kept.frames
    leftOut.bytes = bytes - kept.bytes
    leftOut.truncatedFrames = truncatedFrames - kept.truncatedFrames
    leftOut.misorderedFrames = misorderedFrames - kept.misorderedFrames
    leftOut.snapshotLength = snapshotLength
    leftOut.firstMisorderedFrame = firstMisorderedFrame
    leftOut.largestStepBack = largestStepBack
    leftOut.lastTime = lastTime
    return leftOut
  }

  /// Counts frames that were left out. The numbers may be anyone's.
  mutating func add(_ leftOut: LeftOutFrames) {
    frames = frames.clampedSum(leftOut.frames)
    bytes = bytes.clampedSum(leftOut.bytes)
    truncatedFrames = truncatedFrames.clampedSum(leftOut.truncatedFrames)
    misorderedFrames = misorderedFrames.clampedSum(leftOut.misorderedFrames)
    snapshotLength = max(snapshotLength, leftOut.snapshotLength)
    if let first = leftOut.firstMisorderedFrame { firstMisorderedFrame = min(firstMisorderedFrame ?? .max, first) }
    largestStepBack = max(largestStepBack, leftOut.largestStepBack)
    if let last = leftOut.lastTime { lastTime = max(lastTime ?? last, last) }
  }
}

extension Tracker {
  /// The recording has more frames than were taken. After ``finish()``.
  package mutating func add(_ leftOut: LeftOutFrames) { counts.add(leftOut) }
}
