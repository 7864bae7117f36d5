import Diagnosis
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

  // MARK: Which command

  @Test(arguments: [["--help"], ["help"], ["help", "check"], ["--version"], ["--generate-completion-script", "bash"]])
  func answersForAllCommands(arguments: [String]) {
    var status: Int32 = 0
    do { try Smbdx.run(arguments) } catch { status = Smbdx.status(of: error) }
    #expect(status == 0)
  }

  /// The options of the command that needs no name are those of the program.
  @Test func helpHasTheOptionsOfTheDefaultCommand() {
    let help = Smbdx.help()
    for word in ["USAGE: smbdx [<options>]", "--fail-on", "--redact", "--per-file", "--version", "SUBCOMMANDS:", "  live  "] {
      #expect(help.contains(word), "\(word)")
    }
    #expect(help.split(separator: "\n").count { $0.hasPrefix("OPTIONS:") } == 1)
  }

  @Test func suggestsCommands() throws {
    let ending = run("lve", "-i", "any")
    #expect(ending.status == 2)
    #expect(ending.sentence.contains("There is no file or command “lve”. Did you mean “live”?"))
    #expect(run("nothing-like-it").sentence.contains("no such file"))
    // A file is a file, whatever its name.
    #expect(run(try capture("lve")).status == 0)
  }

  /// A variable that is not set is not all rules; and lists may have spaces.
  @Test func readsListsOfRules() throws {
    let capture = try capture(of: "tree-bad-network-name")
    #expect(run("--select", "", capture).sentence.contains("needs a rule"))
    #expect(run("--select", "auth-*, tree-*", capture).status == 1)
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

  /// What was there stays whole until what takes its place is whole; links lead on, and no other file is left.
  @Test func replacesWhatWasThere() throws {
    let old = try add("report", "old".utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: old)
    let link = path("link")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: old)
    for output in [link, path("new")] {
      do {
        let unfinished = try Output(path: output)
        unfinished.write("half of it")
        unfinished.flush()
        #expect((try? String(contentsOfFile: output, encoding: .utf8)) == (output == link ? "old" : nil))
      }
      let capture = try capture(of: "tree-bad-network-name")
      #expect(run("--format", "json", "-o", output, capture).status == 1)
      #expect(try String(contentsOfFile: output, encoding: .utf8).hasPrefix("{"))
    }
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == old)
    #expect(try FileManager.default.attributesOfItem(atPath: old)[.posixPermissions] as? Int == 0o600)
    #expect(try !FileManager.default.contentsOfDirectory(atPath: directory.path).contains { $0.contains("smbdx-") })
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
    #expect(ending.sentence == "a.pcapng is given twice; give each file of a recording only once")
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

  // MARK: check

  @Test func checksCapturesAgainstWhatIsExpectedOfThem() throws {
    let capture = try capture("a.pcapng", of: "auth-logon-failure")
    _ = try add("notes.md", "no capture".utf8)
    #expect(run("check", directory.path).status == 0)
    #expect(run("check", "--strict", directory.path).status == 1)
    // Written where it is looked for.
    #expect(run("check", "--strict", "--update", directory.path).status == 0)
    #expect(FileManager.default.fileExists(atPath: path("a.expected.json")))
    #expect(run("check", "--strict", capture).status == 0)
    let before = try Data(contentsOf: URL(filePath: path("a.expected.json")))
    _ = try self.capture("a.pcapng", of: "auth-ntlm-blocked")
    #expect(run("check", directory.path).status == 1)
    #expect(try Data(contentsOf: URL(filePath: path("a.expected.json"))) == before)
    #expect(run("check", "--update", directory.path).status == 0)
    #expect(run("check", directory.path).status == 0)
  }

  /// Dots inside of names are common: dates, versions.
  @Test func givesEachCaptureAnExpectationOfItsOwn() throws {
    _ = try capture("fs01.2026-11-20.pcapng", of: "auth-logon-failure")
    _ = try capture("fs01.2026-11-21.pcapng", of: "healthy-3.0.2")
    _ = try add("fs01.3.1.1.pcap.gz", Data(contentsOf: Fixture.root.appending(path: "healthy-3.1.1/capture.pcapng")))
    _ = run("check", "--update", directory.path)
    for name in ["fs01.2026-11-20", "fs01.2026-11-21", "fs01.3.1.1"] {
      #expect(FileManager.default.fileExists(atPath: path("\(name).expected.json")), "\(name)")
    }
    #expect(run("check", "--strict", directory.path).status == 0)
  }

  /// A contract is what somebody demands: it is not renewed by what the program says.
  @Test func leavesContractsAlone() throws {
    _ = try capture("a.pcapng", of: "auth-logon-failure")
    let contract = #"{"mustNot": ["auth-*"]}"#
    let file = try add("a.expected.json", contract.utf8)
    #expect(run("check", "--update", directory.path).status == 1)
    #expect(try String(contentsOfFile: file, encoding: .utf8) == contract)
    let baseline = try add(
      "baseline.json",
      #"{"schema": "smbdx-baseline/1", "accept": [{"capture": "a.pcapng", "rule": "auth-logon-failure", "reason": "known"}]}"#.utf8)
    #expect(run("check", "--baseline", baseline, directory.path).status == 0)
  }

  @Test func refusesWhatItCannotCheck() throws {
    #expect(run("check", path("missing")).sentence.hasSuffix("no such file or directory"))
    #expect(run("check", directory.path).status == 2)
    let noCapture = try add("a.pcap", "no capture".utf8)
    _ = try add("a.expected.json", "{".utf8)
    #expect(run("check", noCapture).status == 2)
    #expect(run("check", "--jobs", "0", noCapture).status == 2)
  }

  /// Nothing is as expected of what nobody can read, whatever is demanded of it; and that is no expectation to write.
  @Test(arguments: ["no capture", ""]) func saysThatACaptureCannotBeRead(content: String) throws {
    let noCapture = try add("a.pcap", content.utf8)
    #expect(run("check", noCapture).status == 2)
    #expect(run("check", "--update", noCapture).status == 2)
    #expect(!FileManager.default.fileExists(atPath: path("a.expected.json")))
    // Beside captures there may be others.
    _ = try capture("b.pcapng")
    #expect(run("check", directory.path).status == 0)
    _ = try add("a.expected.json", #"{"mustNot": ["auth-*"]}"#.utf8)
    #expect(run("check", directory.path).status == 2)
    #expect(run("check", "-o", path("out.txt"), directory.path).status == 2)
    #expect(try String(contentsOfFile: path("out.txt"), encoding: .utf8).contains("! \(noCapture)  a.pcap is not a packet capture"))
    // Only who demands a file that is none has one.
    #expect(run("--format", "json", "-o", path("a.expected.json"), noCapture).status == 2)
    #expect(run("check", directory.path).status == 0)
  }

  /// Cut in its first frame.
  @Test func saysThatNothingOfACaptureCanBeRead() throws {
    let cut = try add("a.pcap", pcapHeader() + [1, 0, 0, 0])
    #expect(run("check", "--update", cut).status == 2)
    _ = try add("a.expected.json", #"{"mustNot": ["auth-*"]}"#.utf8)
    #expect(run("check", cut).status == 2)
  }

  /// What two captures share is renewed for each by itself.
  @Test func renewsWhatIsSharedApart() throws {
    _ = try capture("a.pcapng", of: "auth-logon-failure")
    _ = try capture("b.pcapng", of: "healthy-3.0.2")
    #expect(run("--format", "json", "-o", path("expected.json"), path("a.pcapng")).status == 1)
    #expect(run("check", directory.path).status == 1)
    #expect(run("check", "--update", directory.path).status == 0)
    #expect(FileManager.default.fileExists(atPath: path("b.expected.json")))
    #expect(run("check", "--strict", directory.path).status == 0)
    // A contract is meant for both.
    try FileManager.default.removeItem(atPath: path("b.expected.json"))
    _ = try add("expected.json", #"{"mustNot": ["auth-*"]}"#.utf8)
    #expect(run("check", "--update", directory.path).status == 1)
    #expect(!FileManager.default.fileExists(atPath: path("b.expected.json")))
  }

  @Test func looksBehindLinksToDirectories() throws {
    _ = try capture("a.pcapng")
    let link = NSTemporaryDirectory() + "smbdx-link-\(UUID().uuidString)"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: directory.path)
    defer { try? FileManager.default.removeItem(atPath: link) }
    for path in [link, link + "/"] { #expect(run("check", "--strict", path).status == 1, "one without expectation") }
  }

  /// Nobody writes to the pipe, so that reading it would take for ever.
  @Test(arguments: [["check"], []]) func takesOnlyFilesOfDirectories(command: [String]) throws {
    _ = try capture("a.pcapng")
    #expect(unsafe mkfifo(path("b.pcapng"), 0o600) == 0)
    var status: Int32 = 0
    do { try Smbdx.run(command + ["-o", path("out.txt"), directory.path]) } catch { status = Smbdx.status(of: error) }
    #expect(status == 0)
  }

  @Test func saysThatANameIsIllegible() throws {
    let name: [CChar] = directory.path.utf8.map(CChar.init) + [47, 120, -1, 46, 112, 99, 97, 112, 0]
    let descriptor = unsafe open(name, O_CREAT | O_WRONLY, 0o600)
    #expect(descriptor >= 0)
    close(descriptor)
    _ = try capture("a.pcapng")
    #expect(run("--format", "json", "-o", path("report"), directory.path).status == 0)
    let report = try JSONDecoder().decode(WrittenReport.self, from: Data(contentsOf: URL(filePath: path("report"))))
    #expect(report.capture.warnings.map(\.message) == ["skipped: its name is not UTF-8"])
  }

  @Test func theFixturesGiveWhatIsExpected() {
    #expect(run("check", "--strict", Fixture.root.path).status == 0)
  }
}
