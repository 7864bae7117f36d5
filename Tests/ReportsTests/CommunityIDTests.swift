import Packets
import Testing

@testable import Reports

@Suite struct CommunityIDTests {
  /// RFC 3174 7.3, and a message that needs a second block.
  @Test func hashesAsTheSpecificationSays() {
    func hex(_ text: String) -> String {
      sha1(Array(text.utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
    #expect(hex("abc") == "a9993e364706816aba3e25717850c26c9cd0d89d")
    #expect(
      hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") == "84983e441c3bd26ebaae4aa1f95129e5e54670f1")
    #expect(hex("") == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
  }

  /// The example of the specification's reference implementation, both ways round.
  @Test func agreesWithTheSpecification() {
    let client = Endpoint(address: IPAddress(ipv4: 0x80e8_6e78), port: 34855)  // 128.232.110.120
    let server = Endpoint(address: IPAddress(ipv4: 0x4223_facc), port: 80)  // 66.35.250.204
    #expect(communityID(client, server) == "1:LQU9qZlK+B5F3KDmev6m5PMibrg=")
    #expect(communityID(server, client) == "1:LQU9qZlK+B5F3KDmev6m5PMibrg=")
  }
}
