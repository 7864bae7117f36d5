import Diagnosis
import Packets
import Rules
import Transcripts

/// A sentence of a report for people, and how it sounds.
struct Sentence {
  var text: String
  var tone: Tone
}

extension Report {
  enum Elsewhere: String {
    case above, below
  }

  /// `fs01.pcapng, fs02.pcapng and 3 more`
  ///
  /// - Parameter limit: names told.
  func fileList(limit: Int) -> String {
    let names = files.prefix(limit).map { Escaping.clipped($0) }.joined(separator: ", ")
    let more = files.count - limit
    return more > 0 ? "\(names) and \(more) more" : names
  }

  /// `4,812 frames recorded for 61 s from 2026-11-21 05:32:17Z; 3 SMB connections`
  var extent: String {
    let count = smbConnections
    return extentOfFrames + "; " + (count == 0 ? "no SMB connection" : counted(count, "SMB connection"))
  }

  var extentOfFrames: String {
    var text = counted(capture.frames, "frame")
    if let length = capture.lengthText { text += " \(length)" }
    if let rejected = capture.rejectedFrames, rejected > 0 { text += ", \(grouped(rejected)) of them rejected by the filter" }
    return text
  }

  /// `3 failed, 2 of them made up for by a later attempt`; nil when none did. The one count of failures of every format.
  var failures: String? {
    guard summary.failed > 0 else { return nil }
    let text = "\(grouped(summary.failed)) failed"
    return switch (summary.superseded, summary.failedForGood) {
    case (0, _): text
    case (1, 0): text + ", superseded by a later success"
    case (_, 0): text + ", all superseded by later successes"
    case (let count, _): text + ", \(grouped(count)) of them superseded by a later success"
    }
  }

  /// SMB connections, those that are not listed too.
  var smbConnections: Int { summary.connections - summary.notSMB }

  /// What is said of the whole, the most important first.
  ///
  /// - Parameter elsewhere: where the rest of the report stands.
  func verdict(rest elsewhere: Elsewhere) -> [Sentence] {
    let smbCount = smbConnections
    guard smbCount > 0 else { return noSMB(elsewhere) }
    if summary.failedForGood == 0, (summary.worstSeverity ?? .info) == .info { return nothingWrong(smbCount, elsewhere) }
    let outcomes = ([failures].compactMap(\.self) + otherOutcomes).joined(separator: summary.superseded > 0 ? "; " : ", ")
    return [Sentence(text: counted(smbCount, "SMB connection") + ": \(outcomes); \(findingCounts)", tone: .strong)]
  }

  /// `266 established, 39 inconclusive; findings: 81 critical`: all counts except those of failures.
  var countsBesideFailures: String {
    (otherOutcomes.isEmpty ? "" : otherOutcomes.joined(separator: ", ") + "; ") + findingCounts
  }

  private var otherOutcomes: [String] {
    [(summary.established, "established"), (summary.inconclusive, "inconclusive")].filter { $0.0 > 0 }.map { "\(grouped($0.0)) \($0.1)" }
  }

  private var findingCounts: String {
    let severities = [
      (summary.critical, "critical", "critical"), (summary.error, "error", "errors"),
      (summary.warning, "warning", "warnings"), (summary.info, "info", "info"),
    ].filter { $0.0 > 0 }.map { counted($0.0, $0.1, $0.2) }.joined(separator: ", ")
    return severities.isEmpty ? "no findings" : "findings: \(severities)"
  }

  /// What no finding explains.
  func lackOfExplanation(of connection: DiagnosedConnection) -> String {
    // Rules skip port 139 if the client also tried port 445: the finding about port 445 gives the reason.
    if connection.server.port == 139, connection.brief.openingFailure != nil || connection.isSuperseded {
      return "clients try port 139 beside port 445; see the connection to port 445"
    }
    return rulesLeftOut > 0
      ? "none of the rules that ran explains this failure; \(counted(rulesLeftOut, "rule was", "rules were")) excluded by --select, --ignore or the settings"
      : "it failed" + (connection.brief.failedStage.map { " at \($0.shortName)" } ?? "")
        + ", and the recording does not show why: record the attempt again on the client and on the server, and look at the logs of both"
  }

  /// How to record what the capture does not show.
  private var recordingCommand: String {
    capture.isOfWindows
      ? RecorderOfWindows.command : "tcpdump -i any -s 0 -w smb.pcap 'port 445 or port 139 or port 88 or port 53'"
  }

  private func nothingWrong(_ count: Int, _ elsewhere: Elsewhere) -> [Sentence] {
    let open = summary.inconclusive
    let text =
      switch (count, open) {
      case _ where summary.failed > 0:
        "Nothing wrong found in the end: \(failures ?? "")."
      case (1, 0): "Nothing wrong found: the SMB connection was established."
      case (_, 0): "Nothing wrong found: all \(grouped(count)) SMB connections were established."
      case (1, _): "Nothing wrong found, but the capture does not show whether the SMB connection was established."
      default:
        "Nothing wrong found, but the capture does not show whether \(grouped(open)) of \(grouped(count)) SMB connections were established."
      }
    var sentences = [Sentence(text: text, tone: open == 0 ? .good : .warning)]
    func add(_ text: String) { sentences.append(Sentence(text: text, tone: .warning)) }
    if findings.contains(where: { $0.connections.isEmpty && $0.phase == .kerberos }) {
      add("The Kerberos findings \(elsewhere.rawValue) may still explain a failed logon.")
    }
    if rulesLeftOut > 0 {
      add("\(counted(rulesLeftOut, "rule was", "rules were")) excluded by --select, --ignore or the settings.")
    }
    if !capture.isComplete || !capture.limitsReached.isEmpty { add("The capture was not read completely; see \(elsewhere.rawValue).") }
    return sentences
  }

  private func noSMB(_ elsewhere: Elsewhere) -> [Sentence] {
    if let rejected = capture.rejectedFrames, rejected > 0, rejected == capture.frames {
      return [
        Sentence(
          text: "The filter of -f rejected every frame, so smbdx judged nothing; see pcap-filter(7).",
          tone: .warning)
      ]
    }
    var text = capture.unreadFrames > 0 ? "Unknown whether there is SMB: some packets are unreadable. The other packets have no SMB" : "No SMB was seen"
    if capture.tcpConnections > 0 { text += " in \(counted(capture.tcpConnections, "TCP connection"))" }
    if summary.notSMB > 0 {
      text += " (\(grouped(summary.notSMB)) of them to port 445 or 139, but without SMB)"
    }
    if findings.contains(where: { $0.severity > .info && $0.connections.isEmpty && $0.phase != .capture }) {
      return [Sentence(text: text + ". The findings \(elsewhere.rawValue) may be why the client never came to it.", tone: .warning)]
    }
    return [
      Sentence(text: text + ".", tone: .warning),
      Sentence(
        text:
          "SMB uses TCP port 445, and over NetBIOS port 139. smbdx cannot read SMB over QUIC (UDP 443) and SMB Direct (RDMA). Record on the interface that leads to the other host, from before the connection is opened until after the failure:",
        tone: .plain),
      Sentence(text: recordingCommand, tone: .command),
    ]
  }
}
