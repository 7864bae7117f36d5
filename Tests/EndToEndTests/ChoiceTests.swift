import Foundation
import Packets
import TestSupport
import Testing

@testable import smbdx

/// Options that choose what is shown, and what the environment says about text.
@Suite final class ChoiceTests {
  private let directory: URL

  init() throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "smbdx-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory.appending(path: "below"), withIntermediateDirectories: true)
    for (name, fixture) in [("a.pcapng", "auth-logon-failure"), ("below/b.pcapng", "healthy-3.0.2")] {
      try FileManager.default.copyItem(
        at: Fixture.root.appending(path: "\(fixture)/capture.pcapng"), to: directory.appending(path: name))
    }
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  private var report: String { directory.path + ".txt" }

  private func run(_ arguments: String...) -> (status: Int32, sentence: String, text: String) {
    defer { try? FileManager.default.removeItem(atPath: report) }
    do {
      try Smbdx.run(arguments + ["-o", report])
      return (0, "", (try? String(contentsOfFile: report, encoding: .utf8)) ?? "")
    } catch {
      return (Smbdx.status(of: error), "\(error)", (try? String(contentsOfFile: report, encoding: .utf8)) ?? "")
    }
  }

  /// However its lines are broken.
  private static func words(of text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }

  private var capture: String { directory.path + "/a.pcapng" }

  /// What is hidden still decides the exit status.
  @Test(arguments: [["--rule", "vni-*"], ["--since", "08:30"], ["--client", "10.77.0.0/24"], ["--server", "10.77.0.20"], ["--connection", "1"]])
  func hidesAndDoesNotJudge(options: [String]) {
    let ending = run(options[0], options[1], capture)
    #expect(ending.status == 1)
    #expect(ending.text.contains("1 SMB connection, 1 failed"))
    #expect(ending.text.contains("shown: \(options.joined(separator: " ")); hidden:"))
    #expect(ending.text.contains("error[auth-logon-failure]") == (options[0] != "--rule"))
  }

  @Test(arguments: [
    (["--client", "10.77.0.11"], "Did you mean “10.77.0.10”?"), (["--server", "10.77.0.2"], "Did you mean “10.77.0.20”?"),
    (["--connection", "9"], "there is no connection 9"), (["--rule", "auth-logon-failur"], "Did you mean “auth-logon-failure”?"),
    (["--since", "noon"], "invalid time “noon”"), (["--until", "00:00"], "the recording begins later"), (["--client", "10.0.0.0/40"], "invalid network"),
  ])
  func saysWhatThereIsNot(options: [String], sentence: String) {
    let ending = run(options[0], options[1], capture)
    #expect(ending.status == 2)
    #expect(ending.sentence.contains(sentence), "\(ending.sentence)")
  }

  @Test func hostsOfRedactedReportsHaveOtherNames() {
    #expect(run("--redact", "--client", "10.77.0.10", capture).status == 2)
  }

  /// A directory means what is in those below it too.
  @Test func searchesDirectories() {
    let together = run(directory.path)
    #expect(together.status == 1)
    #expect(Self.words(of: together.text).contains("2 SMB connections, 1 failed"))
  }

  @Test func judgesEachFileByItself() throws {
    let ending = run("--per-file", directory.path)
    #expect(ending.status == 1)
    #expect(ending.text.contains("2 files, each a separate recording: 1 with failures"))
    #expect(Self.words(of: ending.text).contains("1 SMB connection, 1 failed 1× error[auth-logon-failure] on 10.77.0.20"))
    #expect(ending.text.contains("Nothing wrong found: the SMB connection was established."))
    let json = run("--per-file", "--format", "json", directory.path).text
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    #expect(object["schema"] as? String == "smbdx-reports/1")
    #expect((object["files"] as? [[String: Any]])?.count == 2)
    // What is in one of the files is in none of the others.
    #expect(run("--per-file", "--rule", "auth-*", directory.path).status == 1)
    #expect(run("--per-file", "--client", "10.9.9.9", directory.path).status == 2)
  }

  /// Each is one document about all files, also about one that cannot be read.
  @Test(arguments: ["html", "markdown", "sarif", "junit", "github"]) func writesOneDocumentAboutFiles(format: String) throws {
    let unreadable = directory.path + "/no.txt"
    try Data("nothing of a capture".utf8).write(to: URL(filePath: unreadable))
    let ending = run("--per-file", "--format", format, capture, directory.path + "/below/b.pcapng", unreadable)
    #expect(ending.status == 1)
    for word in ["auth-logon-failure", "is not a packet capture"] { #expect(ending.text.contains(word), "\(word)") }
    switch format {
    case "html":
      #expect(ending.text.contains("3 files, each a separate recording: 1 with failures"))
      for once in ["<main>", "</html>", "<h1 ", "<title>3 files"] { #expect(ending.text.ranges(of: once).count == 1, "\(once)") }
      let ids = ending.text.matches(of: /\sid="([^"]*)"/).map(\.1)
      #expect(Set(ids).count == ids.count)
      let targets = ending.text.matches(of: /href="#([^"]*)"/).map(\.1)
      #expect(Set(targets).isSubset(of: ids) && !targets.isEmpty)
    case "markdown":
      #expect(ending.text.hasPrefix("## smbdx: 3 files, each a separate recording: 1 with failures"))
      #expect(ending.text.contains("### error: auth-logon-failure"))
    case "sarif":
      let log = try #require(try JSONSerialization.jsonObject(with: Data(ending.text.utf8)) as? [String: Any])
      let runs = try #require(log["runs"] as? [[String: Any]])
      #expect(runs.count == 1)
      #expect((runs[0]["artifacts"] as? [Any])?.count == 2)
    case "junit": #expect(ending.text.ranges(of: "<testsuite ").count == 3)
    default: #expect(ending.text.ranges(of: "::error file=").count == 1)
    }
  }

  /// What does not fit is counted, and files with failures go first.
  @Test func keepsTicketsOfFilesShort() throws {
    let healthy = Fixture.root.appending(path: "healthy-3.0.2/capture.pcapng")
    for number in 10..<90 {
      let fault = Fixture.root.appending(path: "\(number % 2 == 0 ? "auth-logon-failure" : "vni-missing")/capture.pcapng")
      try FileManager.default.copyItem(at: number < 50 ? healthy : fault, to: directory.appending(path: "below/\(number).pcapng"))
    }
    let text = run("--per-file", "--format", "markdown", directory.path).text
    #expect(text.utf8.count <= 60_000)
    #expect(text.contains("had no room"))
    #expect(text.contains("### error: auth-logon-failure"))
  }

  /// By a look-up, by another connection to the server, by what the server calls itself: the user need not know which.
  @Test(arguments: [["--server", "fs01"], ["--server", "fs01.lab.example"], ["--server", "10.77.0.20"]])
  func knowsServersByWhateverTellsTheirNames(options: [String]) throws {
    let file = directory.path + "/named.pcap"
    try Self.writeRecordingWithName(to: file)
    let all = run("--format", "json", file)
    #expect(try Self.connections(all.text) == [1, 2, 3])
    let ending = run(options[0], options[1], "--format", "json", file)
    #expect(try Self.connections(ending.text) == [1, 2])
    #expect(try Self.connections(run("--server", "fs02", "--format", "json", file).text) == [3])
  }

  private static func connections(_ text: String) throws -> [Int] {
    let report = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    return try #require(report["connections"] as? [[String: Any]]).compactMap { $0["id"] as? Int }
  }

  /// Two connections that nothing but a look-up names, and one to another server, which NetBIOS names.
  private static func writeRecordingWithName(to path: String) throws {
    let (client, resolver) = (IPAddress(10, 77, 0, 10), IPAddress(10, 77, 0, 30))
    let (first, second) = (IPAddress(10, 77, 0, 20), IPAddress(10, 77, 0, 21))
    let lookup = DNSBytes.response("fs01.lab.example", DNSBytes.address(first))
    let name = NetBIOSBytes.answer("FS02", [(flags: 0x6000, second)])
    var frames = [
      udpFrame(from: Endpoint(address: resolver, port: 53), to: Endpoint(address: client, port: 40_000), lookup.bytes),
      udpFrame(from: Endpoint(address: second, port: 137), to: Endpoint(address: client, port: 137), name),
    ]
    for (server, port) in [(first, 50_001), (first, 50_002), (second, 50_003)] as [(IPAddress, UInt16)] {
      let (one, other) = (Endpoint(address: client, port: port), Endpoint(address: server, port: 445))
      frames.append(TCPSegment(from: one, to: other, flags: [.syn]).ethernet)
      frames.append(TCPSegment(from: other, to: one, flags: [.rst, .ack]).ethernet)
    }
    let file = frames.enumerated().map { TestFrame(seconds: 1_700_000_000 + Int64($0), $1) }
    try Data(pcapFile(file)).write(to: URL(filePath: path))
  }

  @Test func saysHowFarItIs() {
    #expect(Progress.line(frame: 100_000, bytes: 25, of: 100, seconds: 2) == "100,000 frames, 50,000 a second; 25 %, 6 s left")
    #expect(Progress.line(frame: 100_000, bytes: 250, of: 100, seconds: 2).hasSuffix("100 %, 0 s left"))
    #expect(Progress.line(frame: 100_000, bytes: 25, of: nil, seconds: 2) == "100,000 frames, 50,000 a second")
  }

  @Test func obeysTheEnvironment() {
    #expect(Screen(environment: [:]).width(of: nil) == 100)
    #expect(Screen(environment: [:]).width(of: 132) == 132)
    #expect(Screen(environment: ["COLUMNS": "140"]).width(of: nil) == 140)
    for nonsense in ["", "x", "0", "-5", "1000000"] { #expect(Screen(environment: ["COLUMNS": nonsense]).width(of: nil) == 100) }
    #expect(Screen(environment: [:]).allowsColor)
    #expect(!Screen(environment: ["TERM": "dumb"]).allowsColor)
    #expect(!Screen(environment: ["NO_COLOR": "1"]).allowsColor)
    for (locale, isPlain) in [("C", true), ("POSIX", true), ("C.UTF-8", false), ("de_DE.utf8", false), ("de_DE.ISO-8859-1", true), ("de_DE", false)] {
      #expect(Screen(environment: ["LC_ALL": locale, "LANG": "en_US.UTF-8"]).isPlain == isPlain, "\(locale)")
    }
    #expect(!Screen(environment: [:]).isPlain)
  }
}
