import Foundation
import Testing

@testable import smbdx

/// What the commands do with files, and the status they end with.
@Suite final class CommandTests {
  private let directory: URL

  init() throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "smbdx-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  private func path(_ name: String) -> String { directory.appending(path: name).path }

  private func add(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
    try Data(bytes).write(to: URL(filePath: path(name)))
    return path(name)
  }

  private func capture(_ name: String = "a.pcapng", of fixture: String = "healthy-3.0.2") throws -> String {
    try add(name, Data(contentsOf: Fixture.root.appending(path: "\(fixture)/capture.pcapng")))
  }

  /// A pcap file header of a link type.
  private func pcapHeader(linkType: UInt8 = 1) -> [UInt8] {
    [0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, linkType, 0, 0, 0]
  }

  private struct Ending {
    var status: Int32
    var sentence: String
  }

  private func run(_ arguments: String...) -> Ending {
    do {
      try Smbdx.run(arguments)
      return Ending(status: 0, sentence: "")
    } catch {
      return Ending(status: Smbdx.status(of: error), sentence: "\(error)")
    }
  }

  // MARK: Output

  @Test(arguments: ["analyze", "messages"])
  func neverReplacesTheCapture(command: String) throws {
    let capture = try capture()
    let bytes = try Data(contentsOf: URL(filePath: capture))
    let (link, hardLink) = (path("link"), path("hard-link"))
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: capture)
    try FileManager.default.linkItem(atPath: capture, toPath: hardLink)
    for output in [capture, directory.path + "/./a.pcapng", link, hardLink] {
      let ending = run(command, "-o", output, capture)
      #expect(ending.status == 2)
      #expect(ending.sentence.contains("is the capture itself"))
    }
    #expect(try Data(contentsOf: URL(filePath: capture)) == bytes)
  }

  @Test func neverReplacesInputThatIsNoCapture() throws {
    let notes = try add("notes.txt", "smb notes".utf8)
    #expect(run("--format", "json", "-o", notes, notes).status == 2)
    #expect(try String(contentsOfFile: notes, encoding: .utf8) == "smb notes")
  }

  @Test func saysThatOutputCannotBeWritten() throws {
    let ending = run("-o", path("missing/report.txt"), try capture())
    #expect(ending.status == 2)
    #expect(ending.sentence == "cannot write \(path("missing/report.txt")): no such file or directory")
  }

  // MARK: Input

  @Test func refusesAFileNamedTwice() throws {
    let capture = try capture()
    let ending = run("-o", path("report"), capture, "-r", directory.path + "/./a.pcapng")
    #expect(ending.status == 2)
    #expect(ending.sentence == "a.pcapng is named twice; name each file of a recording once")
  }

  @Test func refusesAnUnreadableSecondFile() throws {
    let ending = run("-o", path("report"), try capture(), path("missing.pcap"))
    #expect(ending.status == 2)
    #expect(ending.sentence == "cannot open missing.pcap: no such file or directory")
    #expect(!FileManager.default.fileExists(atPath: path("report")))
  }

  /// Cut in its first record: nothing was read.
  @Test(arguments: ["analyze", "messages"])
  func failsWhenNothingCouldBeRead(command: String) throws {
    let cut = try add("cut.pcap", pcapHeader() + [1, 0, 0, 0])
    #expect(run(command, "-o", path("out"), cut).status == 2)
    let empty = try add("empty.pcap", pcapHeader())
    #expect(run(command, "-o", path("out"), empty).status == 0)
  }

  @Test func writesAReportOfWhatItCannotRead() throws {
    let usb = try add("usb.pcap", pcapHeader(linkType: 189))
    for (input, sentence, rules) in [
      (usb, "link of type", []), (path("missing.pcap"), "cannot open", []),
      (try add("notes.txt", "smb notes".utf8), "is not a packet capture", ["not-a-capture"]),
    ] {
      #expect(run("--format", "json", "-o", path("report"), input).status == 2)
      let json = try Data(contentsOf: URL(filePath: path("report")))
      let report = try JSONDecoder().decode(WrittenReport.self, from: json)
      #expect(!report.capture.complete)
      #expect(report.findings.map(\.rule) == rules)
      #expect(String(decoding: json, as: UTF8.self).contains(sentence))
      #expect(report.capture.warnings.count == (rules.isEmpty ? 1 : 0))
    }
  }

  /// What the filter hides is not looked at, but it was there.
  @Test func countsWhatTheFilterRejects() throws {
    let capture = try capture()
    var frames: [Int] = []
    for filter in [[], ["-f", "tcp"], ["-f", "port 9"]] {
      try Smbdx.run(filter + ["--format", "json", "-o", path("report"), capture])
      frames.append(
        try JSONDecoder().decode(WrittenReport.self, from: Data(contentsOf: URL(filePath: path("report")))).capture.frames)
    }
    #expect(frames[0] > 0 && Set(frames).count == 1)
    try Smbdx.run(["-f", "port 9", "-o", path("report"), capture])
    #expect(try String(contentsOfFile: path("report"), encoding: .utf8).contains("rejected every frame"))
  }

  private struct WrittenReport: Decodable {
    struct Capture: Decodable {
      struct Warning: Decodable { var message: String }
      var complete: Bool
      var frames: Int
      var warnings: [Warning]
    }
    struct Finding: Decodable { var rule: String }
    var capture: Capture
    var findings: [Finding]
  }
}
