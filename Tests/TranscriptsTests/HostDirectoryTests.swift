import Packets
import Protocols
import TestSupport
import Testing

@testable import Transcripts

/// What hosts are called, by whatever says so.
@Suite struct HostDirectoryTests {
  private static let client = Endpoint(address: IPAddress(10, 77, 0, 10), port: 40_000)
  private static let resolver = Endpoint(address: IPAddress(10, 77, 0, 30), port: 53)
  private static let server = IPAddress(10, 77, 0, 20)

  @Test func knowsNamesAndAliasesOfAnswers() {
    let answer = DNSBytes.response(
      "Files.Lab.Example", id: 1, DNSBytes.alias(of: "fs01.lab.example"),
      DNSBytes.address(Self.server, of: DNSBytes.name("fs01.lab.example")))
    let recorded = Recorded([TestFrame(seconds: 1, udpFrame(from: Self.resolver, to: Self.client, answer.bytes))])
    var hosts = HostDirectory()
    hosts.record(recorded.lookups)
    #expect(hosts.names(of: Self.server) == ["files.lab.example", "fs01.lab.example"])
    #expect(hosts.names(of: Self.client.address).isEmpty)
  }

  @Test func knowsNamesOfNetBIOS() {
    let message = NetBIOSBytes.answer("FS01", [(flags: 0x6000, Self.server)])
    let from = Endpoint(address: Self.server, port: 137), to = Endpoint(address: Self.client.address, port: 137)
    var tracker = Tracker { _ in }
    let bytes = udpFrame(from: from, to: to, message)
    tracker.accept(
      Frame(number: 1, time: Timestamp(nanoseconds: 1), originalLength: bytes.count, linkType: .ethernet), ByteView(bytes.span))
    var hosts = HostDirectory()
    hosts.record(tracker.finish())
    #expect(hosts.names(of: Self.server) == ["fs01"])
  }

  /// A hostile resolver may tell any number of names.
  @Test func keepsABoundedNumber() {
    var hosts = HostDirectory()
    for number in 0..<100 { hosts.record("name\(number)", of: Self.server) }
    #expect(hosts.names(of: Self.server).count == HostDirectory.Limit.names)
    #expect(hosts.limitsReached == 100 - HostDirectory.Limit.names)
    hosts.record("NAME0", of: Self.server)
    #expect(hosts.limitsReached == 100 - HostDirectory.Limit.names, "it is known")
    for number in 0..<HostDirectory.Limit.hosts { hosts.record("fs", of: IPAddress(ipv4: UInt32(number))) }
    #expect(hosts.limitsReached == 101 - HostDirectory.Limit.names)
  }

  /// An address is no name, nor is nothing.
  @Test func leavesAddressesOut() {
    var hosts = HostDirectory()
    for name in ["", "10.77.0.20"] { hosts.record(name, of: Self.server) }
    #expect(hosts.names(of: Self.server).isEmpty)
  }
}
