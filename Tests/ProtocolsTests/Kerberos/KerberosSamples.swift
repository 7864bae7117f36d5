/// Messages of an invented login: alice of LAB.EXAMPLE opens fs01.
enum KerberosSamples {
  static func principal(_ type: Int, _ components: String...) -> [UInt8] {
    sequence(context(0, integer(type)), context(1, sequence(components.flatMap(string))))
  }

  static func encrypted(etype: Int, kvno: Int? = nil, cipher: [UInt8]) -> [UInt8] {
    sequence(context(0, integer(etype)), kvno.map { context(1, integer($0)) } ?? [], context(2, octets(cipher)))
  }

  static func padata(_ type: [UInt8], _ value: [UInt8]) -> [UInt8] {
    sequence(context(1, type), context(2, octets(value)))
  }

  static func ticket(_ service: [UInt8], etype: Int, cipher: [UInt8]) -> [UInt8] {
    application(
      1,
      sequence(
        context(0, integer(5)), context(1, string("LAB.EXAMPLE")), context(2, service),
        context(3, encrypted(etype: etype, kvno: 2, cipher: cipher))))
  }

  static let alice = principal(1, "alice")
  static let krbtgt = principal(2, "krbtgt", "LAB.EXAMPLE")
  static let fileService = principal(2, "cifs", "fs01.lab.example")
  static let tgt = ticket(krbtgt, etype: 18, cipher: [1, 2, 3, 4])
  static let fileTicket = ticket(fileService, etype: 23, cipher: [5, 6, 7, 8])

  static func body(cname: [UInt8]?, sname: [UInt8]?, etypes: [Int]) -> [UInt8] {
    sequence(
      context(0, flags(0x4081_0010)), cname.map { context(1, $0) } ?? [], context(2, string("LAB.EXAMPLE")),
      sname.map { context(3, $0) } ?? [], context(5, time("20370913024805Z")), context(7, integer(0x7EAD_BEEF)),
      context(8, sequence(etypes.flatMap(integer))))
  }

  static func request(_ type: UInt8, padata: [UInt8]..., body: [UInt8]) -> [UInt8] {
    application(
      type,
      sequence(
        context(1, integer(5)), context(2, integer(Int(type))), context(3, sequence(padata.flatMap(\.self))),
        context(4, body)))
  }

  static func reply(_ type: UInt8, ticket: [UInt8]) -> [UInt8] {
    application(
      type,
      sequence(
        context(0, integer(5)), context(1, integer(Int(type))), context(3, string("LAB.EXAMPLE")),
        context(4, alice), context(5, ticket), context(6, encrypted(etype: 18, kvno: 3, cipher: [9, 9]))))
  }

  static func error(_ code: Int, eData: [UInt8]? = nil) -> [UInt8] {
    application(
      30,
      sequence(
        context(0, integer(5)), context(1, integer(30)), context(2, time("20261121053000Z")),
        context(4, time("20261121053217Z")), context(5, integer(123_456)), context(6, integer(code)),
        context(7, string("LAB.EXAMPLE")), context(8, alice), context(9, string("LAB.EXAMPLE")),
        context(10, fileService), context(11, string("no luck")), eData.map { context(12, octets($0)) } ?? []))
  }

  static let asReq = request(
    10, padata: padata(integer(2), encrypted(etype: 18, cipher: [0])), padata(integer(128), [0x30, 0]),
    body: body(cname: alice, sname: krbtgt, etypes: [18, 17, 23, -133]))
  static let asRep = reply(11, ticket: tgt)
  static let tgsReq = request(
    12, padata: padata(integer(1), apReq(tgt)), body: body(cname: nil, sname: fileService, etypes: [18]))
  static let tgsRep = reply(13, ticket: fileTicket)
  static let apRep = application(
    15, sequence(context(0, integer(5)), context(1, integer(15)), context(2, encrypted(etype: 18, cipher: [7]))))

  static func apReq(_ ticket: [UInt8]) -> [UInt8] {
    application(
      14,
      sequence(
        context(0, integer(5)), context(1, integer(14)), context(2, flags(0x2000_0000)), context(3, ticket),
        context(4, encrypted(etype: 17, cipher: [3]))))
  }
}
