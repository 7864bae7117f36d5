import TestSupport
import Testing

@testable import Packets

@Suite struct ByteViewTests {
  @Test func readsBothByteOrders() throws {
    let bytes = [UInt8].counting(8, from: 1)
    let view = ByteView(bytes.span)
    #expect(try view.u8(at: 7) == 8)
    #expect(try view.u16le(at: 1) == 0x0302)
    #expect(try view.u16be(at: 1) == 0x0203)
    #expect(try view.u32le(at: 4) == 0x0807_0605)
    #expect(try view.u32be(at: 4) == 0x0506_0708)
    #expect(try view.u64le(at: 0) == 0x0807_0605_0403_0201)
    #expect(try view.u64be(at: 0) == 0x0102_0304_0506_0708)
  }

  @Test(arguments: [-1, 8, 9, Int.max, Int.min])
  func refusesOffsetsOutside(offset: Int) {
    let bytes = [UInt8].counting(8)
    let view = ByteView(bytes.span)
    #expect((try? view.u8(at: offset)) == nil)
    #expect((try? view.u16le(at: offset)) == nil)
    #expect((try? view.u16be(at: offset)) == nil)
    #expect((try? view.u32le(at: offset)) == nil)
    #expect((try? view.view(at: offset, count: 1).count) == nil)
    #expect((try? view.u64be(at: offset)) == nil)
    #expect(throws: DecodeError.self) { try view.expect("StructureSize", at: offset, equals: 1) }
  }

  @Test(arguments: [-1, 9, Int.max, Int.min])
  func refusesCountsThatDoNotFit(count: Int) {
    let bytes = [UInt8].counting(8)
    #expect(throws: DecodeError.self) { _ = try ByteView(bytes.span).view(at: 0, count: count).count }
  }

  /// An error names the byte of the message that the view was cut from.
  @Test func remembersWhereItWasCut() throws {
    let bytes = [UInt8].counting(8)
    let inner = try ByteView(bytes.span).view(at: 2, count: 4).view(from: 1)
    #expect(inner.base == 3)
    #expect(throws: DecodeError(offset: 5, reason: .truncated(needed: 2, available: 1))) { try inner.u16le(at: 2) }
  }

  @Test func takesPrefixes() {
    let bytes = [UInt8].counting(8)
    #expect(ByteView(bytes.span).prefix(3).copy() == [0, 1, 2])
    #expect(ByteView(bytes.span).prefix(30).count == 8)
    #expect(ByteView(bytes.span).prefix(-1).copy() == [])
  }

  @Test func readsText() throws {
    let bytes = [UInt8](utf16: "fs01é😀") + [0x41]
    #expect(ByteView(bytes.span).utf16LittleEndian() == "fs01é😀")
    let surrogate: [UInt8] = [0x41, 0x00, 0x00, 0xd8]
    #expect(ByteView(surrogate.span).utf16LittleEndian() == "A\u{fffd}")
    let list: [UInt8] = Array("NT LM 0.12".utf8) + [0, 1]
    let text = try ByteView(list.span).nulTerminated(at: 0)
    #expect(text.text == "NT LM 0.12")
    #expect(text.end == 11)
    #expect(throws: DecodeError.self) { try ByteView(list.span).nulTerminated(at: 11) }
  }
}
