import Capture
import Compare
import Diagnosis
import Foundation
import Packets
import Rules
import Testing

/// Both sides of real attempts with a device between them, as `Tests/Pairs` has them: what it did, proven, and in which frames.
@Suite struct PairTests {
  struct Pair: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var kind: PathVerdict.Kind?
    var frames: [PathVerdict.Place]
    /// The sentence, in which “…” stands for the device.
    var deed: String

    init(_ name: String, _ kind: PathVerdict.Kind?, _ frames: [(Int, Int)], _ deed: String) {
      testDescription = name
      self.kind = kind
      self.frames = frames.map { PathVerdict.Place(point: $0.0, frame: $0.1) }
      self.deed = deed.replacing("… ", with: "the device between 10.77.0.10 and 10.77.0.20 ")
    }
  }

  static let all: [Pair] = [
    Pair(
      "healthy-3.0.2", nil, [],
      ""),
    Pair(
      "healthy-3.1.1-encrypted", nil, [],
      ""),
    Pair(
      "address-and-port-translated", nil, [],
      ""),
    Pair(
      "clocks-drift", nil, [],
      ""),
    Pair(
      "dscp-changed", nil, [],
      ""),
    Pair(
      "ecn-cleared", nil, [],
      ""),
    Pair(
      "ecn-marked", nil, [],
      ""),
    Pair(
      "logon-status-changed", .altered, [(1, 11), (0, 11)],
      "… changes Status from STATUS_LOGON_FAILURE (0xC000006D) to STATUS_ACCOUNT_DISABLED (0xC0000072) in the SESSION_SETUP response, on the way from the server to the client"),
    Pair(
      "middlebox-syn-options-stripped", nil, [],
      ""),
    Pair(
      "mss-clamped", nil, [],
      ""),
    Pair(
      "negotiate-311-altered", .altered, [(0, 4), (1, 4)],
      "… changes Capabilities from 0x0000007f to 0x0000003f in the NEGOTIATE request, on the way from the client to the server"),
    Pair(
      "negotiate-missing-preauth-context", .altered, [(1, 6), (0, 6)],
      "… changes NegotiateContextCount from 3 to 0 in the NEGOTIATE response, on the way from the server to the client"),
    Pair(
      "negotiate-request-dialect-count", .altered, [(0, 4), (1, 4)],
      "… changes DialectCount from 4 to 1 in the NEGOTIATE request, on the way from the client to the server"),
    Pair(
      "negotiate-request-without-contexts", .altered, [(0, 4), (1, 4)],
      "… changes NegotiateContextCount from 4 to 0 in the NEGOTIATE request, on the way from the client to the server"),
    Pair(
      "negotiate-reset-by-third-party", .reset, [(1, 4), (0, 5)],
      "neither host reset the connection: … sent a reset to each of them in the name of the other"),
    Pair(
      "negotiate-response-context-offset", .altered, [(1, 6), (0, 6)],
      "… changes NegotiateContextOffset from 208 to 136 in the NEGOTIATE response, on the way from the server to the client"),
    Pair(
      "negotiate-response-credits", .altered, [(1, 6), (0, 6)],
      "… changes CreditResponse from 1 to 2 in the NEGOTIATE response, on the way from the server to the client"),
    Pair(
      "negotiate-response-held-back", .delayed, [(1, 6), (0, 6)],
      "the NEGOTIATE response is delayed between the two points, on the way from the server to the client"),
    Pair(
      "negotiate-response-max-read", .altered, [(1, 6), (0, 6)],
      "… changes MaxReadSize from 8388608 to 65536 in the NEGOTIATE response, on the way from the server to the client"),
    Pair(
      "negotiate-response-max-transact", .altered, [(1, 6), (0, 6)],
      "… changes MaxTransactSize from 8388608 to 65536 in the NEGOTIATE response, on the way from the server to the client"),
    Pair(
      "negotiate-response-max-write", .altered, [(1, 6), (0, 6)],
      "… changes MaxWriteSize from 8388608 to 65536 in the NEGOTIATE response, on the way from the server to the client"),
    Pair(
      "negotiate-response-start-time", .altered, [(1, 6), (0, 6)],
      "… changes ServerStartTime from 0x0000000000000000 to 0x0000000000000011 in the NEGOTIATE response, on the way from the server to the client"),
    Pair(
      "negotiate-response-system-time", .altered, [(1, 6), (0, 6)],
      "… changes SystemTime from 2026-11-30T02:13:05.894295000Z to 2026-11-30T02:13:05.894273700Z in the NEGOTIATE response, on the way from the server to the client"),
    Pair(
      "packets-in-fragments", nil, [],
      ""),
    Pair(
      "responses-held-back", .delayed, [(1, 6), (0, 6)],
      "messages of the server are delayed between the two points, on the way from the server to the client"),
    Pair(
      "rst-injected-established", .reset, [(1, 24), (0, 25)],
      "neither host reset the connection: … sent a reset to each of them in the name of the other"),
    Pair(
      "session-setup-request-security-mode", .altered, [(0, 8), (1, 8)],
      "… changes SecurityMode from 0x0001 (signing enabled) to 0x0003 (signing required) in the SESSION_SETUP request, on the way from the client to the server"),
    Pair(
      "session-setup-response-held-back", .delayed, [(1, 9), (0, 11)],
      "the SESSION_SETUP response is delayed between the two points, on the way from the server to the client"),
    Pair(
      "session-setup-response-lost", .dropped, [(1, 10)],
      "the SESSION_SETUP response does not reach the client: something between 10.77.0.10 and 10.77.0.20 drops it"),
    Pair(
      "session-setup-response-signature", .altered, [(1, 11), (0, 11)],
      "… changes Signature from dab85682c0bac5a10809d356029defc2 to 00000000000000000000000000000000 in the SESSION_SETUP response, on the way from the server to the client"),
    Pair(
      "syn-ack-lost", .dropped, [(1, 2)],
      "the SYN-ACK of the server does not reach the client: something between 10.77.0.10 and 10.77.0.20 drops it"),
    Pair(
      "syn-lost", .dropped, [(0, 1), (1, 1)],
      "the SYN of the client does not reach the server at first: something between 10.77.0.10 and 10.77.0.20 drops it"),
    Pair(
      "tcp-terminated", nil, [],
      ""),
    Pair(
      "ttl-raised", nil, [],
      ""),
    Pair(
      "tree-connect-request-held-back", .delayed, [(0, 12), (1, 14)],
      "the TREE_CONNECT request is delayed between the two points, on the way from the client to the server"),
    Pair(
      "tree-no-access", .altered, [(1, 13), (0, 13)],
      "… changes MaximalAccess from 0x001f01ff to 0x00000000 in the TREE_CONNECT response, on the way from the server to the client"),
    Pair(
      "vni-request-lost", .dropped, [(0, 15)],
      "the VALIDATE_NEGOTIATE_INFO request does not reach the server: something between 10.77.0.10 and 10.77.0.20 drops it"),
    Pair(
      "vni-request-mismatch-capabilities", .altered, [(0, 4), (1, 4)],
      "… changes Capabilities from 0x0000007f to 0x0000003f in the NEGOTIATE request, on the way from the client to the server"),
    Pair(
      "vni-request-mismatch-dialects", .altered, [(0, 4), (1, 4)],
      "… changes Dialects from 0x0202 0x0210 0x0300 0x0302 to 0x0202 0x0210 0x0300 0x0300 in the NEGOTIATE request, on the way from the client to the server"),
    Pair(
      "vni-request-mismatch-guid", .altered, [(0, 4), (1, 4)],
      "… changes ClientGuid from 03c64b26-0e76-43b8-9335-fad2fc9c91f6 to 00000042-0000-0000-0000-000000000000 in the NEGOTIATE request, on the way from the client to the server"),
    Pair(
      "vni-request-mismatch-security-mode", .altered, [(0, 4), (1, 4)],
      "… changes SecurityMode from 0x0001 (signing enabled) to 0x0003 (signing required) in the NEGOTIATE request, on the way from the client to the server"),
    Pair(
      "vni-request-unsigned", .altered, [(0, 14), (1, 14)],
      "… changes Flags from 0x00000008 to 0x00000000 and changes Signature from e29e003144cfe059bd62b860e2a6803d to 00000000000000000000000000000000 in the VALIDATE_NEGOTIATE_INFO request, on the way from the client to the server"),
    Pair(
      "vni-response-bad-structure", .altered, [(1, 15), (0, 15)],
      "… changes OutputCount from 0x00000018 to 0x00000017 in the VALIDATE_NEGOTIATE_INFO response, on the way from the server to the client"),
    Pair(
      "vni-response-lost", .dropped, [(1, 16)],
      "the VALIDATE_NEGOTIATE_INFO response does not reach the client: something between 10.77.0.10 and 10.77.0.20 drops it"),
    Pair(
      "vni-response-mismatch-capabilities", .altered, [(1, 6), (0, 6)],
      "… changes Capabilities from 0x0000004f to 0x0000000f in the NEGOTIATE response, on the way from the server to the client"),
    Pair(
      "vni-response-mismatch-dialect", .altered, [(1, 6), (0, 6)],
      "… changes DialectRevision from 0x0302 to 0x0300 in the NEGOTIATE response, on the way from the server to the client"),
    Pair(
      "vni-response-mismatch-guid", .altered, [(1, 6), (0, 6)],
      "… changes ServerGuid from 31307366-0000-0000-0000-000000000000 to 00000042-0000-0000-0000-000000000000 in the NEGOTIATE response, on the way from the server to the client"),
    Pair(
      "vni-response-mismatch-security-mode", .altered, [(1, 6), (0, 6)],
      "… changes SecurityMode from 0x0001 (signing enabled) to 0x0003 (signing required) in the NEGOTIATE response, on the way from the server to the client"),
    Pair(
      "vni-response-unsigned", .altered, [(1, 15), (0, 15)],
      "… changes Flags from 0x00000009 to 0x00000001 and changes Signature from 8862bc810eb139cb349795aea080be1f to 00000000000000000000000000000000 in the VALIDATE_NEGOTIATE_INFO response, on the way from the server to the client"),
  ]

  @Test(arguments: all)
  func saysWhatTheDeviceDid(_ one: Pair) throws {
    let comparison = try comparison(one.testDescription) { $0 }
    let verdicts = comparison.hops[0].verdicts.filter(\.matters)
    #expect(verdicts.map(\.kind) == [one.kind].compactMap(\.self))
    guard let verdict = verdicts.first else { return }
    #expect(verdict.deed == one.deed)
    #expect(verdict.frames == one.frames)
    #expect(verdict.confidence == .proven)
  }

  /// With clocks that are 3.7 s apart and drift by 50 ppm, and 256 bytes of each packet on the server.
  @Test(arguments: all)
  func saysTheSameWithOtherClocks(_ one: Pair) throws {
    // Of a cut message it is unknown when it was complete.
    let comparison = try comparison(one.testDescription, cut: one.kind == .delayed ? .max : 256) { time in
      Timestamp(nanoseconds: time.nanoseconds + 3_700_000_000 + time.nanoseconds % 1_000_000_000_000 / 20_000)
    }
    let verdicts = comparison.hops[0].verdicts.filter(\.matters)
    #expect(verdicts.map(\.kind) == [one.kind].compactMap(\.self))
    #expect(verdicts.first?.frames ?? [] == one.frames)
    // Where only SYNs crossed, nothing tells the clocks.
    guard let offset = comparison.hops[0].clock?.offset else { return #expect(one.testDescription == "syn-ack-lost") }
    #expect(offset > .milliseconds(3600) && offset < .seconds(60))
  }

  /// With each frame of one recording twice, or 256 bytes of each packet on the client.
  @Test(arguments: all)
  func saysTheSameOfCopiesAndBeginnings(_ one: Pair) throws {
    for change in [Change(copies: "client"), Change(copies: "server"), Change(cut: "client")] where change.cut == nil || one.kind != .delayed {
      let verdicts = try comparison(one.testDescription, change).hops[0].verdicts.filter(\.matters)
      #expect(verdicts.map(\.kind) == [one.kind].compactMap(\.self), "\(change)")
      if let verdict = verdicts.first { #expect(verdict.deed == one.deed, "\(change)") }
    }
  }

  /// The client's finding says itself that the answer was lost.
  @Test(arguments: [("session-setup-response-lost", "session-setup-unanswered"), ("vni-response-lost", "vni-unanswered")])
  func provesThatTheAnswerWasLost(name: String, rule: String) throws {
    let comparison = try comparison(name) { $0 }
    let settled = comparison.hops[0].settlements(of: 0, comparison.points).filter { $0.finding.rule.id == rule }
    #expect(settled.map(\.outcome) == [.proven])
  }

  /// What is done to one of the recordings.
  private struct Change {
    var copies: String?
    var cut: String?
  }

  private func comparison(_ name: String, _ change: Change) throws -> IncidentComparison {
    let folder = URL(filePath: #filePath).appending(path: "../../../Pairs/\(name)").standardizedFileURL
    var points: [CapturePoint] = []
    for side in ["client", "server"] {
      var reader = PointReader(name: side, beside: points.first)
      var number = 0
      try Recording(paths: [folder.appending(path: "\(side).pcap").path]).forEachFrame { frame, _, bytes in
        for _ in 0..<(change.copies == side ? 2 : 1) {
          number += 1
          var copy = frame
          copy.number = number
          reader.accept(copy, bytes.prefix(change.cut == side ? 256 : .max))
        }
      }
      points.append(reader.finish())
    }
    return IncidentComparison(points)
  }

  private func comparison(_ name: String, cut: Int = .max, _ clock: @escaping (Timestamp) -> Timestamp) throws -> IncidentComparison {
    let folder = URL(filePath: #filePath).appending(path: "../../../Pairs/\(name)").standardizedFileURL
    var points: [CapturePoint] = []
    for side in ["client", "server"] {
      var reader = PointReader(name: side, beside: points.first)
      try Recording(paths: [folder.appending(path: "\(side).pcap").path]).forEachFrame { frame, _, bytes in
        guard side == "server" else { return reader.accept(frame, bytes) }
        var moved = frame
        moved.time = clock(frame.time)
        reader.accept(moved, bytes.prefix(cut))
      }
      points.append(reader.finish())
    }
    return IncidentComparison(points)
  }
}
