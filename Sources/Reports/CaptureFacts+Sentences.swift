import Diagnosis
import Packets
import Rules
import Transcripts

extension CaptureFacts {
  /// Damage, limits that were reached, and frames that could not be used.
  ///
  /// - Parameter limit: warnings about the files that are reported one by one.
  func sentences(limit: Int) -> [String] {
    var lines = warnings.prefix(limit).map(\.sentence)
    if warnings.count > limit {
      lines.append("… and \(counted(warnings.count - limit, "more warning"))")
    }
    if truncatedFrames > 0 {
      lines.append(
        "\(counted(truncatedFrames, "frame was", "frames were")) captured only in part; \(howToRecordWholePackets)"
      )
    }
    if fragments.incomplete > 0 {
      lines.append(
        "\(counted(fragments.incomplete, "fragmented IP packet was", "fragmented IP packets were")) skipped, because fragments are missing or incomplete"
      )
    }
    if fragments.conflicts > 0 {
      lines.append(
        "\(counted(fragments.conflicts, "IP fragment contradicts", "IP fragments contradict")) an earlier one about the same bytes"
      )
    }
    if malformedFrames > 0 {
      lines.append(
        "\(counted(malformedFrames, "frame has", "frames have")) damaged link, IP or TCP headers and were skipped"
      )
    }
    if let count = wrongChecksums, count > 0 {
      lines.append("\(counted(count, "packet with a wrong checksum was", "packets with wrong checksums were")) skipped (--checksums)")
    }
    if unreadableKerberosMessages > 0 {
      lines.append(
        "\(counted(unreadableKerberosMessages, "Kerberos message", "Kerberos messages")) unreadable")
    }
    if conflictingSegments > 0 {
      lines.append(
        "\(counted(conflictingSegments, "TCP segment contradicts", "TCP segments contradict")) an earlier copy of the same bytes"
      )
    }
    for (name, count) in limitsReached.sorted(by: { $0.key < $1.key }) {
      lines.append("limit “\(name)” reached: \(grouped(count)) not kept")
    }
    return lines
  }

  private var howToRecordWholePackets: String {
    isOfWindows
      ? "record whole packets (pktmon start with --pkt-size 0, netsh trace without packettruncatebytes)"
      : "record with a snapshot length of 0 (tcpdump -s 0)"
  }
}

extension CaptureWarning {
  /// `fs01.pcapng, frame 4812, byte 981200: …`
  fileprivate var sentence: String {
    let place = [Escaping.clipped(file), frame.map { "frame \($0)" }, byte.map { "byte \($0)" }].compactMap(\.self)
    return place.joined(separator: ", ") + ": " + message
  }
}
