import Foundation
import Testing

@testable import smbdx

/// The program gives up what reading files does not need; the process of the tests keeps it.
@Suite struct ConfinementTests {
  private static let capture = Fixture.root.appending(path: "vni-aborted-by-server/capture.pcapng")

  private static func status(of process: String) throws -> [String: String] {
    let lines = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8).split(separator: "\n")
    return Dictionary(
      lines.map { line in
        let parts = line.split(separator: ":", maxSplits: 1)
        return (String(parts[0]), parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : "")
      }, uniquingKeysWith: { first, _ in first })
  }

  private func program(_ arguments: [String]) -> Process {
    let process = Process()
    process.executableURL = URL(filePath: LiveLab.smbdx)
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    return process
  }

  /// It waits for the first byte, and is confined already.
  @Test(arguments: [["-"], ["messages", "-"]]) func confinesTheProgramBeforeItReads(arguments: [String]) async throws {
    let process = program(arguments)
    let input = Pipe()
    process.standardInput = input
    try process.run()
    let pid = String(process.processIdentifier)
    for _ in 0..<200 where try Self.status(of: pid)["Seccomp"] != "2" { try await Task.sleep(for: .milliseconds(50)) }
    let status = try Self.status(of: pid)
    #expect(status["Seccomp"] == "2")
    #expect(status["NoNewPrivs"] == "1")
    try input.fileHandleForWriting.write(contentsOf: Data(contentsOf: Self.capture))
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
    #expect(process.terminationStatus == (arguments.count == 1 ? 1 : 0))
  }

  @Test func keepsTheProcessOfTheTests() throws {
    let before = try Self.status(of: "self")["Seccomp"]
    _ = try? Smbdx.run(["--quiet", "-o", "/dev/null", Self.capture.path])
    #expect(try Self.status(of: "self")["Seccomp"] == before)
  }

  /// A link in a directory leads elsewhere; the file for the results is new, and then there already.
  @Test func reachesWhatTheUserNamed() throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "smbdx-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory.appending(path: "captures"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try FileManager.default.createSymbolicLink(
      at: directory.appending(path: "captures/linked.pcapng"), withDestinationURL: Self.capture)
    let results = directory.appending(path: "results.json").path
    for _ in 0..<2 {
      let process = program(
        ["--format", "json", "--require-sandbox", "-o", results, directory.appending(path: "captures").path])
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 1)
      #expect(try String(contentsOfFile: results, encoding: .utf8).contains("vni-aborted-by-server"))
    }
  }
}
