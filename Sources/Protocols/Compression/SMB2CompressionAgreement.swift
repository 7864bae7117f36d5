/// What two peers may compress with: COMPRESSION_CAPABILITIES of the NEGOTIATE response, MS-SMB2 2.2.4.1.3.
package struct SMB2CompressionAgreement: Equatable, Sendable {
  /// Identifiers of algorithms: 2.2.3.1.3.
  private var algorithms: [UInt16]
  /// One message may use several.
  package var isChained: Bool

  package init(algorithms: [UInt16], isChained: Bool) {
    self.algorithms = algorithms
    self.isChained = isChained
  }

  /// When the capture does not show what was agreed on.
  package static let unknown = Self(algorithms: [1, 2, 3, 4, 5], isChained: true)
  /// 3.3.5.4: without the context nothing is compressed.
  package static let nothing = Self(algorithms: [], isChained: false)

  /// Parts of a chained message may be in clear, whatever was agreed on.
  func permits(_ algorithm: SMB2CompressedMessage.Algorithm) -> Bool {
    algorithm == .none ? isChained : algorithms.contains(algorithm.rawValue)
  }
}
