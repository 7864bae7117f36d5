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

/// Recordings of real peers in the form that Windows gives them.
@Suite struct TraceTests {
  @Test(
    arguments: ["vni-aborted-by-server", "auth-logon-failure", "tcp-syn-timeout", "kerberos-clock-skew", "healthy-3.1.1"],
    EventTraceBytes.Recorder.allCases)
  func saysTheSameOfATrace(name: String, recorder: EventTraceBytes.Recorder) throws {
    let fixture = try #require(Fixture.all.first { $0.name == name })
    var frames: [TestFrame] = []
    try Recording(paths: [fixture.capture.path]).forEachFrame { frame, _, bytes in
      frames.append(TestFrame(nanoseconds: frame.time.nanoseconds, bytes.copy(), originalLength: frame.originalLength))
    }
    let report = analyze(try Recording(captures: [eventTraceFile(frames, by: recorder)]))
    let expected = try fixture.report()
    #expect(report.findings.map { Claim($0) } == expected.findings.map { Claim($0) })
    #expect(report.connections.map(\.outcome) == expected.connections.map(\.outcome))
    #expect(report.capture.frames == expected.capture.frames)
  }

  /// A SYN that comes in and is dropped by the firewall, again and again.
  private static let dropped: [UInt8] = {
    var trace = EventTraceBytes()
    var syn = TCPSegment(flags: [.syn])
    syn.destination.port = 445
    var events: [UInt8] = []
    for (index, milliseconds) in [0, 1_000, 3_000].enumerated() {
      let ticks = trace.firstTicks + Int64(milliseconds) * 10_000
      syn.identification = UInt16(index + 1)
      events += trace.monitored(syn.ethernet, .init(group: UInt64(index * 4), appearance: 0), ticks: ticks)
      var place = EventTraceBytes.Appearance(
        group: UInt64(index * 4 + 1), appearance: 0, component: 101, drop: HostDrop(reason: 1231, location: 0xe000_4502))
      place.type = 3
      events += trace.monitored(Array(syn.ethernet.dropFirst(14)), place, ticks: ticks + 250)
    }
    let end = trace.firstTicks + 30_000_000
    events += trace.component(11, type: 2, "Intel(R) Ethernet", properties: [1: 16], ticks: end)
    trace.add(events, isPacked: true)
    return trace.bytes
  }()

  @Test func saysThatTheFirewallDropped() throws {
    let report = analyze(try Recording(captures: [Self.dropped]))
    #expect(report.capture.frames == 3)
    let found = report.findings.filter { $0.severity > .info }
    #expect(found.map { "\($0.rule.id) \($0.severity) \($0.confidence) \($0.isPrimary)" } == ["host-dropped-packet critical proven true"])
    #expect(found.first?.evidence.map(\.frame) == [1, 3])
    #expect(found.first?.summary.contains("INET_AcceptInspection (1231)") == true)
    #expect(report.connections.map(\.outcome) == [.failed])
    #expect(report.capture.warnings.contains { $0.message.hasPrefix("smbdx numbers the packets in order of time") })
  }

  @Test func writesNamesAndReasons() throws {
    var file: [UInt8] = []
    let report = analyze(try Recording(captures: [Self.dropped]))
    try extract(
      FrameSelection(allOf: report.diagnosis, ports: ServicePorts()), from: { try Recording(captures: [Self.dropped]) },
      to: { file += $0 })
    let text = String(decoding: file, as: UTF8.self)
    #expect(text.contains("Intel(R) Ethernet"))
    #expect(text.contains("dropped by the host that recorded it: INET_AcceptInspection (1231) at TCP/IP, transport layer"))
    let again = try Recording(captures: [file])
    var count = 0
    again.forEachFrame { _, _, _ in count += 1 }
    #expect(count == 3)
  }

  /// Who recorded on Windows records there again: no one has tcpdump there.
  @Test(arguments: [EventTraceBytes.Recorder.packetCapture, .pktmon]) func advisesRecordersOfWindows(recorder: EventTraceBytes.Recorder) throws {
    let fixture = try #require(Fixture.all.first { $0.name == "auth-logon-failure" })
    var frames: [TestFrame] = []
    try Recording(paths: [fixture.capture.path]).forEachFrame { frame, _, bytes in
      frames.append(TestFrame(nanoseconds: frame.time.nanoseconds, bytes.copy(), originalLength: frame.originalLength))
    }
    // From the logon on, and in part; up to the first request; and without SMB.
    let midstream = eventTraceFile(Array(frames.dropFirst(6)), by: recorder, snapshotLength: 120)
    let unfinished = eventTraceFile(Array(frames.prefix(5)), by: recorder)
    let other = eventTraceFile([TestFrame(nanoseconds: 0, TCPSegment(payload: [1, 2, 3]).ethernet)], by: recorder)
    for file in [midstream, unfinished, other] {
      let text = try text(of: analyze(Recording(captures: [file])))
      #expect(!text.contains("tcpdump"), "\(text)")
      #expect(text.contains("pktmon start --capture --pkt-size 0"), "\(text)")
    }
    let capture = try Recording(paths: [fixture.capture.path])
    #expect(!capture.isOfWindows)
    // With a capture of another recorder it is not known where the next one is made.
    #expect(try !Recording(captures: [other, pcapFile(frames)]).isOfWindows)
  }

  private func text(of report: Report) throws -> String {
    var text = ""
    report.writeText(TextOptions(detail: .verbose)) { text += $0 }
    return text
  }
}
