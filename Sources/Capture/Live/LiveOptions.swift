package import Packets

/// How an interface is captured on.
package struct LiveOptions: Sendable {
  /// An expression of pcap-filter(7) in place of ``LiveFilter``.
  package var filter: String?
  /// SMB on every TCP port, and not only on its own.
  package var anyPort = false
  /// Ports that the built-in filter lets pass.
  package var ports = ServicePorts()
  package var isPromiscuous = false
  /// Bytes kept of a frame. Whole frames, as the kernel may hand on many segments as one of 64 KiB.
  package var snapshotLength = 262_144
  /// Bytes in which the kernel keeps frames until they are read. A connection costs most when it is set up and when it
  /// ends; this holds the frames of some ten thousand that do so at once.
  package var bufferSize = 64 << 20
  /// Each frame at once. Otherwise the kernel collects frames for up to ``LiveHandle/timeout``, which loses fewer.
  package var isImmediate = false

  package init() {}
}
