import Testing

@testable import Capture

@Suite struct CaptureWriterTests {
  @Test(arguments: [
    ("a/b.pcap", nil, "a"), ("b.pcap", nil, "."), ("/b.pcap", nil, "/"), ("a/%H/b.pcap", nil, "a/%H"),
    ("a/%H/b-%S.pcap", 1, "a"), ("a/b-%S.pcap", 1, "a"), ("%S.pcap", 1, "."), ("/%H/b.pcap", 1, "/"), ("a/b.pcap", 1, "a"),
  ])
  func knowsWhereItsFilesAre(path: String, seconds: Int?, directory: String) {
    var options = CaptureWriter.Options(path: path)
    options.seconds = seconds
    #expect(options.directory == directory)
  }
}
