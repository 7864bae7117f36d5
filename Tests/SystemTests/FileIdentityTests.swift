import Foundation
import System
import Testing

@Suite struct FileIdentityTests {
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
