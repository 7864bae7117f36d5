import Foundation
import Rules
import TestSupport
import Testing

/// Remedies that can exist between two peers, with the names of a case in their commands.
@Suite struct RemedyWritingTests {
  static func peer(
    _ implementation: Implementation, _ side: PeerSide = .server, _ confidence: Confidence = .likely
  ) -> PeerIdentity {
    PeerIdentity(side: side, implementation: implementation, confidence: confidence, signs: [])
  }

  static func facts(_ change: (inout RemedyFacts) -> Void) -> RemedyFacts {
    var facts = RemedyFacts()
    change(&facts)
    return facts
  }

  static func commands(of rule: String, _ facts: RemedyFacts) throws -> [String] {
    try #require(Rule.named(rule)).remedies.written(for: facts).compactMap(\.command)
  }

  /// What only Windows has.
  static let ofWindows = ["Set-Smb", "Get-Smb", "netdom", "setspn", "nltest", "Get-AD", "Test-Computer", "icacls", "fltmc"]

  @Test func unknownPeersKeepAll() {
    for rule in Rule.all {
      #expect(rule.remedies.written(for: RemedyFacts()).map(\.text) == rule.remedies.map(\.text), "\(rule.id)")
    }
  }

  @Test(arguments: [Implementation.ksmbd, .samba])
  func nothingOfWindowsForAServerOfLinux(server: Implementation) {
    let facts = Self.facts { $0.peers = Peers(client: Self.peer(.linuxCIFS, .client), server: Self.peer(server)) }
    for rule in Rule.all {
      let remedies = rule.remedies.written(for: facts)
      #expect(!remedies.isEmpty, "\(rule.id)")
      for command in remedies.compactMap(\.command) {
        // A recording may be converted anywhere.
        for word in Self.ofWindows where !command.hasPrefix("net ads") { #expect(!command.contains(word), "\(rule.id): \(command)") }
      }
    }
  }

  @Test func noSambaForAWindowsServer() {
    let facts = Self.facts { $0.peers = Peers(client: Self.peer(.windows, .client), server: Self.peer(.windows)) }
    for rule in Rule.all {
      for remedy in rule.remedies.written(for: facts) {
        for word in ["testparm", "pdbedit", "smbpasswd -e", "ksmbd", "smbcontrol", "wbinfo"] {
          #expect(remedy.command?.contains(word) != true, "\(rule.id): \(remedy.text)")
        }
      }
    }
  }

  @Test func neverNetdomForAzureFiles() {
    let facts = Self.facts { $0.peers = Peers(server: Self.peer(.azureFiles)) }
    for rule in Rule.all {
      for command in rule.remedies.written(for: facts).compactMap(\.command) { #expect(!command.contains("netdom"), "\(rule.id)") }
    }
  }

  @Test func whoIsOnlyPossibleDropsNothing() throws {
    let possible = Self.facts { $0.peers = Peers(server: Self.peer(.samba, .server, .possible)) }
    let commands = try Self.commands(of: "tree-bad-network-name", possible)
    #expect(commands.first == "testparm -s")
    #expect(commands.contains { $0.contains("Get-SmbShare") })
  }

  @Test func namesStandInTheCommands() throws {
    let facts = Self.facts {
      ($0.server, $0.share, $0.user, $0.domain) = ("fs01.lab.example", "data", "alice", "LAB")
    }
    let commands = try Self.commands(of: "auth-logon-failure", facts)
    #expect(commands.contains(#"net use \\fs01.lab.example\data /user:LAB\alice"#))
    #expect(commands.contains(#"smbclient //fs01.lab.example/data -U 'LAB\alice'"#))
    let local = Self.facts { ($0.server, $0.user, $0.domain) = ("10.0.0.2", "alice", "") }
    #expect(try Self.commands(of: "auth-logon-failure", local).contains("smbclient //10.0.0.2/SHARE -U 'alice'"))
  }

  /// An anonymous session has a server's domain and no user.
  @Test func noDomainIsMadeUp() throws {
    let facts = Self.facts { ($0.server, $0.share, $0.serverDomain, $0.directory) = ("fs01", "data", "LAB", "LAB") }
    #expect(try Self.commands(of: "auth-logon-failure", facts).contains(#"smbclient //fs01/data -U 'DOMAIN\USER'"#))
    #expect([Remedy("", command: "nltest /dsgetdc:DOMAIN")].written(for: facts).first?.command == "nltest /dsgetdc:LAB")
  }

  @Test func anAliasIsAddedToTheHostItself() throws {
    let remedy = Remedy("", command: "netdom computername SERVER /add:ALIAS")
    let facts = Self.facts { ($0.server, $0.hostName, $0.alias) = ("files.lab.example", "FS01", "files.lab.example") }
    #expect([remedy].written(for: facts).map(\.command) == ["netdom computername FS01 /add:files.lab.example"])
    let same = Self.facts { ($0.server, $0.hostName) = ("fs01", "FS01") }
    #expect([remedy].written(for: same).map(\.command) == [remedy.command])
    // What the server calls itself is not known, and the name in use is not registered.
    let unknown = Self.facts { $0.server = "files.lab.example" }
    #expect([remedy].written(for: unknown).map(\.command) == ["netdom computername SERVER /add:files.lab.example"])
  }

  // MARK: Hostile names

  static let hostile = [
    "alice; rm -rf ~", "$(reboot)", "`reboot`", "a'b", "a''; reboot; '", "a\"b", "x|y", "a&b", "a>b", "a b", "-rf", "%PATH%",
    "a\nb", "a\rb", "a\u{0}b", "\u{202e}ecila", "a\u{200b}b", "user%secret", "a\\b", "a/b", "!!", "*", "~", "#x", "a\u{2019}; reboot #",
    "\u{1b}[31m", String(repeating: "a", count: 5_000), "", " ", "Zo\u{eb}", "data$", "$HOME", "{a,b}", "a=b", "(a)", "^a", "a;", ";", "USER", "SHARE",
  ]

  /// What a POSIX shell makes of a command: its words.
  static func words(_ command: String) throws -> [String] {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "set -f; printf '%s\\0' " + command]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: output, as: UTF8.self).split(separator: "\0", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  @Test(arguments: hostile)
  func aShellTakesANameAsOneWord(name: String) throws {
    let facts = Self.facts { ($0.server, $0.share, $0.user, $0.domain) = ("fs01", name, name, "LAB") }
    for template in [#"smbclient //SERVER/SHARE -U 'DOMAIN\USER'"#, "sharesec SHARE --view"] {
      let command = try #require([Remedy("", command: template)].written(for: facts).first?.command)
      #expect(!command.unicodeScalars.contains { $0.properties.generalCategory == .control || $0.properties.generalCategory == .format })
      let found = try Self.words(command)
      let kept = try Self.words(template)
      #expect(found.count == kept.count, "\(command)")
      for (word, placeholder) in zip(found, kept) {
        let filled = placeholder.replacing("SERVER", with: "fs01").replacing("DOMAIN", with: "LAB")
        let whole = filled.replacing("SHARE", with: name).replacing("USER", with: name)
        // The name, whole and unchanged, or its placeholder.
        #expect(word == whole || word == filled, "\(command)")
      }
    }
  }

  @Test func whatEndsACommandIsNoPartOfTheName() throws {
    let facts = Self.facts { $0.user = "alice@lab.example" }
    let command = try #require([Remedy("", command: "samba-tool user show USER; samba-tool dbcheck")].written(for: facts).first?.command)
    #expect(command == "samba-tool user show 'alice@lab.example'; samba-tool dbcheck")
  }

  @Test(arguments: hostile)
  func windowsTakesANameAsOneWord(name: String) throws {
    let facts = Self.facts { ($0.server, $0.share, $0.user, $0.domain) = ("fs01", name, name, "LAB") }
    let template = #"net use \\SERVER\SHARE /user:DOMAIN\USER"#
    let command = try #require([Remedy("", command: template)].written(for: facts).first?.command)
    // Neither cmd nor PowerShell sees anything but letters in double quotes.
    #expect(!command.contains { "%`'\n\r;|&><^!*?(){}\u{201c}\u{201d}".contains($0) }, "\(command)")
    #expect(command.count { $0 == "\"" } % 2 == 0)
    for index in command.indices where command[index] == "$" {
      #expect(["\"", " ", nil].contains(command[command.index(after: index)...].first), "\(command)")
    }
  }

  /// In PowerShell a single-quoted word ends at any quotation mark that is not doubled.
  @Test(arguments: hostile)
  func powerShellTakesANameAsOneWord(name: String) throws {
    let facts = Self.facts { $0.share = name }
    let command = try #require([Remedy("", command: "Get-SmbShareAccess -Name SHARE")].written(for: facts).first?.command)
    let word = String(command.dropFirst("Get-SmbShareAccess -Name ".count))
    guard word.hasPrefix("'") else {
      #expect(word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }, "\(command)")
      return
    }
    let marks = "'\u{2018}\u{2019}\u{201a}\u{201b}"
    var rest = word.dropFirst()
    var value = ""
    while let first = rest.first {
      rest.removeFirst()
      if marks.contains(first) {
        guard let next = rest.first, marks.contains(next) else { break }
        rest.removeFirst()
      }
      value.append(first)
    }
    #expect(rest.isEmpty && value == name, "\(command)")
  }

  @Test func hostsAndDomainsAreNeverQuoted() throws {
    for name in ["fs01; reboot", "fs01'", "-x", "fs 01", "fs01\u{202e}"] {
      let facts = Self.facts { ($0.server, $0.domain, $0.directory, $0.realm) = (name, name, name, name) }
      let remedies = [
        Remedy("", command: "setspn -Q cifs/NAME"), Remedy("", command: "nltest /dsgetdc:DOMAIN"),
        Remedy("", command: "kinit USER@REALM"),
      ]
      #expect(remedies.written(for: facts).map(\.command) == remedies.map(\.command))
    }
  }

  @Test func everyCommandWithAUserOrShareHasAShellThatIsKnown() {
    let quoted = Self.facts { ($0.share, $0.user) = ("a share", "a user") }
    for remedy in Rule.all.flatMap(\.remedies).flatMap({ [$0] + $0.variants }) {
      guard let command = remedy.command, command.contains("SHARE") || command.contains("USER") else { continue }
      let written = [Remedy("", command: command)].written(for: quoted).first?.command ?? ""
      #expect(written.contains("a share") || written.contains("a user"), "\(command)")
    }
  }
}
