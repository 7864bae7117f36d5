import TestSupport
import Testing

@testable import Packets

/// Who looks for whom on the network.
@Suite struct NeighborMessageTests {
  private static let asker = IPAddress(10, 0, 0, 1)
  private static let target = IPAddress(10, 0, 0, 9)
  private static let version6 = (asker: IPAddress(high: 0xfd00 << 48, low: 1), target: IPAddress(high: 0xfd00 << 48, low: 9))

  private static func read(_ bytes: [UInt8], linkType: LinkType = .ethernet) -> NeighborMessage? {
    let frame = Frame(number: 1, time: Timestamp(nanoseconds: 0), originalLength: bytes.count, linkType: linkType)
    guard case .neighbor(let message)? = try? Packet.read(ByteView(bytes.span), frame: frame) else { return nil }
    return message
  }

  @Test func questionsAndAnswers() {
    let question = Self.read(ARPBytes.question(for: Self.target, from: Self.asker))
    #expect(question?.sender == Self.asker)
    #expect(question?.target == Self.target)
    #expect(question?.hardware == 0x0200_0000_0001)
    #expect(question?.isQuestion == true)
    let answer = Self.read(ARPBytes.answer(of: Self.target, to: Self.asker))
    #expect(answer?.sender == Self.target)
    #expect(answer?.target == Self.target)
    #expect(answer?.isQuestion == false)
    let version6 = Self.read(neighborSolicitation(for: Self.version6.target, from: Self.version6.asker))
    #expect(version6?.target == Self.version6.target)
    #expect(version6?.isQuestion == true)
    // RFC 4861 7.1: it has passed a router.
    #expect(Self.read(neighborSolicitation(for: Self.version6.target, from: Self.version6.asker, hopLimit: 254)) == nil)
  }

  @Test func otherLinks() {
    let message = ARPBytes.message(1, Self.asker, 1, Self.target)
    #expect(Self.read(ethernetFrame(etherType: 0x0806, message, tags: [0x8100]))?.target == Self.target)
    let cooked: [UInt8] = [0, 1, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 6] + message
    #expect(Self.read(cooked, linkType: .linuxSLL)?.target == Self.target)
    let isForAll = Packet.isForAll(ByteView(cooked.span), linkType: .linuxSLL)
    #expect(isForAll)
  }

  /// RFC 5227: a host asks whether its own address is free, and then announces it.
  @Test func hostsThatAskForThemselves() {
    #expect(Self.read(ARPBytes.question(for: Self.asker, from: Self.asker))?.isAboutSender == true)
    #expect(Self.read(ARPBytes.question(for: Self.asker, from: IPAddress(0, 0, 0, 0)))?.isAboutSender == true)
  }

  /// Neither is a damaged packet: what is cut says nothing.
  @Test(arguments: 14..<42)
  func cuts(count: Int) {
    let bytes = Array(ARPBytes.question(for: Self.target, from: Self.asker).prefix(count))
    #expect(Self.read(bytes) == nil)
    #expect(PacketsTests.read(bytes) == .foreign)
  }

  @Test func otherHardware() {
    var message = ARPBytes.message(1, Self.asker, 1, Self.target)
    message[1] = 6
    #expect(Self.read(ethernetFrame(etherType: 0x0806, message)) == nil)
  }
}
