import Capture
import Cryptography
import Diagnosis
import Foundation
import Packets
import Proof
import Reports
import Rules
import TestSupport
import Testing
import Transcripts

@testable import smbdx

/// A recording of the lab whose password is known, to be altered.
struct KeyedRecording {
  static let password = "Correct-Horse-7"
  static let folder = URL(filePath: #filePath).appending(path: "../../Keyed").standardizedFileURL

  var frames: [RecordedFrame] = []

  /// - Parameter name: of one in `Keyed`, or of a fixture.
  init(_ name: String) throws {
    let own = Self.folder.appending(path: "\(name).pcapng")
    let url = FileManager.default.fileExists(atPath: own.path) ? own : Fixture.root.appending(path: "\(name)/capture.pcapng")
    try Recording(paths: [url.path]).forEachFrame { frame, _, bytes in
      frames.append(RecordedFrame(time: frame.time, bytes: bytes.copy()))
    }
  }

  static func ring(password: String = Self.password, user: String = "alice", domain: String? = nil, searchBudget: Int? = nil) throws -> KeyRing {
    let library = try Libcrypto()
    let hash = Secret(library.ntHash(ofPassword: password))
    return KeyRing(library, users: [KeyRing.User(name: user, domain: domain, hash: hash, line: 1)], sessions: [],
      searchBudget: searchBudget)
  }

  static func ring(session id: UInt64, key: [UInt8]) throws -> KeyRing {
    KeyRing(try Libcrypto(), users: [], sessions: [KeyRing.Session(id: id, key: Secret(key), line: 7)])
  }

  /// One of the keytabs beside the recordings.
  static func keytab(_ name: String) throws -> Keytab {
    let bytes = Array(try Data(contentsOf: folder.appending(path: "\(name).keytab")))
    return Keytab(place: name, entries: try KeytabReader.read(ByteView(bytes.span), try KerberosCiphers()))
  }

  static func ring(keytabs: [Keytab], searchBudget: Int? = nil) throws -> KeyRing {
    KeyRing(
      try Libcrypto(), users: [], sessions: [], keytabs: KeytabRing(try KerberosCiphers(), files: keytabs), searchBudget: searchBudget)
  }

  static func ring(keytabs names: [String]) throws -> KeyRing { try ring(keytabs: names.map(keytab)) }

  func judged(with ring: KeyRing?, cutAt length: Int = .max) -> (report: Report, use: KeyUse?) {
    var options = Analysis.Options()
    options.tracking.keys = ring
    var analysis = Analysis(options)
    for (index, stored) in frames.enumerated() {
      let bytes = Array(stored.sealed.prefix(length))
      analysis.accept(
        Frame(number: index + 1, time: stored.time, originalLength: stored.bytes.count, linkType: .ethernet), ByteView(bytes.span))
    }
    let diagnosis = analysis.finish()
    return (Report(toolVersion: "test", files: ["keyed"], diagnosis: diagnosis), analysis.keyUse)
  }

  func report(with ring: KeyRing) -> Report { judged(with: ring).report }

  /// A message that begins its segment: the frame's number, and where its header is.
  struct Place: Equatable {
    var frame: Int
    var header: Int
  }

  private static let payload = 34

  func places(_ command: UInt16, isResponse: Bool) -> [Place] {
    frames.indices.compactMap { index in
      let bytes = frames[index].bytes
      let header = Self.payload + Int(bytes[Self.payload + 12] >> 4) * 4 + 4
      guard bytes.count >= header + 64, bytes[header..<(header + 4)] == [0xfe, 0x53, 0x4d, 0x42],
        bytes[header + 12] == UInt8(command), (bytes[header + 16] & 1 == 1) == isResponse
      else { return nil }
      return Place(frame: index + 1, header: header)
    }
  }

  func bytes(at place: Place, _ offset: Int, _ count: Int) -> [UInt8] {
    Array(frames[place.frame - 1].bytes[(place.header + offset)..<(place.header + offset + count)])
  }

  mutating func set(_ bytes: [UInt8], at place: Place, _ offset: Int) {
    let start = place.header + offset
    frames[place.frame - 1].bytes.replaceSubrange(start..<(start + bytes.count), with: bytes)
  }
}

extension Report {
  /// Of a recording with one connection and one session.
  func proof() throws -> SessionProof {
    try #require(connections.first?.proofs.first, "no proof")
  }

  func finding(_ rule: String) throws -> Finding {
    let found = findings.filter { $0.rule.id == rule }
    #expect(found.count == 1, "\(findings.map(\.rule.id))")
    return try #require(found.first)
  }
}
