import Packets
import Transcripts

extension Rule {
  /// Rules about the recording itself: what it cannot show, and how to make a better one.
  static let captureRules: [Rule] = [
    notACapture, captureTruncatedFile, captureStartsMidstream, captureOneDirectional, captureHasGaps, captureTruncated,
    captureEndsEarly, captureOutOfOrder, encryptedOpaque, noSMBFound, duplicatePackets,
    ntlmMachineIDShared,
  ]
}

extension Evidence {
  init(_ ends: RecordingFacts.Ends, _ frame: Int, _ note: String) {
    self.init(frame, nil, "\(ends.client) → \(ends.server): \(note)")
  }

  init(_ ends: RecordingFacts.Ends, _ lost: LostBytes, _ note: String) {
    self.init(ends, lost.frame, note)
    time = lost.time
  }
}
