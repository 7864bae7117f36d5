import Capture
import Testing

@Suite struct FilterReachTests {
  @Test(arguments: [
    "port 445", "tcp port 445", "port 445 or port 139", "port 445 or 139", "tcp dst port microsoft-ds", "PORT 445",
    "host 192.0.2.7 and port 445", "port 445 and host 192.0.2.7 || tcp port 139", "tcp port 445 && net 192.0.2.0/24",
    "port 445 or 139 and host 192.0.2.7",
  ])
  func knowsWhatCannotPass(filter: String) {
    #expect(FilterReach(filter).excludes(88))
    #expect(FilterReach(filter).excludes(53))
    #expect(!FilterReach(filter).excludes(445))
  }

  /// What is not certain is not said.
  @Test(arguments: [
    "", "tcp", "host 192.0.2.7", "port 445 or host 192.0.2.7", "not port 445", "port 445 or port 88", "port 445 or 88",
    "port 445 or kerberos", "! port 139", "(port 445)", "tcp port 445 or (udp port 88)", "portrange 1-1024",
    "src or dst port 445", "port 445 or icmp", "host 192.0.2.7 or 192.0.2.8", "host 192.0.2.7 or 445", "tcp[2:2] = 445",
    "port 445 or port gopher and ip",
  ])
  func staysSilentOtherwise(filter: String) {
    #expect(!FilterReach(filter).excludes(88))
  }

  @Test func tellsPortsApart() {
    #expect(FilterReach("port 445 or port 88").excludes(53))
    #expect(!FilterReach("port 445 or port domain").excludes(53))
    #expect(FilterReach("port 445 or port 53").excludes(88))
  }
}
