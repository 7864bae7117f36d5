import Capture
import Diagnosis
import Extracts
import Foundation
import Packets
import Reports
import Rules
import TestSupport
import Testing
import Transcripts

@testable import smbdx

@Suite struct RedactionTests {
  /// What is found, without the words.
  private struct Claim: Hashable {
    var id: String
    var severity: Severity
    var confidence: Confidence
    var connections: [Int]
    var frames: [Int]

    init(_ finding: Finding) {
      id = finding.id
      severity = finding.severity
      confidence = finding.confidence
      connections = finding.connections
      frames = finding.evidence.map(\.frame)
    }
  }

  /// All frames of a fixture, redacted the same way on every run, as a pcapng file.
  private static func redacted(_ fixture: Fixture) throws -> [UInt8] {
    let redaction = Redaction(try Recording(paths: [fixture.capture.path]), generator: SeededGenerator(seed: 1))
    var file: [UInt8] = []
    var writer = PcapngWriter(application: "smbdx") { file += $0 }
    var failure: PcapngWriter.Failure?
    try Recording(paths: [fixture.capture.path]).forEachFrame { frame, _, bytes in
      redaction.redact(frame, bytes) { redacted in
        do throws(PcapngWriter.Failure) { try writer.write(frame, redacted) } catch { failure = error }
      }
    }
    if let failure { throw failure }
    writer.flush()
    return file
  }

  /// The domain of Azure Files, words of a KDC, and bytes behind the end of a message are the proof there, and are hidden.
  private static let unhidden = Fixture.all.filter {
    !["kerberos-azure-files", "kerberos-service-disabled", "smb1-refused-with-two-lengths"].contains($0.name)
  }

  @Test(arguments: unhidden)
  func saysTheSame(fixture: Fixture) throws {
    let report = try fixture.report()
    let again = analyze(try Recording(captures: [try Self.redacted(fixture)]))
    #expect(Set(again.findings.map(Claim.init)) == Set(report.findings.map(Claim.init)))
    #expect(again.connections.map(\.outcome) == report.connections.map(\.outcome))
    #expect(again.connections.map(\.stages) == report.connections.map(\.stages))
    #expect(again.summary == report.summary)
  }

  // MARK: Secrets

  /// Words that tell nobody anything, or that smbdx itself must know.
  private static let harmless: Set<String> = [
    "anonymous", "arpa", "cifs", "default", "guest", "host", "http", "ipc$", "kadmin", "changepw", "kerberos", "kpasswd",
    "krbtgt", "ldap", "local", "smb2", "smb1", "krb5", "dns", "netlogon", "sysvol", "wellknown", "workgroup", "azuread", "microsoftaccount",
  ]

  /// Fields of messages that name somebody or something.
  private static let fields: Set<String> = [
    "user", "domain", "workstation", "path", "netName", "realm", "cname", "sname", "crealm", "serverNames", "name", "host",
    "target", "targets", "targetName", "nbComputerName", "nbDomainName", "dnsComputerName", "dnsDomainName", "dnsTreeName",
    "calledName", "callingName", "account", "question", "alias",
  ]

  private static func names(in value: Any, isNamed: Bool = false) -> [String] {
    switch value {
    case let text as String: isNamed ? [text] : []
    case let list as [Any]: list.flatMap { names(in: $0, isNamed: isNamed) }
    case let object as [String: Any]:
      object.flatMap { names(in: $0.value, isNamed: isNamed || fields.contains($0.key)) }
    default: []
    }
  }

  /// Words of the names in a capture, in lower case.
  private static func words(of fixture: Fixture) throws -> Set<String> {
    var lines = ""
    let writer = MessageWriter(.ndjson) { lines += $0 }
    var tracker = Tracker(messages: writer) { _ in }
    try Recording(paths: [fixture.capture.path]).forEachFrame { frame, _, bytes in tracker.accept(frame, bytes) }
    _ = tracker.finish()
    let names = try lines.split(separator: "\n").flatMap {
      Self.names(in: try JSONSerialization.jsonObject(with: Data($0.utf8)))
    }
    let words = names.flatMap { $0.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "$" }.map(String.init) }
    return Set(words.filter { $0.count > 3 && $0.contains { $0.isLetter } }).subtracting(harmless)
  }

  private static func lowercased(_ bytes: some Sequence<UInt8>) -> Data {
    Data(bytes.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 })
  }

  @Test(arguments: Fixture.all)
  func showsNoName(fixture: Fixture) throws {
    let file = Self.lowercased(try Self.redacted(fixture))
    for word in try Self.words(of: fixture) {
      #expect(file.range(of: Data(word.utf8)) == nil, "\(word)")
      #expect(file.range(of: Data(word.utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] })) == nil, "\(word) in UTF-16")
    }
  }

  @Test(arguments: Fixture.all)
  func showsNoAddress(fixture: Fixture) throws {
    let file = Data(try Self.redacted(fixture))
    var addresses: Set<[UInt8]> = []
    try Recording(paths: [fixture.capture.path]).forEachFrame { frame, _, bytes in
      guard case .packet(let packet) = try? Packet.read(bytes, frame: frame) else { return }
      for address in [packet.source.address, packet.destination.address] where address.isIPv4 && address.low & 0xff != 0xff {
        addresses.insert(stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: address.low >> UInt64($0)) })
      }
      if packet.hardwareSource > 0 {
        addresses.insert(stride(from: 40, through: 0, by: -8).map { UInt8(truncatingIfNeeded: packet.hardwareSource >> UInt64($0)) })
      }
    }
    for address in addresses where address[0] != 127 && address[0] < 224 {
      #expect(file.range(of: Data(address)) == nil, "\(address)")
      guard address.count == 4 else { continue }
      let text = address.map(String.init).joined(separator: ".")
      #expect(file.range(of: Data(text.utf8)) == nil)
      #expect(file.range(of: Data(text.utf16.flatMap { [UInt8($0), 0] })) == nil)
    }
  }

  /// The first sixteen bytes of LM and NT responses and session keys: what a password could be found out from.
  static func proofs(in fixture: Fixture) throws -> Set<Data> {
    var proofs: Set<Data> = []
    try Recording(paths: [fixture.capture.path]).forEachFrame { _, _, bytes in
      let frame = Data(bytes.copy())
      guard let found = frame.range(of: Data("NTLMSSP\0".utf8) + [3, 0, 0, 0]), found.lowerBound + 60 <= frame.count else { return }
      for field in [12, 20, 52].map({ found.lowerBound + $0 }) {
        let offset = found.lowerBound + (Int(frame[field + 4]) | Int(frame[field + 5]) << 8)
        guard frame[field] >= 16, offset + 16 <= frame.count else { continue }
        let proof = frame[offset..<(offset + 16)]
        if proof.contains(where: { $0 != 0 }) { proofs.insert(Data(proof)) }
      }
    }
    return proofs
  }

  @Test(arguments: Fixture.all)
  func showsNoProof(fixture: Fixture) throws {
    let file = Data(try Self.redacted(fixture))
    for proof in try Self.proofs(in: fixture) { #expect(file.range(of: proof) == nil) }
  }

  // MARK: Checksums and Wireshark

  @Test(arguments: Fixture.all)
  func keepsChecksumsRight(fixture: Fixture) throws {
    func wrong(_ recording: Recording) -> [Int] {
      var wrong: [Int] = []
      recording.forEachFrame { frame, _, bytes in
        guard case .packet(let packet) = try? Packet.read(bytes, frame: frame) else { return }
        if packet.hasWrongChecksum(in: bytes) { wrong.append(frame.number) }
      }
      return wrong
    }
    #expect(
      wrong(try Recording(captures: [try Self.redacted(fixture)])) == wrong(try Recording(paths: [fixture.capture.path])))
  }

  /// What an ICMP error quotes of a packet has no checksum of the addresses that were there: it is right of the new ones, or
  /// none when only a part is quoted.
  @Test(arguments: [(100, true), (52, true), (50, false), (40, false), (28, false)])
  func quotesNoChecksumOfOriginals(quoted: Int, isWhole: Bool) throws {
    func sum(_ ip: ArraySlice<UInt8>) -> Checksum {
      var sum = Checksum()
      let bytes = Array(ip)
      sum.add(ByteView(Array(bytes[12..<20]).span))
      sum.add(6 + UInt64(bytes.count - 20))
      sum.add(ByteView(Array(bytes[20...]).span))
      return sum
    }
    var packet = TCPSegment(payload: Array("some content".utf8)).ipv4
    let value = sum(packet[...]).value
    packet.replaceSubrange(36..<38, with: [UInt8(value >> 8), UInt8(value & 0xff)])
    let bytes = icmpUnreachable(
      from: IPAddress(10, 0, 0, 9), to: IPAddress(10, 0, 0, 1), code: 3, quoting: packet, bytes: quoted)
    var redactor = Redactor(generator: SeededGenerator(seed: 1))
    redactor.finishLearning()
    let frame = Frame(number: 1, time: Timestamp(nanoseconds: 0), originalLength: bytes.count, linkType: .ethernet)
    let redacted = redactor.redact(frame, ByteView(bytes.span))
    let quote = redacted[42..<min(42 + packet.count, redacted.count)]
    #expect(quote.count == min(quoted, packet.count))
    #expect(Array(quote[62..<64]) == Array(bytes[62..<64]), "ports stay")
    let checksum = quote.dropFirst(36).prefix(2)
    if isWhole {
      #expect(sum(quote).isRight)
      #expect(Array(checksum) != Array(packet[36..<38]))
    } else {
      #expect(checksum.allSatisfy { $0 == 0 })
    }
  }

  /// A datagram in fragments becomes zeros, in which Wireshark looks for Kerberos; and what it can decipher of QUIC, the name
  /// of the server, is hidden.
  private static let whole = Fixture.all.filter { !["kerberos-udp", "smb-over-quic", "smb-over-quic-refused"].contains($0.name) }
    .sample(oneOf: 3)

  @Test(.enabled(if: Wireshark.isInstalled, "tshark and capinfos are not installed"), arguments: whole)
  func isNoMoreMalformedToWireshark(fixture: Fixture) throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "smbdx-\(UUID().uuidString).pcapng").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(try Self.redacted(fixture)).write(to: URL(filePath: path))
    func malformed(_ path: String) throws -> Set<Substring> {
      let filter = "_ws.malformed || _ws.expert.severity == error"
      return Set(try Wireshark.run("tshark", ["-n", "-r", path, "-Y", filter, "-T", "fields", "-e", "frame.number"]).split(separator: "\n"))
    }
    let found = try malformed(path)
    if !found.isEmpty { #expect(found.subtracting(try malformed(fixture.capture.path)).isEmpty) }
  }
}
