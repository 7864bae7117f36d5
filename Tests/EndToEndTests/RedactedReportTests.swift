import Diagnosis
import Foundation
import Packets
import Reports
import Testing
import Transcripts

@testable import smbdx

@Suite struct RedactedReportTests {
  private static let formats = ReportOptions.Format.allCases.map(\.rawValue)

  private static let fixtures = Fixture.all.filter {
    ["auth-logon-failure", "kerberos-fallback-to-ntlm", "kerberos-spn-not-found", "healthy-3.1.1", "smb1-logon-failure"].contains($0.name)
  }

  /// What the program writes.
  private static func report(_ fixture: Fixture, _ options: [String]) throws -> Data {
    let path = FileManager.default.temporaryDirectory.appending(path: "smbdx-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Smbdx.run([fixture.capture.path, "--fail-on", "never", "--verbose", "-o", path] + options)
    return try Data(contentsOf: URL(filePath: path))
  }

  @Test(arguments: fixtures, formats)
  func namesNobody(fixture: Fixture, format: String) throws {
    let report = String(decoding: try Self.report(fixture, ["--redact", "--format", format]), as: UTF8.self).lowercased()
    let words = Set(try fixture.report().connections.flatMap { connection in
      [connection.client.address.description, connection.server.address.description, connection.identity?.user ?? ""]
        + connection.shares.flatMap { $0.split(separator: "\\").dropLast().map(String.init) }
    })
    for word in words where word.count > 3 { #expect(!report.contains(word.lowercased()), "\(word)") }
    #expect(!report.contains("capture.pcapng"))
  }

  /// Nothing from which a password could be found out is in a report, redacted or not.
  @Test(arguments: fixtures, formats)
  func printsNoProof(fixture: Fixture, format: String) throws {
    let report = try Self.report(fixture, ["--format", format])
    let text = String(decoding: report, as: UTF8.self).lowercased().filter(\.isHexDigit)
    for proof in try RedactionTests.proofs(in: fixture) {
      let start = proof.prefix(6)
      #expect(!text.contains(start.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()))
      #expect(report.range(of: start) == nil)
      #expect(report.range(of: Data(start.base64EncodedString().utf8)) == nil)
    }
  }
}
