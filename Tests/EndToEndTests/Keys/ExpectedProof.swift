import Diagnosis
import Reports
import Rules
import Testing
import Transcripts

@testable import smbdx

/// How many signatures are right in a healthy recording, and how many messages are decrypted.
struct ExpectedProof: Sendable, CustomTestStringConvertible {
  var name: String
  var client: Int
  var server: Int
  var decrypted: Int
  var testDescription: String { name }

  /// Nothing is wrong, unchecked or closed, and nothing else is found.
  func check(_ proof: SessionProof, in report: Report) {
    #expect([proof.client.right, proof.server.right, proof.decrypted] == [client, server, decrypted])
    #expect([proof.client.wrong, proof.server.wrong, proof.sealed, proof.client.unverified, proof.server.unverified] == [0, 0, 0, 0, 0])
    #expect(report.connections.map(\.outcome) == [.established])
    #expect(report.findings.filter { $0.severity > .info }.map(\.rule.id) == [])
    // What a key opens is not reported as closed.
    #expect(!report.findings.contains { ["encrypted-opaque", "vni-hidden-by-encryption"].contains($0.rule.id) })
  }
}
