import Capture
import Diagnosis
import Foundation
import Packets
import Reports
import Rules
import Testing

@testable import smbdx

/// `smbdx analyze --shard` and `smbdx merge`: together they say what one process says.
@Suite final class ShardTests {
  private let directory: URL

  init() throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "smbdx-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  private func path(_ name: String) -> String { directory.appending(path: name).path }

  private struct Ending: Equatable {
    var status: Int32
    var sentence = ""
  }

  private func run(_ arguments: [String]) -> Ending {
    do {
      try Smbdx.run(arguments)
      return Ending(status: 0)
    } catch {
      return Ending(status: Smbdx.status(of: error), sentence: "\(error)")
    }
  }

  private func shards(_ count: Int, of captures: [String], _ options: [String] = [], as name: String = "") throws -> [String] {
    try (1...count).map { number in
      let file = path("\(name)\(number)-of-\(count)")
      try #require(run(["analyze", "--no-config", "--shard", "\(number)/\(count)", "-o", file] + options + captures) == Ending(status: 0))
      return file
    }
  }

  /// What one process writes of captures, and what many do.
  private func expectEqual(_ captures: [String], _ options: [String] = [], counts: [Int], formats: [ReportOptions.Format] = ReportOptions.Format.allCases) throws {
    var merged: [(Int, [String])] = []
    for count in counts { merged.append((count, try shards(count, of: captures, options))) }
    for format in formats {
      let (one, many) = (path("one"), path("many"))
      let status = run(["--no-config", "--format", format.rawValue, "-o", one] + options + captures).status
      let expected = try Data(contentsOf: URL(filePath: one))
      for (count, shards) in merged {
        #expect(run(["merge", "--format", format.rawValue, "-o", many] + shards.reversed()).status == status)
        #expect(try Data(contentsOf: URL(filePath: many)) == expected, "\(captures.first ?? ""): \(count) shards, \(format.rawValue)")
      }
    }
  }

  @Test(arguments: Fixture.all.sample(oneOf: 4)) func saysWhatOneProcessSays(fixture: Fixture) throws {
    try expectEqual([fixture.capture.path], counts: [3], formats: [.json])
  }

  @Test(arguments: Fixture.all.sample(oneOf: 24)) func saysItInEveryFormat(fixture: Fixture) throws {
    try expectEqual([fixture.capture.path], counts: [1, 2, 7])
  }

  /// Several files, of which one is cut, and options that change what is judged.
  @Test func saysItOfSeveralFiles() throws {
    let names = ["vni-aborted-by-server", "kerberos-clock-skew", "tree-access-denied", "healthy-3.1.1", "tcp-syn-refused"]
    let captures = names.map { Fixture.root.appending(path: "\($0)/capture.pcapng").path }
    let cut = path("cut.pcapng")
    let whole = try Data(contentsOf: Fixture.root.appending(path: "auth-logon-failure/capture.pcapng"))
    try whole.prefix(whole.count * 2 / 3).write(to: URL(filePath: cut))
    try expectEqual(captures + [cut], counts: [2, 5])
    try expectEqual(captures, ["--ignore", "vni-*", "--checksums", "--fail-on", "critical"], counts: [2])
    try expectEqual(captures, ["-f", "tcp"], counts: [2], formats: [.json, .text])
  }

  /// Hundreds of clients, whose connections are told together, and facts about servers that other clients show.
  @Test func saysItOfAnIncident() throws {
    let capture = path("incident.pcap")
    let maker = Process()
    maker.executableURL = URL(filePath: "/usr/bin/env")
    maker.arguments = ["python3", Fixture.root.deletingLastPathComponent().appending(path: "Benchmarks/incident").path, capture]
    try maker.run()
    maker.waitUntilExit()
    try #require(maker.terminationStatus == 0)
    try expectEqual([capture], counts: [2, 3, 7])
    let shares = try shards(3, of: [capture]).map { try String(contentsOfFile: $0, encoding: .utf8).split(separator: "\n").count - 2 }
    #expect(shares.reduce(0, +) == 422)
    #expect(shares.allSatisfy { $0 > 60 }, "\(shares)")
  }

  @Test func takesSettingsAlong() throws {
    let settings = path("settings.toml")
    let text = """
      fail-on = "critical"
      [hosts]
      "10.77.0.20" = "files"
      [severities]
      tree-access-denied = "warning"
      [[accept]]
      rule = "auth-*"
      reason = "known"
      """
    try Data(text.utf8).write(to: URL(filePath: settings))
    for name in ["tree-access-denied", "auth-logon-failure"] {
      let capture = Fixture.root.appending(path: "\(name)/capture.pcapng").path
      let files = try (1...2).map { number in
        let file = path("s\(number)")
        try #require(run(["analyze", "--config", settings, "--shard", "\(number)/2", "-o", file, capture]).status == 0)
        return file
      }
      #expect(run(["merge", "--format", "junit", "-o", path("many")] + files) == run(["--config", settings, "--format", "junit", "-o", path("one"), capture]))
      #expect(try Data(contentsOf: URL(filePath: path("many"))) == Data(contentsOf: URL(filePath: path("one"))))
    }
  }

  // MARK: What does not belong together

  private let capture = Fixture.root.appending(path: "tree-access-denied/capture.pcapng").path

  @Test func namesMissingShards() throws {
    let files = try shards(4, of: [capture])
    #expect(run(["merge"] + files.dropFirst()) == Ending(status: 2, sentence: "shard 1/4 is missing"))
    #expect(run(["merge", files[0], files[2]]).sentence == "shards are missing: 2/4, 4/4")
    #expect(run(["merge", files[0]] + files).sentence.contains("are both shard 1/4"))
  }

  @Test func refusesOtherOptionsVersionsAndCaptures() throws {
    let files = try shards(2, of: [capture])
    let others = try shards(2, of: [capture], ["--ignore", "vni-*"], as: "other-")
    #expect(run(["merge", files[0], others[1]]).sentence.contains("was made with other options or settings than"))
    let strangers = try shards(2, of: [Fixture.root.appending(path: "vni-missing/capture.pcapng").path], as: "stranger-")
    #expect(run(["merge", files[0], strangers[1]]).sentence.contains("of different captures"))
    let more = try shards(3, of: [capture])
    #expect(run(["merge", files[0], more[1]]).sentence.contains("is one of 3 shards"))
    try change(files[1]) { $0.replacing("\"toolVersion\":\"\(Smbdx.version)\"", with: "\"toolVersion\":\"9.9\"") }
    #expect(run(["merge"] + files).sentence.contains("was written by smbdx 9.9, and this is smbdx \(Smbdx.version)"))
    try change(files[1]) { $0.replacing("smbdx-shard/1", with: "smbdx-shard/2") }
    #expect(run(["merge"] + files).sentence.contains("of the kind smbdx-shard/2"))
  }

  @Test func refusesDamage() throws {
    let files = try shards(2, of: [capture])
    let owner = try #require(files.first { (try? String(contentsOfFile: $0, encoding: .utf8))?.contains("\"connection\":") ?? false })
    let whole = try String(contentsOfFile: owner, encoding: .utf8)
    func ending(_ change: (String) -> String) throws -> Ending {
      try Data(change(whole).utf8).write(to: URL(filePath: owner))
      return run(["merge"] + files)
    }
    #expect(try ending { String($0.dropLast(20)) }.sentence.contains("ends too early"))
    #expect(try ending { $0.split(separator: "\n").dropLast().joined(separator: "\n") + "\n" }.sentence.contains("ends too early"))
    #expect(try ending { $0.replacing("\"connection\":", with: "\"konnection\":") }.sentence.contains("is damaged"))
    #expect(try ending { $0.replacing("\"ownConnections\"", with: "\"ownKonnections\"") }.sentence.contains("is damaged"))
    let alone = try shards(1, of: [capture])
    try change(alone[0]) { $0.replacing("\"failOn\":\"error\"", with: "\"failOn\":\"never\"") }
    #expect(run(["merge"] + alone).sentence.contains("its checksum is wrong"))
    #expect(try ending { _ in "" }.sentence.contains("is empty"))
    #expect(try ending { _ in "no shard\n" }.sentence.contains("is no shard"))
    #expect(try ending { $0 }.status == 1)
    #expect(run(["merge", path("nothing")]).sentence.contains("cannot read"))
    #expect(run(["merge", path("nothing")]).status == 2)
  }

  private func change(_ file: String, _ change: (String) -> String) throws {
    try Data(change(String(contentsOfFile: file, encoding: .utf8)).utf8).write(to: URL(filePath: file))
  }

  @Test(arguments: ["0/2", "3/2", "1", "1/0", "1/2/3", "a/b", "1/10001"]) func refusesSharesThatAreNone(shard: String) {
    #expect(run(["analyze", "--shard", shard, capture]).status == 2)
  }

  @Test(arguments: [["--format", "json"], ["--redact"], ["--per-file"], ["--client", "10.0.0.1"], ["--keys", "k"]])
  func refusesOptionsThatFitNoShard(options: [String]) {
    #expect(run(["analyze", "--shard", "1/2", capture] + options).status == 2)
  }

  /// The same share is the same bytes.
  @Test func isDeterministic() throws {
    let capture = Fixture.root.appending(path: "kerberos-healthy/capture.pcapng").path
    let (first, second) = (try shards(2, of: [capture], as: "a"), try shards(2, of: [capture], as: "b"))
    for (one, other) in zip(first, second) {
      #expect(try Data(contentsOf: URL(filePath: one)) == Data(contentsOf: URL(filePath: other)))
    }
  }

  /// A client stays in its share, whoever counts.
  @Test func sharesAreStable() {
    let address = IPAddress(ipv4: 0x0a4d_000a)
    let numbers = [2, 3, 7, 100].map { count in
      (1...count).first { Shard(number: $0, of: count)?.holds(address) ?? false }
    }
    #expect(numbers == [2, 2, 1, 54])
    for count in [1, 2, 7, 64] {
      let shards = (1...count).compactMap { Shard(number: $0, of: count) }
      for host in 0..<500 { #expect(shards.count { $0.holds(IPAddress(ipv4: 0x0a14_1e00 + UInt32(host))) } == 1) }
    }
  }
}
