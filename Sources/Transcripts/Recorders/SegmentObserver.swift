package import Packets

/// Sees every TCP segment, also those that came in IP fragments or inside of other packets, before it is followed.
package protocol SegmentObserver: AnyObject {
  func observe(
    _ packet: borrowing Packet, _ header: TCPHeader, _ stamp: FrameStamp, _ bytes: borrowing ByteView, isOfFragments: Bool)
}
