import Testing

@testable import Packets
@testable import Protocols
@testable import Rules
@testable import Transcripts

@Suite struct NameRuleTests {
  private static func lookup(
    _ name: String, type: DNSRecordType = .a, frame: Int, code: DNSResponseCode? = nil, address: Bool = false,
    tries: Int = 1, waited: Int = 0
  ) -> NameLookup {
    var lookup = NameLookup(
      client: IPAddress(ipv4: 0x0a4d_000a), resolver: Endpoint(address: IPAddress(ipv4: 0x0a4d_001e), port: 53), name: name,
      type: type, start: KerberosRuleTests.stamp(frame))
    lookup.responseCode = code
    lookup.answer = code.map { _ in KerberosRuleTests.stamp(frame + 1) }
    lookup.hasNoData = code == .noError && !address
    if address { lookup.addresses = [IPAddress(ipv4: 0x0a4d_0014)] }
    (lookup.tries, lookup.waited) = (tries, .seconds(waited))
    return lookup
  }

  private static func fired(_ lookups: NameLookup..., asking exchanges: [KerberosExchange] = []) -> [String] {
    KerberosRuleTests.fired(exchanges, lookups).filter { $0.hasPrefix("dns") }
  }

  @Test func aNameThatNobodyKnows() {
    #expect(
      Self.fired(Self.lookup("fs01.lab.example", frame: 1, code: .nameError), Self.lookup("fs01", frame: 3, code: .nameError))
        == ["dns-name-not-found warning"])
    #expect(
      Self.fired(
        Self.lookup("fs01.lab.example", frame: 1, code: .noError), Self.lookup("fs01.lab.example", type: .aaaa, frame: 3, code: .noError))
        == ["dns-name-not-found warning"])
    // Asked for as a file server as well.
    #expect(
      Self.fired(Self.lookup("fs01.lab.example", frame: 1, code: .nameError), asking: [KerberosRuleTests.exchange()])
        == ["dns-name-not-found error"])
  }

  @Test func normalSearches() {
    // Another suffix helps; only IPv6 is missing; the client goes on to something else; nobody typed it.
    #expect(
      Self.fired(
        Self.lookup("fs01.lab.example", frame: 1, code: .nameError), Self.lookup("fs01.example", frame: 3, code: .noError, address: true)
      ).isEmpty)
    #expect(
      Self.fired(
        Self.lookup("fs01.lab.example", frame: 1, code: .noError, address: true),
        Self.lookup("fs01.lab.example", type: .aaaa, frame: 3, code: .noError)
      ).isEmpty)
    #expect(Self.fired(Self.lookup("fs01.lab.example", type: .aaaa, frame: 3, code: .noError)).isEmpty)
    #expect(
      Self.fired(Self.lookup("old.example", frame: 1, code: .nameError), Self.lookup("www.example", frame: 3, code: .noError, address: true))
        .isEmpty)
    #expect(Self.fired(Self.lookup("wpad.lab.example", frame: 1, code: .nameError)).isEmpty)
    #expect(Self.fired(Self.lookup("_kerberos._tcp.lab.example", type: .srv, frame: 1, code: .nameError)).isEmpty)
  }

  /// Only file servers are sought under the type 0x20 of NetBIOS names, so a later success with another name is no comfort.
  @Test(arguments: [("fs01", ["dns-name-not-found warning"]), ("fs02", [])])
  func aNameThatNobodyKnowsInNetBIOSEither(inNetBIOS: String, expected: [String]) {
    var question = Self.lookup(inNetBIOS, frame: 3, tries: 3, waited: 2)
    question.type = .netBIOS
    #expect(
      Self.fired(
        Self.lookup("fs01.lab.example", frame: 1, code: .nameError), question, Self.lookup("www.example", frame: 5, code: .noError, address: true))
        == expected)
  }

  @Test func aResolverThatIsSilent() {
    #expect(Self.fired(Self.lookup("fs01.lab.example", frame: 1, tries: 2, waited: 6)) == ["dns-unanswered warning"])
    #expect(Self.fired(Self.lookup("fs01.lab.example", frame: 1, tries: 1, waited: 60)).isEmpty)
    #expect(Self.fired(Self.lookup("fs01.lab.example", frame: 1, tries: 2, waited: 3)).isEmpty)
    // It answers for IPv4.
    #expect(
      Self.fired(
        Self.lookup("fs01.lab.example", frame: 1, code: .noError, address: true),
        Self.lookup("fs01.lab.example", type: .aaaa, frame: 2, tries: 3, waited: 20)
      ).isEmpty)
  }
}
