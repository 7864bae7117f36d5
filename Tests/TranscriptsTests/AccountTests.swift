import Packets
import Testing

@testable import Transcripts

@Suite struct AccountTests {
  @Test(arguments: [
    (Account("alice", realm: "LAB"), Account("Alice@lab.example"), true),
    (Account("alice", realm: "LAB"), Account("alice", realm: "ABC"), false),
    (Account("alice", realm: "LAB"), Account("alice"), true),
    (Account("alice", realm: "LAB"), Account("alice", realm: "WORKGROUP"), true),
    (Account("alice", realm: "LAB"), Account("alice", realm: "?"), true),
    (Account("alice", realm: "LAB"), Account("mikel", realm: "LAB"), false),
  ])
  func tellsAccountsApart(left: Account, right: Account, areSame: Bool) {
    #expect(left.isSame(as: right) == areSame)
    #expect(right.isSame(as: left) == areSame)
  }

  /// The NetBIOS name of a domain need not be the first part of its DNS name.
  @Test func knowsBothNamesOfTheServersDomain() {
    var names = LogonNames(user: "alice", domain: "CORP", server: Boxed())
    #expect(!Account(names).isSame(as: Account("alice@AD.EXAMPLE")))
    names.server.value = NTLMServerNames(nbComputerName: "FS01", nbDomainName: "CORP", dnsComputerName: nil, dnsDomainName: "ad.example")
    #expect(Account(names).isSame(as: Account("alice@AD.EXAMPLE")))
    // What Windows tries before it asks for another account.
    (names.domain, names.workstation) = ("WS07", "WS07")
    #expect(Account(names).isSame(as: Account("alice@AD.EXAMPLE")))
  }
}
