import Foundation
import Testing

/// Ctrl-C while a capture is read, by the program itself.
@Suite struct InterruptionTests {
  private static let program = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../.build/debug/smbdx").standardizedFileURL

  private static let isBuilt = FileManager.default.isExecutableFile(atPath: program.path)

  /// A pipe that brings a capture and then nothing more.
  private func start(_ arguments: String...) throws -> (Process, input: Pipe, output: Pipe) {
    let (process, input, output) = (Process(), Pipe(), Pipe())
    // A shell has SIGINT ignored by what it starts in the background, such as a run of tests.
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["--default-signal=INT", Self.program.path] + arguments
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let capture = Fixture.root.appending(path: "auth-logon-failure/capture.pcapng")
    try input.fileHandleForWriting.write(contentsOf: Data(contentsOf: capture))
    // Until it has waited for more for a while.
    var quiet = 0
    for _ in 0..<400 where quiet < 10 {
      Thread.sleep(forTimeInterval: 0.05)
      let state = try String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8).split(separator: " ")[2]
      quiet = state == "S" ? quiet + 1 : 0
    }
    return (process, input, output)
  }

  @Test(.enabled(if: isBuilt, "the program is not built")) func endsWithTheReportSoFar() throws {
    let (process, input, output) = try start("--format", "json", "-")
    process.interrupt()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    withExtendedLifetime(input) {}
    #expect(process.terminationReason == .exit && process.terminationStatus == 1)
    let report = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let capture = try #require(report["capture"] as? [String: Any])
    #expect(capture["complete"] as? Bool == false)
    #expect(capture["frames"] as? Int == 14)
    let warnings = (capture["warnings"] as? [[String: Any]] ?? []).compactMap { $0["message"] as? String }
    #expect(warnings.count == 1 && warnings[0].contains("Ctrl-C"))
    #expect((report["findings"] as? [[String: Any]] ?? []).compactMap { $0["rule"] as? String } == ["auth-logon-failure"])
  }

  /// A part of a slim capture would look like a whole one.
  @Test(.enabled(if: isBuilt, "the program is not built")) func leavesNoPartOfASlimCapture() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "smbdx-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (process, input, _) = try start("slim", "-", "-o", folder.appending(path: "slim.pcapng.zst").path)
    process.interrupt()
    process.waitUntilExit()
    withExtendedLifetime(input) {}
    #expect(process.terminationReason == .exit && process.terminationStatus == 2)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
  }
}
