import Packets
import Testing

@testable import Reports

@Suite struct CommunityIDTests {
  /// The example of the specification's reference implementation, both ways round.
  @Test func agreesWithTheSpecification() {
    let client = Endpoint(address: IPAddress(ipv4: 0x80e8_6e78), port: 34855)  // 128.232.110.120
    let server = Endpoint(address: IPAddress(ipv4: 0x4223_facc), port: 80)  // 66.35.250.204
    #expect(communityID(client, server) == "1:LQU9qZlK+B5F3KDmev6m5PMibrg=")
    #expect(communityID(server, client) == "1:LQU9qZlK+B5F3KDmev6m5PMibrg=")
  }
}
