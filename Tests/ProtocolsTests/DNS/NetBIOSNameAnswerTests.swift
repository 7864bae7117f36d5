import Packets
import Protocols
import TestSupport
import Testing

@Suite struct NetBIOSNameAnswerTests {
  static let wellFormed = NetBIOSBytes.answer("FS01", [(flags: 0x6000, IPAddress(10, 77, 0, 20)), (flags: 0x6000, IPAddress(10, 77, 1, 20))])

  private func read(_ bytes: [UInt8]) throws(DecodeError) -> NetBIOSNameAnswer { try NetBIOSNameAnswer(ByteView(bytes.span)) }

  @Test func readsTheAddressesOfAHost() throws {
    let answer = try read(Self.wellFormed)
    #expect(answer.name == "FS01")
    #expect(answer.addresses == [IPAddress(10, 77, 0, 20), IPAddress(10, 77, 1, 20)])
  }

  @Test func leavesGroupsOut() throws {
    #expect(try read(NetBIOSBytes.answer("LAB", [(flags: 0xE000, IPAddress(10, 77, 0, 20))])).addresses.isEmpty)
  }

  @Test(arguments: wellFormed.indices) func refusesATruncatedMessage(count: Int) {
    #expect(throws: DecodeError.self) { try read(Array(Self.wellFormed.prefix(count))) }
  }

  @Test(arguments: [(2, 0x00), (3, 0x03), (7, 0x00), (47, 0x21)]) func refusesOtherMessages(offset: Int, value: UInt8) {
    var bytes = Self.wellFormed
    bytes[offset] = value
    #expect(throws: DecodeError.self) { try read(bytes) }
  }

  /// More than there can be is not kept.
  @Test func keepsABoundedNumber() throws {
    let many = (0..<40).map { (flags: UInt16(0x6000), IPAddress(10, 77, 0, UInt8($0))) }
    #expect(try read(NetBIOSBytes.answer("FS01", many)).addresses.count == NetBIOSNameAnswer.maximumAddresses)
  }
}
