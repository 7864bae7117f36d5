package import Packets

/// A DNS message: RFC 1035 4.1.
package struct DNSBytes: Sendable {
  package var id: UInt16 = 0x1234
  package var flags: UInt16 = 0x8180
  package var questions: UInt16 = 1
  package var name: [UInt8] = Self.name("files.lab.example")
  package var type: UInt16 = 1
  package var answers: [[UInt8]] = []
  package var authorities: UInt16 = 0

  package init() {}

  package static func query(_ name: String, type: UInt16 = 1, id: UInt16 = 0x1234) -> DNSBytes {
    var message = DNSBytes()
    (message.id, message.flags, message.name, message.type) = (id, 0x0100, Self.name(name), type)
    return message
  }

  package static func response(_ name: String, type: UInt16 = 1, id: UInt16 = 0x1234, code: UInt16 = 0, _ answers: [UInt8]...) -> DNSBytes {
    var message = query(name, type: type, id: id)
    message.flags = 0x8180 | code
    message.answers = answers
    return message
  }

  package var bytes: [UInt8] {
    ByteWriter().u16be(id).u16be(flags).u16be(questions).u16be(UInt16(answers.count)).u16be(authorities).u16be(0)
      .raw(name).u16be(type).u16be(1).raw(answers.flatMap(\.self)).bytes
  }

  /// Labels without compression.
  package static func name(_ text: String) -> [UInt8] {
    text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
  }

  package static func record(_ name: [UInt8], type: UInt16, _ data: [UInt8]) -> [UInt8] {
    ByteWriter().raw(name).u16be(type).u16be(1).u32be(900).u16be(UInt16(data.count)).raw(data).bytes
  }

  /// The name of the question.
  package static let questionName: [UInt8] = [0xC0, 12]

  package static func address(_ address: IPAddress, of name: [UInt8] = questionName) -> [UInt8] {
    record(name, type: 1, ByteWriter().u32be(UInt32(truncatingIfNeeded: address.low)).bytes)
  }

  package static func alias(of target: String) -> [UInt8] {
    record(questionName, type: 5, Self.name(target))
  }
}

/// An Ethernet frame around UDP over IPv4: RFC 768.
package func udpFrame(from source: Endpoint, to destination: Endpoint, _ payload: [UInt8]) -> [UInt8] {
  let datagram = ByteWriter().u16be(source.port).u16be(destination.port).u16be(UInt16(payload.count + 8)).u16be(0)
    .raw(payload).bytes
  var packet = IPv4Bytes(source: source.address, destination: destination.address, payload: datagram)
  packet.transport = 17
  return ethernetFrame(etherType: 0x0800, packet.bytes)
}
