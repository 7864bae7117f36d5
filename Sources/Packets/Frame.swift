/// What the capture knows about one frame, apart from its bytes.
package struct Frame: Sendable {
  /// Number in the recording, from 1, as Wireshark counts.
  package var number: Int
  package var time: Timestamp
  /// Length on the wire, in bytes; the captured bytes may be fewer.
  package var originalLength: Int
  package var linkType: LinkType
  /// Where it was captured, by a number of its file; 0 when the file does not say.
  package var interface: UInt32 = 0
  /// The capturing host dropped it.
  package var hostDrop: HostDrop?

  package init(number: Int, time: Timestamp, originalLength: Int, linkType: LinkType) {
    self.number = number
    self.time = time
    self.originalLength = originalLength
    self.linkType = linkType
  }

  package var stamp: FrameStamp { FrameStamp(number: number, time: time) }
}
