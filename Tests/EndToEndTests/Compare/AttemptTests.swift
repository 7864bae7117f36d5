import Capture
import Compare
import Foundation
import Reports
import Testing

/// Where an attempt that fails parts from one that works.
@Suite struct AttemptTests {
  private func comparison(_ good: String, _ bad: String) throws -> AttemptComparison {
    func read(_ name: String) throws -> (AttemptRecording, [Attempt]) {
      var reader = AttemptReader(name: name)
      try Recording(paths: [Fixture.root.appending(path: "\(name)/capture.pcapng").path]).forEachFrame { frame, _, bytes in
        reader.accept(frame, bytes)
      }
      return reader.finish()
    }
    return AttemptComparison(good: try read(good), bad: try read(bad))
  }

  struct Parting: CustomTestStringConvertible, Sendable {
    var good: String
    var bad: String
    var step: AttemptStep
    var fact: String?
    var value: String
    var testDescription: String { "\(good) and \(bad)" }
  }

  static let partings = [
    Parting(good: "healthy-3.1.1", bad: "tcp-syn-refused", step: .tcp, fact: "connection", value: "not accepted"),
    Parting(good: "healthy-3.1.1", bad: "tcp-syn-timeout", step: .tcp, fact: "connection", value: "not accepted"),
    Parting(good: "healthy-3.1.1", bad: "negotiate-no-common-dialect", step: .negotiate, fact: "status", value: "STATUS_NOT_SUPPORTED"),
    Parting(good: "healthy-3.1.1", bad: "negotiate-unanswered", step: .negotiate, fact: "status", value: "no answer"),
    Parting(good: "healthy-3.1.1", bad: "auth-logon-failure", step: .sessionSetup, fact: "status", value: "STATUS_LOGON_FAILURE"),
    Parting(good: "kerberos-healthy", bad: "kerberos-ap-modified", step: .sessionSetup, fact: "status", value: "STATUS_LOGON_FAILURE"),
    Parting(good: "healthy-3.1.1", bad: "tree-bad-network-name", step: .treeConnect, fact: "share: status", value: "STATUS_BAD_NETWORK_NAME"),
    Parting(good: "healthy-3.1.1", bad: "tree-access-denied", step: .treeConnect, fact: "share: status", value: "STATUS_ACCESS_DENIED"),
    Parting(good: "healthy-3.0.2", bad: "vni-request-mismatch-dialects", step: .validateNegotiate, fact: "status", value: "no answer"),
    Parting(good: "healthy-3.0.2", bad: "vni-response-mismatch-guid", step: .validateNegotiate, fact: "agrees with NEGOTIATE", value: "no: Guid"),
  ]

  @Test(arguments: partings)
  func findsWhereTheyPart(_ one: Parting) throws {
    let comparison = try comparison(one.good, one.bad)
    let parting = comparison.parting
    #expect(parting == one.step)
    let fact = try #require(comparison.partingFact)
    #expect(fact.name == one.fact)
    #expect(fact.bad?.hasPrefix(one.value) == true, "\(fact.bad ?? "-")")
    // It is the first of the differences, which are only those that may have led there.
    let first = comparison.differences.first?.name
    #expect(first == fact.name)
    #expect(AttemptReport(toolVersion: "test", comparison: comparison).status == 1)
  }

  /// The same client and server, twice: identifiers, times and salts are no differences.
  @Test(arguments: [("healthy-3.0.2", "healthy-3.0.2"), ("healthy-3.1.1", "healthy-3.1.1"), ("kerberos-healthy", "kerberos-healthy")])
  func saysNothingOfTheSame(good: String, bad: String) throws {
    let comparison = try comparison(good, bad)
    #expect(comparison.parting == nil)
    #expect(comparison.differences.isEmpty)
    #expect(AttemptReport(toolVersion: "test", comparison: comparison).status == 0)
  }

  /// What the client offers comes before what follows from it.
  @Test func namesTheDialectsFirst() throws {
    let comparison = try comparison("healthy-3.0.2", "vni-request-mismatch-dialects")
    let names = comparison.differences.filter { $0.step == .negotiate }.map(\.name)
    #expect(names == ["dialects offered by the client", "dialect chosen by the server"])
  }

  @Test func saysThatThereIsNoSMB() throws {
    let report = AttemptReport(toolVersion: "test", comparison: try comparison("healthy-3.1.1", "kerberos-udp"))
    #expect(report.status == 2)
    #expect(report.problemText == "kerberos-udp (--bad) has no SMB connection, so smbdx has nothing to compare")
  }
}
