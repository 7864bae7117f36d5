import Foundation
import System
import Testing

/// Where results go, and whom files belong to.
@Suite struct OutputFileTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "smbdx-output-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func path(_ name: String) -> String { folder.appending(path: name).path }

  @Test func makesAFileAndEmptiesIt() throws {
    let made = try OutputFile.open(path("new"), mode: 0o640)
    try Descriptors.write(Array("results".utf8), to: made.descriptor)
    close(made.descriptor)
    #expect(made.isNew)
    let again = try OutputFile.open(path("new"), mode: 0o640)
    close(again.descriptor)
    #expect(!again.isNew)
    #expect(FileManager.default.contents(atPath: path("new"))?.isEmpty == true)
    #expect(throws: OutputFile.Failure.self) { try OutputFile.open(path("no/such"), mode: 0o640) }
    close(try OutputFile.open("/dev/null", mode: 0o640).descriptor)
  }

  /// Another user may have made the link.
  @Test(.enabled(if: ProcessNumber.user == 0, "only root is kept from it")) func rootFollowsNoLink() throws {
    try Data("secret".utf8).write(to: folder.appending(path: "target"))
    try FileManager.default.createSymbolicLink(atPath: path("link"), withDestinationPath: path("target"))
    try FileManager.default.createSymbolicLink(atPath: path("dangling"), withDestinationPath: path("nowhere"))
    for name in ["link", "dangling"] {
      let failure = #expect(throws: OutputFile.Failure.self) { try OutputFile.open(path(name), mode: 0o640) }
      #expect(failure?.description.hasPrefix("it is a symbolic link") == true)
    }
    #expect(FileManager.default.contents(atPath: path("target")) == Data("secret".utf8))
    #expect(!FileManager.default.fileExists(atPath: path("nowhere")))
  }

  @Test(arguments: [(0o600, false, true), (0o640, true, true), (0o644, true, true), (0o664, true, false), (0o602, true, false)])
  func tellsWhatOthersMayDo(mode: Int, isOpen: Bool, isOnly: Bool) throws {
    try Data().write(to: folder.appending(path: "file"))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path("file"))
    let status = try #require(FileStatus(path: path("file")))
    #expect(status.isOpenToOthers == isOpen)
    #expect(status.isOnly(of: [ProcessNumber.user]) == isOnly)
    #expect(status.size == 0)
    #expect(FileStatus(path: path("none")) == nil)
    #expect(FileStatus(path: "/dev/null")?.isOpenToOthers == false)
  }
}
