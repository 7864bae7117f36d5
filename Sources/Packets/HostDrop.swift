/// That the recording host itself threw a packet away, as Windows' pktmon says.
package struct HostDrop: Hashable, Sendable {
  /// Why, as Windows numbers it.
  package var reason: UInt32
  /// Where in the network stack.
  package var location: UInt32

  package init(reason: UInt32, location: UInt32) {
    self.reason = reason
    self.location = location
  }
}
