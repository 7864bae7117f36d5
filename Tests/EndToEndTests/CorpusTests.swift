import Capture
import Diagnosis
import Foundation
import Reports
import Rules
import Testing
import Transcripts

@testable import smbdx

/// Captures made by others, when `SMBDX_CORPUS` says where they are.
@Suite(.enabled(if: Corpus.root != nil, "SMBDX_CORPUS is not set"))
struct CorpusTests {
  /// Each message as an independent decoder sees it.
  @Test func agreesWithTheOracle() throws {
    let captures = try Corpus.captures(in: "smb")
    var agreeing = 0
    for capture in captures {
      let oracle = URL(filePath: capture.path + ".oracle.ndjson")
      guard let text = try? String(contentsOf: oracle, encoding: .utf8), let ours = try OracleMessage.all(in: capture)
      else { continue }
      let theirs = OracleMessage.all(in: text)
      let known = Corpus.knownDifferences[capture.lastPathComponent, default: []]
      let differing = Set(ours.keys).union(theirs.keys).filter { ours[$0] != theirs[$0] && !known.contains($0.description) }
      #expect(differing.isEmpty, "\(capture.lastPathComponent): \(differing.map(\.description).sorted())")
      agreeing += theirs.values.reduce(0, +)
    }
    print("corpus: \(captures.count) captures of SMB and Kerberos, \(agreeing) messages compared with the oracle")
    #expect(captures.count > 50)
    #expect(agreeing > 1000)
  }

  /// SMB1 messages that establish or end something, as tshark sees them now.
  @Test(.enabled(if: SMB1Oracle.isInstalled, "tshark is not installed"))
  func agreesWithTsharkAboutSMB1() throws {
    var agreeing = 0
    for capture in try Corpus.captures(in: "smb") {
      guard try SMB1Oracle.mayHold(capture), let ours = try SMB1Oracle.ours(in: capture) else { continue }
      let theirs = try SMB1Oracle.theirs(in: capture)
      let known = Corpus.knownSMB1Differences[capture.lastPathComponent, default: []]
      let differing = Set(ours.keys).union(theirs.keys).filter { ours[$0] != theirs[$0] && !known.contains($0) }.sorted()
      #expect(
        differing.isEmpty,
        "\(capture.lastPathComponent): \(differing.map { "\($0): \(ours[$0]?.description ?? "-") | \(theirs[$0]?.description ?? "-")" })")
      agreeing += theirs.count - differing.count
    }
    print("corpus: \(agreeing) SMB1 messages compared with tshark")
    #expect(agreeing > 300)
  }

  /// No finding of severity error or critical that the bytes do not justify: those known and looked at are listed.
  @Test func raisesNoFalseAlarm() throws {
    for capture in try Corpus.captures(in: "smb") {
      guard let recording = try? Recording(paths: [capture.path]) else { continue }
      let grave = analyze(recording).findings.filter { $0.severity >= .error }.map(\.rule.id).sorted()
      #expect(grave == Corpus.justified[capture.lastPathComponent, default: []], "\(capture.lastPathComponent)")
    }
  }

  /// Whatever the file, an answer: a report or a sentence.
  @Test func survivesEveryFile() throws {
    let captures = try Corpus.captures(in: "general") + Corpus.captures(in: "smb")
    var read = 0
    for capture in captures {
      do {
        var text = ""
        analyze(try Recording(paths: [capture.path])).writeText(TextOptions()) { text += $0 }
        #expect(!text.isEmpty)
        read += 1
      } catch {
        #expect("\(error)".count > 20)
      }
    }
    print("corpus: \(captures.count) captures opened, \(read) read")
    #expect(read > 500)
  }
}

enum Corpus {
  static let root = ProcessInfo.processInfo.environment["SMBDX_CORPUS"].map { URL(filePath: $0) }

  static func captures(in folder: String) throws -> [URL] {
    let folder = try #require(root).appending(path: folder)
    return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { !["tsv", "ndjson", "md"].contains($0.pathExtension) }
      .sorted { $0.lastPathComponent < $1.lastPathComponent }
  }

  /// Where the oracle and smbdx differ, each looked at.
  static let knownDifferences: [String: Set<String>] = [
    // 298: the AS-REQ is cut off in the middle of its body; it is not reported as a message.
    // 559: the oracle stops reading the KRB-ERROR before its error code, which is there.
    "arkime--arkime_synthetic.pcap": ["298 nil krb5 10", "559 nil krb5 30", "559 nil krb5 30 error 6"]
  ]

  /// By frame.
  static let knownSMB1Differences: [String: Set<Int>] = [
    // An ACK comes before the segment that it confirms, which tshark then takes for one seen before.
    "suricata--smb1-02--smb1_osx.pcap": [9]
  ]

  static let justified: [String: [String]] = [
    "arkime--arkime_synthetic.pcap": ["kerberos-client-unknown"],
    // SMB1: a KRB-ERROR inside SESSION_SETUP_ANDX, and the client's FIN behind it.
    "ndpi--smb_frags.pcap": ["kerberos-clock-skew"],
    // Seen by an independent decoder too: the servers' own statuses.
    "arkime--wireshark-smb-on-windows10.pcap": Array(repeating: "auth-logon-failure", count: 5),
    "suricata--dcerpc--dcerpc-bind-no-frag-flag--input.pcap": ["auth-account-disabled", "auth-account-disabled"],
    "suricata--smb2-ntlmssp-negotiateflags--input.pcap": Array(repeating: "auth-logon-failure", count: 5),
    // Two SYNs of a domain controller to a client whose firewall drops them.
    "suricata--smb-filename--input.pcap": ["tcp-syn-timeout"],
    "suricata--bug-8278-krb5-03--baseline.2.flows.pcap": ["kerberos-spn-not-found"],
    "zeek--krb--optional-service-name.pcap": ["kerberos-generic"],
  ]
}
