import Capture
import Diagnosis
import Foundation
import Packets
import Reports
import Rules
import TestSupport
import Testing
import Transcripts

/// The same conversation in every link type and tunnel gives the same findings.
@Suite struct RewritingTests {
  private static let names = ["vni-aborted-by-server", "healthy-3.0.2", "kerberos-spn-not-found"]

  @Test(arguments: names, Encapsulation.all.map(\.name))
  func findsTheSame(fixture name: String, encapsulation: String) throws {
    let fixture = try #require(Fixture.all.first { $0.name == name })
    let one = try #require(Encapsulation.all.first { $0.name == encapsulation })
    let plain = try Self.report(fixture) { frame, packet in [(frame.linkType, packet)] }
    let wrapped = try Self.report(fixture) { _, packet in [(one.linkType, one.wrap(Array(packet.dropFirst(14))))] }
    #expect(wrapped == plain)
  }

  /// A capture inside and outside of a tunnel, or of both ways through a mirror port, holds every packet twice.
  @Test(arguments: names, Encapsulation.all.map(\.name))
  func countsAConversationOnce(fixture name: String, encapsulation: String) throws {
    let fixture = try #require(Fixture.all.first { $0.name == name })
    let one = try #require(Encapsulation.all.first { $0.name == encapsulation })
    let plain = try Self.report(fixture, withFrames: false) { frame, packet in [(frame.linkType, packet)] }
    for isCopyFirst in [true, false] {
      let doubled = try Self.report(fixture, withFrames: false) { frame, packet in
        let both = [(frame.linkType, packet), (one.linkType, one.wrap(Array(packet.dropFirst(14))))]
        return isCopyFirst ? both.reversed() : both
      }
      #expect(doubled == plain)
    }
  }

  /// In fragments, too.
  @Test(arguments: names)
  func findsTheSameInFragments(fixture name: String) throws {
    let fixture = try #require(Fixture.all.first { $0.name == name })
    let plain = try Self.report(fixture, withFrames: false) { frame, packet in [(frame.linkType, packet)] }
    let cut = try Self.report(fixture, fragmentSize: 64, withFrames: false) { _, packet in [(.rawIP, Array(packet.dropFirst(14)))] }
    #expect(cut == plain)
  }

  /// What is said of the connections, apart from frame numbers, which fragments and copies change.
  private static func report(
    _ fixture: Fixture, fragmentSize: Int? = nil, withFrames: Bool = true, _ rewrite: (Frame, [UInt8]) -> [(LinkType, [UInt8])]
  ) throws -> [String] {
    var analysis = Analysis()
    var number = 0
    try Recording(paths: [fixture.capture.path]).forEachFrame { frame, _, bytes in
      let original = bytes.copy()
      // ARP and the like stay as they are.
      let isIPv4 = original.count > 14 && original[12] == 0x08 && original[13] == 0x00
      for (linkType, rewritten) in isIPv4 ? rewrite(frame, original) : [(frame.linkType, original)] {
        for piece in isIPv4 ? fragments(rewritten, fragmentSize) : [rewritten] {
          number += 1
          let one = Frame(number: number, time: frame.time, originalLength: piece.count, linkType: linkType)
          analysis.accept(one, ByteView(piece.span))
        }
      }
    }
    let report = analysis.finish()
    // Of the recording itself another one is made.
    let findings = report.findings.filter { !$0.isOfRecording }
    return report.connections.map { "\($0.client) \($0.server) \($0.outcome) \($0.dialect ?? "") \($0.shares)" }
      + findings.map { "\($0.rule.id) \($0.severity) \($0.confidence) \($0.summary)" }
      + findings.flatMap { finding in
        finding.evidence.map { withFrames ? "\($0.frame) \($0.note)" : $0.note }
      }
  }

  /// An IPv4 packet in pieces; nil leaves it whole.
  private static func fragments(_ packet: [UInt8], _ size: Int?) -> [[UInt8]] {
    guard let size, packet.count > 20 + size, packet[0] == 0x45 else { return [packet] }
    // The length of the payload, without Ethernet's padding.
    let length = min(packet.count, Int(packet[2]) << 8 | Int(packet[3]))
    return stride(from: 20, to: length, by: size).map { start in
      let end = min(start + size, length)
      let field = UInt16((start - 20) / 8) | (end < length ? 0x2000 : 0)
      var piece = Array(packet[0..<20] + packet[start..<end])
      piece[2] = UInt8(piece.count >> 8)
      piece[3] = UInt8(piece.count & 0xff)
      piece[6] = UInt8(field >> 8)
      piece[7] = UInt8(field & 0xff)
      return piece
    }
  }
}
