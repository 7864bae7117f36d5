import Foundation
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
    #expect(run("--per-file", "--format", "html", directory.path).status == 2)
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
