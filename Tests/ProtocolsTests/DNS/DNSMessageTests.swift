import Packets
import Protocols
import TestSupport
import Testing

@Suite struct DNSMessageTests {
  static let wellFormed = DNSBytes.response(
    "files.lab.example", DNSBytes.alias(of: "dc01.lab.example"),
    DNSBytes.address(IPAddress(10, 77, 0, 30), of: DNSBytes.name("dc01.lab.example")))

  @Test func readsAnAnswerThroughAnAlias() throws {
    let message = try read(Self.wellFormed.bytes)
    #expect(message.isResponse)
    #expect(message.id == 0x1234)
    #expect(message.responseCode == .noError)
    #expect(message.question.name == "files.lab.example")
    #expect(message.question.type == .a)
    #expect(message.question.isInternet)
    #expect(message.answers.map(\.name) == ["files.lab.example", "dc01.lab.example"])
    #expect(message.answers.map(\.content) == [.alias(of: "dc01.lab.example"), .address(IPAddress(10, 77, 0, 30))])
    #expect(message.answers[0].timeToLive == 900)
    #expect(message.answersCutShort == nil)
  }

  @Test func readsServicesAndIPv6() throws {
    let target: [UInt8] = [4] + Array("dc01".utf8) + DNSBytes.questionName
    let service = DNSBytes.record(DNSBytes.questionName, type: 33, ByteWriter().u16be(5).u16be(100).u16be(88).raw(target).bytes)
    let address = DNSBytes.record(DNSBytes.questionName, type: 28, [0x20, 1, 0xd, 0xb8] + Array(repeating: 0, count: 11) + [1])
    let message = try read(DNSBytes.response("lab.example", type: 33, service, address).bytes)
    #expect(
      message.answers.map(\.content) == [
        .service(priority: 5, port: 88, target: "dc01.lab.example"),
        .address(IPAddress(high: 0x2001_0db8_0000_0000, low: 1)),
      ])
  }

  @Test func tellsAnError() throws {
    let message = try read(DNSBytes.response("nosuch.lab.example", code: 3).bytes)
    #expect(message.responseCode == .nameError)
    #expect("\(message.responseCode)" == "NXDOMAIN")
  }

  /// The question must be whole; what is cut behind it shows as such, and what came before is kept.
  @Test(arguments: wellFormed.bytes.indices)
  func survivesEveryTruncation(count: Int) throws {
    let cut = Array(Self.wellFormed.bytes.prefix(count))
    let questionEnd = 12 + Self.wellFormed.name.count + 4
    guard count >= questionEnd else {
      #expect(throws: DecodeError.self) { try read(cut) }
      return
    }
    let message = try read(cut)
    #expect(message.answersCutShort != nil)
    #expect(message.answers.count <= 1)
  }

  /// Every name ends: pointers lead backwards only.
  @Test(arguments: [
    [0xC0, 12],  // at itself
    [0xC0, 14, 0xC0, 12],  // at each other
    [0xC0, 20, 0, 0, 0, 0, 0, 0, 0],  // forwards
    [1, 0x61, 0xC0, 12],  // at the beginning of the same name
    [0xC0, 0xFF], [0x80, 0], [0x40, 0],  // outside; reserved label types
  ] as [[UInt8]])
  func refusesAHostileName(name: [UInt8]) {
    var message = Self.wellFormed
    message.name = name
    #expect(throws: DecodeError.self) { try read(message.bytes) }
  }

  @Test func refusesATooLongName() {
    var message = Self.wellFormed
    message.name = (0..<5).flatMap { _ in [63] + [UInt8](repeating: 0x61, count: 63) } + [0]
    #expect(throws: DecodeError.self) { try read(message.bytes) }
  }

  @Test func readsNoMoreAnswersThanAreUseful() throws {
    var message = Self.wellFormed
    message.answers = Array(repeating: DNSBytes.address(IPAddress(10, 0, 0, 1)), count: 200)
    let decoded = try read(message.bytes)
    #expect(decoded.answers.count == DNSMessage.maximumAnswers)
    #expect(decoded.answersCutShort != nil)
  }

  /// Dots and control characters in a label are no separators and do not reach a terminal.
  @Test func escapesLabels() throws {
    var message = Self.wellFormed
    message.name = [4, 0x61, 0x2E, 0x1B, 0x62, 0]
    #expect(try read(message.bytes).question.name == #"a\.\027b"#)
    message.name = [0]
    #expect(try read(message.bytes).question.name == ".")
  }

  /// Updates, notifications and messages with several questions are not look-ups.
  @Test func leavesOtherMessagesAlone() {
    var message = Self.wellFormed
    message.flags = 0x2800
    #expect(throws: DecodeError.self) { try read(message.bytes) }
    message = Self.wellFormed
    message.questions = 2
    #expect(throws: DecodeError.self) { try read(message.bytes) }
  }

  @Test func survivesNoise() {
    var generator = SeededGenerator(seed: 53)
    for _ in 0..<2_000 {
      var bytes = Self.wellFormed.bytes
      for _ in 0..<4 { bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: .min ... .max, using: &generator) }
      _ = try? read(bytes)
      _ = try? read([0, 1, 0x81, 0x80, 0, 1, 0, 9, 0, 0, 0, 0] + generator.bytes(80))
    }
  }

  private func read(_ bytes: [UInt8]) throws -> DNSMessage { try DNSMessage(ByteView(bytes.span)) }
}
