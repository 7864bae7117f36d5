import Packets
import TestSupport
import Testing

@testable import Protocols

@Suite struct SMB2ErrorResponseTests {
  static func message(_ body: [UInt8]) -> [UInt8] { SMB2Bytes.response(3, 1, status: SMB2Bytes.badNetworkName, body).bytes }

  /// One SHARE_REDIRECT context: MS-SMB2 2.2.2.1, 2.2.2.2.2.
  static let redirect = message(
    ByteWriter().u16le(9).u8(1).u8(0).u32le(12).u32le(4).u32le(0x7264_5253).u32le(48).bytes)
  /// The maximum dialect without a context: 2.2.2.2.3.
  static let clusterDialect = message(ByteWriter().u16le(9).u16le(0).u32le(2).u16le(0x0302).bytes)

  @Test func readsARedirect() throws {
    let error = try SMB2ErrorResponse(ByteView(Self.redirect.span), status: .badNetworkName)
    #expect(error.redirectsShare)
    #expect(error.saysMore)
  }

  @Test func readsTheDialectOfACluster() throws {
    let error = try SMB2ErrorResponse(ByteView(Self.clusterDialect.span), status: .badClusterDialect)
    #expect(error.maximumDialect == .smb302)
  }

  @Test func readsAnEmptyError() throws {
    let message = Self.message(SMB2BodyBytes.error())
    let error = try SMB2ErrorResponse(ByteView(message.span), status: .badNetworkName)
    #expect(!error.saysMore)
  }

  @Test(arguments: redirect.indices.dropFirst(64))
  func refusesATruncatedMessage(count: Int) {
    let cut = Array(Self.redirect.prefix(count))
    #expect(throws: DecodeError.self) { try SMB2ErrorResponse(ByteView(cut.span), status: .badNetworkName) }
  }

  /// Any byte changed to anything: an error or a value, never a trap.
  @Test func survivesEveryByte() {
    for index in Self.redirect.indices.dropFirst(64) {
      for value in UInt8.min...UInt8.max {
        var changed = Self.redirect
        changed[index] = value
        _ = try? SMB2ErrorResponse(ByteView(changed.span), status: .badClusterDialect)
      }
    }
  }
}
