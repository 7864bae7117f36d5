import Capture
import Diagnosis
import Foundation
import Reports
import Rules
import Testing

@testable import smbdx

/// smbdx live on a capture that another program makes at this moment, by the program itself.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: LiveLab.smbdx), "the program is not built")) final class PipeTests {
  private static let capture = Fixture.root.appending(path: "vni-aborted-by-server/capture.pcapng")

  private let directory: URL

  init() throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "smbdx-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    // The user that root becomes writes here too.
    try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: directory.path)
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  private func file(_ name: String) -> String { directory.appending(path: name).path }

  private func text(_ name: String) -> String { (try? String(contentsOfFile: file(name), encoding: .utf8)) ?? "" }

  /// Until something is there.
  private func wait(_ seconds: Double = 20, until isThere: () -> Bool) -> Bool {
    let end = Date(timeIntervalSinceNow: seconds)
    while Date() < end {
      if isThere() { return true }
      Thread.sleep(forTimeInterval: 0.02)
    }
    return isThere()
  }

  /// With its results in `results`, and what it says in `said`.
  private func start(_ arguments: String...) throws -> (process: Process, input: FileHandle) {
    let (process, input) = (Process(), Pipe())
    for name in ["results", "said"] { try Data().write(to: directory.appending(path: name)) }
    // A shell has SIGINT ignored by what it starts in the background, such as a run of tests.
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["--default-signal=INT,HUP", LiveLab.smbdx, "live", "-i", "-", "--no-config"] + arguments
    process.standardInput = input
    process.standardOutput = try FileHandle(forWritingTo: directory.appending(path: "results"))
    process.standardError = try FileHandle(forWritingTo: directory.appending(path: "said"))
    try process.run()
    #expect(wait { text("said").contains("watching standard input") }, "\(text("said"))")
    return (process, input.fileHandleForWriting)
  }

  private func end(_ process: Process, _ input: FileHandle) throws -> Int32 {
    try input.close()
    process.waitUntilExit()
    return process.terminationStatus
  }

  private static func rules(_ text: String) -> [String] {
    text.split(separator: "\n").compactMap { line in
      guard let event = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
        (event["event"] as? [String: Any])?["action"] as? String == "found"
      else { return nil }
      return (event["rule"] as? [String: Any])?["id"] as? String
    }.sorted()
  }

  private static let expected = analyze(try! Recording(paths: [capture.path]), showsProgress: false).findings.map(\.rule.id).sorted()

  // MARK: Findings

  /// A second to see whether it stays so, and half of one more.
  @Test func tellsFindingsWhileTheCaptureGoesOn() throws {
    let (process, input) = try start("--format", "ndjson")
    try input.write(contentsOf: Data(contentsOf: Self.capture))
    let begin = Date()
    #expect(wait { text("results").contains("\"code\":\"vni-aborted-by-server\"") })
    let seconds = Date().timeIntervalSince(begin)
    #expect(process.isRunning)
    #expect(seconds > 0.8 && seconds < 2.5, "\(seconds) s")
    #expect(try end(process, input) == 1)
    #expect(Self.rules(text("results")) == Self.expected)
    #expect(text("results").split(separator: "\n").last?.contains("\"dataset\":\"smbdx.recording\"") == true)
  }

  /// However the pipe cuts it.
  @Test(arguments: [1, 7, 100]) func readsPieces(size: Int) throws {
    let (process, input) = try start("--format", "json")
    let bytes = try Data(contentsOf: Self.capture)
    for start in stride(from: 0, to: bytes.count, by: size) {
      try input.write(contentsOf: bytes[start..<min(start + size, bytes.count)])
    }
    #expect(try end(process, input) == 1)
    let report = try #require(try JSONSerialization.jsonObject(with: Data(text("results").utf8)) as? [String: Any])
    #expect((report["findings"] as? [[String: Any]])?.compactMap { $0["rule"] as? String }.sorted() == Self.expected)
    #expect((report["capture"] as? [String: Any])?["complete"] as? Bool == true)
  }

  @Test func saysThatTheEndIsMissing() throws {
    let (process, input) = try start("--format", "json")
    try input.write(contentsOf: Data(contentsOf: Self.capture).dropLast(50))
    #expect(try end(process, input) <= 1)
    let report = try #require(try JSONSerialization.jsonObject(with: Data(text("results").utf8)) as? [String: Any])
    #expect((report["capture"] as? [String: Any])?["complete"] as? Bool == false)
  }

  /// In the middle of a frame, which is no damage then.
  @Test func endsWithCtrlC() throws {
    let (process, input) = try start("--format", "json")
    try input.write(contentsOf: Data(contentsOf: Self.capture).dropLast(50))
    Thread.sleep(forTimeInterval: 1)
    process.interrupt()
    process.waitUntilExit()
    withExtendedLifetime(input) {}
    let report = try #require(try JSONSerialization.jsonObject(with: Data(text("results").utf8)) as? [String: Any])
    #expect((report["capture"] as? [String: Any])?["complete"] as? Bool == true)
    #expect(process.terminationReason == .exit && process.terminationStatus <= 1)
  }

  @Test func endsBeforeAnythingComes() throws {
    let (process, input) = try start()
    process.interrupt()
    process.waitUntilExit()
    withExtendedLifetime(input) {}
    #expect(process.terminationReason == .exit && process.terminationStatus == 0, "\(text("said"))")
  }

  @Test func endsAfterSoManyFrames() throws {
    let (process, input) = try start("--format", "json", "-c", "5")
    try input.write(contentsOf: Data(contentsOf: Self.capture))
    process.waitUntilExit()
    withExtendedLifetime(input) {}
    let report = try #require(try JSONSerialization.jsonObject(with: Data(text("results").utf8)) as? [String: Any])
    #expect((report["capture"] as? [String: Any])?["frames"] as? Int == 5)
  }

  @Test func refusesWhatIsNoCapture() throws {
    let (process, input) = try start()
    try input.write(contentsOf: Data("nothing of a capture\n".utf8))
    #expect(try end(process, input) == 2)
    #expect(text("said").contains("standard input is not a packet capture"))
  }

  @Test(arguments: [["-i", "lo"], ["-f", "port 445"], ["--promiscuous"], ["--any-port"], ["-s", "100"], ["-B", "100"], ["--immediate-mode"]])
  func leavesOptionsOfRecordingToTheRecorder(options: [String]) {
    #expect { try Smbdx.run(["live", "-i", "-"] + options) } throws: { Smbdx.status(of: $0) == 2 }
  }

  // MARK: Files

  /// Nothing of what is found or recorded is lost when the files are moved away, and nothing is there twice.
  @Test func goesOnInNewFiles() throws {
    let (process, input) = try start("--format", "ndjson", "-o", file("events"), "-w", file("frames"))
    let bytes = try Data(contentsOf: Self.capture)
    try input.write(contentsOf: bytes)
    #expect(wait { Self.rules(text("events")).contains("vni-aborted-by-server") })
    for name in ["events", "frames"] { try FileManager.default.moveItem(atPath: file(name), toPath: file(name + ".1")) }
    kill(process.processIdentifier, SIGHUP)
    #expect(wait { FileManager.default.fileExists(atPath: file("frames")) && FileManager.default.fileExists(atPath: file("events")) })
    #expect(try end(process, input) == 1, "\(text("said"))")
    #expect((Self.rules(text("events.1")) + Self.rules(text("events"))).sorted() == Self.expected)
    #expect(text("events").contains("smbdx.recording") && !text("events.1").contains("smbdx.recording"))
    let kept = analyze(try Recording(paths: [file("frames.1")]), showsProgress: false)
    #expect(kept.findings.map(\.rule.id).sorted() == Self.expected && kept.capture.isComplete)
    #expect(!text("said").contains("cannot"))
  }

  /// A file that is still there goes on at its end.
  @Test func keepsFilesThatWereNotMoved() throws {
    let (process, input) = try start("--format", "ndjson", "-o", file("events"), "-w", file("frames"))
    try input.write(contentsOf: Data(contentsOf: Self.capture))
    #expect(wait { Self.rules(text("events")).contains("vni-aborted-by-server") })
    kill(process.processIdentifier, SIGHUP)
    Thread.sleep(forTimeInterval: 0.5)
    #expect(try end(process, input) == 1)
    #expect(Self.rules(text("events")) == Self.expected)
    #expect(analyze(try Recording(paths: [file("frames")]), showsProgress: false).findings.map(\.rule.id).sorted() == Self.expected)
  }

  /// Nobody may be led elsewhere by what lies there now.
  @Test func followsNoLink() throws {
    let (process, input) = try start("--format", "ndjson", "-o", file("events"))
    try FileManager.default.moveItem(atPath: file("events"), toPath: file("events.1"))
    try FileManager.default.createSymbolicLink(atPath: file("events"), withDestinationPath: file("elsewhere"))
    kill(process.processIdentifier, SIGHUP)
    #expect(wait { text("said").contains("cannot reopen") })
    try input.write(contentsOf: Data(contentsOf: Self.capture))
    #expect(try end(process, input) == 1)
    #expect(Self.rules(text("events.1")) == Self.expected, "it goes on in the old file")
    #expect(!FileManager.default.fileExists(atPath: file("elsewhere")))
  }

  // MARK: Metrics

  @Test func writesMetrics() throws {
    let (process, input) = try start("--metrics", file("smbdx.prom"))
    #expect(wait { text("smbdx.prom").contains("smbdx_frames_total 0\n") })
    try input.write(contentsOf: Data(contentsOf: Self.capture))
    #expect(try end(process, input) == 1, "\(text("said"))")
    let metrics = text("smbdx.prom")
    #expect(metrics.contains("smbdx_frames_total 17\n"), "\(metrics.prefix(600))")
    #expect(metrics.contains("smbdx_connections_total{outcome=\"failed\"} 1\n"))
    #expect(metrics.contains("smbdx_findings_total{rule=\"vni-aborted-by-server\",severity=\"critical\"} 1\n"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted() == ["results", "said", "smbdx.prom"])
  }

  @Test(.enabled(if: getuid() == 0, "only root becomes another user")) func wantsToBeAbleToWriteMetrics() throws {
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: directory.path)
    let process = Process()
    process.executableURL = URL(filePath: LiveLab.smbdx)
    process.arguments = ["live", "-i", "-", "--no-config", "-Z", "nobody", "--metrics", file("smbdx.prom")]
    let said = Pipe()
    (process.standardInput, process.standardError) = (FileHandle.nullDevice, said)
    try process.run()
    let text = String(decoding: try said.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 2)
    #expect(text.contains("permission denied; give a directory where user number"), "\(text)")
  }

  @Test func wantsFilesApart() throws {
    for options in [["-o", file("x"), "--metrics", file("x")], ["-w", file("x"), "--metrics", file("x")]] {
      #expect { try Smbdx.run(["live", "-i", "-"] + options) } throws: { "\($0)".contains("cannot have both") }
    }
  }
}
