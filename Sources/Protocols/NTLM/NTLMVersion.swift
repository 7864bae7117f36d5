package import Packets

/// The sender's operating system version: MS-NLMP 2.2.2.10. A hint, never proof: many implementations send a fixed one.
package struct NTLMVersion: Hashable, Sendable, Codable {
  package var major: UInt8
  package var minor: UInt8
  package var build: UInt16
  /// NTLMRevisionCurrent: 15 for all but a few.
  package var revision: UInt8

  package init(_ message: borrowing ByteView, at offset: Int) throws(DecodeError) {
    major = try message.u8(at: offset)
    minor = try message.u8(at: offset + 1)
    build = try message.u16le(at: offset + 2)
    revision = try message.u8(at: offset + 7)
  }
}

extension NTLMVersion: CustomStringConvertible {
  package var description: String { "\(major).\(minor).\(build)" }
}
