import Foundation
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

  @Test func knowsTheSameFile() throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "smbdx-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    #expect(FileIdentity.isSame(directory + "/a", directory + "/./a"))
    #expect(!FileIdentity.isSame(directory + "/a", directory + "/b"))
    try Data().write(to: URL(filePath: directory + "/a"))
    #expect(FileIdentity.isSame(directory + "/a", directory + "/./a"))
    #expect(!FileIdentity.isSame(directory + "/a", directory + "/b"))
  }
}
