/// Kerberos messages of an invented realm: RFC 4120 5.4 and 5.9, in DER.
package enum KerberosBytes {
  /// AS-REQ, or TGS-REQ with an AP-REQ in it.
  package static func request(
    for service: String, user: String? = nil, realm: String = "LAB.EXAMPLE", etypes: [Int] = [18, 17], nonce: UInt32 = 0x1234_5678,
    proof etype: Int? = nil, options: UInt32 = 0x4081_0010
  ) -> [UInt8] {
    let isInitial = user != nil
    var padata = etype.map { pa(2, encrypted($0)) } ?? []
    if !isInitial { padata += pa(1, apRequest()) }
    let body = sequence(
      context(0, bits(options)) + (user.map { context(1, principal(1, [$0])) } ?? []) + context(2, string(realm))
        + context(3, principal(2, service.split(separator: "/").map(String.init))) + context(5, time("20370913024805Z"))
        + context(7, integer(Int64(nonce))) + context(8, sequence(etypes.flatMap { integer(Int64($0)) })))
    let type: UInt8 = isInitial ? 10 : 12
    return application(
      type,
      sequence(
        context(1, integer(5)) + context(2, integer(Int64(type))) + (padata.isEmpty ? [] : context(3, sequence(padata)))
          + context(4, body)))
  }

  /// AS-REP or TGS-REP.
  package static func reply(
    isInitial: Bool = false, ticket service: String, user: String = "alice", realm: String = "LAB.EXAMPLE", etype: Int = 18, id: UInt8 = 7
  ) -> [UInt8] {
    let type: UInt8 = isInitial ? 11 : 13
    return application(
      type,
      sequence(
        context(0, integer(5)) + context(1, integer(Int64(type))) + context(3, string(realm))
          + context(4, principal(1, user.split(separator: "/").map(String.init))) + context(5, ticket(service, realm, etype, id))
          + context(6, encrypted(18))))
  }

  /// - Parameters:
  ///   - stime: seconds since 1970.
  ///   - padata: types of METHOD-DATA, each without a value.
  package static func error(
    _ code: Int, for service: String, realm: String = "LAB.EXAMPLE", stime: Int64, ctime: Int64? = nil, text: String? = nil,
    padata: [Int] = []
  ) -> [UInt8] {
    var fields = context(0, integer(5)) + context(1, integer(30))
    if let ctime { fields += context(2, time(generalized(ctime))) }
    fields += context(4, time(generalized(stime))) + context(5, integer(0)) + context(6, integer(Int64(code)))
    fields += context(9, string(realm)) + context(10, principal(2, service.split(separator: "/").map(String.init)))
    if let text { fields += context(11, string(text)) }
    if !padata.isEmpty { fields += context(12, octets(sequence(padata.flatMap { pa($0, []) }))) }
    return application(30, sequence(fields))
  }

  private static func apRequest(_ service: String = "krbtgt/LAB.EXAMPLE", _ id: UInt8 = 1) -> [UInt8] {
    application(
      14,
      sequence(
        context(0, integer(5)) + context(1, integer(14)) + context(2, bits(0))
          + context(3, ticket(service, "LAB.EXAMPLE", 18, id)) + context(4, encrypted(17))))
  }

  /// The first token of a logon with a ticket: RFC 4121 4.1.
  ///
  /// - Parameter id: two tickets have two.
  package static func token(for service: String, id: UInt8 = 1) -> [UInt8] {
    let mechanism: [UInt8] = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02]
    return application(0, mechanism + [1, 0] + apRequest(service, id))
  }

  private static func ticket(_ service: String, _ realm: String, _ etype: Int, _ id: UInt8) -> [UInt8] {
    application(
      1,
      sequence(
        context(0, integer(5)) + context(1, string(realm)) + context(2, principal(2, service.split(separator: "/").map(String.init)))
          + context(3, sequence(context(0, integer(Int64(etype))) + context(1, integer(3)) + context(2, octets([id, 2, 3, 4]))))))
  }

  private static func pa(_ type: Int, _ value: [UInt8]) -> [UInt8] {
    sequence(context(1, integer(Int64(type))) + context(2, octets(value)))
  }

  private static func encrypted(_ etype: Int) -> [UInt8] { sequence(context(0, integer(Int64(etype))) + context(2, octets([9, 9]))) }

  private static func principal(_ type: Int64, _ components: [String]) -> [UInt8] {
    sequence(context(0, integer(type)) + context(1, sequence(components.flatMap(string))))
  }

  // MARK: DER

  private static func element(_ identifier: UInt8, _ content: [UInt8]) -> [UInt8] {
    let count = content.count
    if count < 0x80 { return [identifier, UInt8(count)] + content }
    return [identifier, 0x82, UInt8(count >> 8), UInt8(count & 0xff)] + content
  }

  private static func sequence(_ content: [UInt8]) -> [UInt8] { element(0x30, content) }
  private static func context(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] { element(0xa0 + tag, content) }
  private static func application(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] { element(0x60 + tag, content) }
  private static func octets(_ content: [UInt8]) -> [UInt8] { element(0x04, content) }
  private static func string(_ text: String) -> [UInt8] { element(0x1b, Array(text.utf8)) }
  private static func time(_ text: String) -> [UInt8] { element(0x18, Array(text.utf8)) }

  private static func bits(_ flags: UInt32) -> [UInt8] {
    element(0x03, [0] + (0..<4).map { UInt8(truncatingIfNeeded: flags >> (24 - 8 * UInt32($0))) })
  }

  private static func integer(_ value: Int64) -> [UInt8] {
    var bytes = (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * Int64($0))) }
    // The shortest form of two's complement: X.690 8.3.2.
    while bytes.count > 1, bytes[0] == 0 && bytes[1] < 0x80 || bytes[0] == 0xff && bytes[1] >= 0x80 { bytes.removeFirst() }
    return element(0x02, bytes)
  }

  /// `20261121053217Z` of seconds since 1970.
  private static func generalized(_ seconds: Int64) -> String {
    let days = seconds / 86_400
    let rest = seconds % 86_400
    // Days of the Gregorian calendar, with years that begin on 1 March.
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * month + 2) / 5 + 1
    let monthOfYear = month < 10 ? month + 3 : month - 9
    let year = yearOfEra + era * 400 + (monthOfYear <= 2 ? 1 : 0)
    func digits(_ value: Int64, _ count: Int) -> String {
      let text = String(value)
      return String(repeating: "0", count: Swift.max(0, count - text.count)) + text
    }
    return digits(year, 4) + digits(monthOfYear, 2) + digits(day, 2) + digits(rest / 3_600, 2) + digits(rest % 3_600 / 60, 2)
      + digits(rest % 60, 2) + "Z"
  }
}
