import Foundation
import Testing

@testable import Capture

/// Captures made by others, when `SMBDX_CORPUS` says where they are.
@Suite struct CorpusTests {
  static let corpus = ProcessInfo.processInfo.environment["SMBDX_CORPUS"]
  private static let capinfos = "/usr/bin/capinfos"
  static let hasCapinfos = FileManager.default.isExecutableFile(atPath: capinfos)

  /// Every file that capinfos reads to its end has as many frames here.
  @Test(
    .enabled(if: corpus != nil, "SMBDX_CORPUS is not set"),
    .enabled(if: hasCapinfos, "capinfos of Wireshark is not installed"))
  func countsAsManyFramesAsWireshark() throws {
    let files = try ["general", "smb"].flatMap { folder in
      let folder = URL(filePath: try #require(Self.corpus)).appending(path: folder)
      return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        .filter { !["tsv", "ndjson", "md"].contains($0.pathExtension) }
    }.map(\.path)
    let theirs = try Self.frameCounts(of: files)
    #expect(theirs.count > 900)
    var equal = 0
    for (path, count) in theirs {
      guard let ours = Self.ourCount(path) else { continue }
      #expect(ours == count, "\(path)")
      equal += ours == count ? 1 : 0
    }
    print("corpus: \(files.count) files, \(theirs.count) read by capinfos, \(equal) with the same number of frames here")
  }

  /// nil: refused for its link type.
  private static func ourCount(_ path: String) -> Int? {
    do throws(CaptureError) {
      let recording = try Recording(paths: [path])
      recording.forEachFrame { _, _, _ in }
      return recording.frameCount
    } catch {
      if case .unsupportedLinkType = error.reason { return nil }
      return 0
    }
  }

  private static func frameCounts(of files: [String]) throws -> [String: Int] {
    let process = Process()
    process.executableURL = URL(filePath: capinfos)
    process.arguments = ["-T", "-m", "-r", "-M", "-c"] + files
    process.standardError = FileHandle.nullDevice
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    var counts: [String: Int] = [:]
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: ",")
      if fields.count == 2, let count = Int(fields[1]) { counts[String(fields[0])] = count }
    }
    return counts
  }
}
