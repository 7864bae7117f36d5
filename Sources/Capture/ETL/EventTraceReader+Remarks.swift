import Packets

// What users should know of a trace beside its packets.
extension EventTraceReader {
  var remarks: [String] {
    var remarks = [
      "packets are numbered in order of time, each once; Wireshark does not open an event trace, so look for frame numbers in the capture that smbdx extract FILE --all -o trace.pcapng writes"
    ]
    if survey.counts.dropped > 0 {
      remarks.append("pktmon recorded \(number(survey.counts.dropped, "time")) that this host dropped a packet")
    }
    if survey.counts.switched > 0 {
      remarks.append("\(number(survey.counts.switched, "packet")) of a virtual switch (event 1003) may be here a second time")
    }
    if survey.counts.metadata > 0 {
      remarks.append("\(number(survey.counts.metadata, "event")) about radio reception (event 1002) not read")
    }
    if fragments.leftOver > 0 {
      remarks.append("\(number(fragments.leftOver, "part")) of packets left out, because the beginning or the end of the packet is not in the trace")
    }
    return remarks
  }

  private func number(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
