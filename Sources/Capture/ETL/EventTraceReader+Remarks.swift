import Packets

// Remarks about a trace for the report.
extension EventTraceReader {
  var remarks: [String] {
    var remarks = [
      "smbdx numbers the packets in order of time; Wireshark cannot open an event trace, so use frame numbers with the capture that smbdx extract FILE --all -o trace.pcapng writes"
    ]
    if survey.counts.dropped > 0 {
      remarks.append("pktmon recorded \(number(survey.counts.dropped, "time")) that this host dropped a packet")
    }
    if lacksDescriptions {
      remarks.append(
        "pktmon’s list of adapters is missing or incomplete in the trace, so smbdx recognises copies of a packet by their contents")
    }
    if survey.counts.switched > 0 {
      remarks.append("\(number(survey.counts.switched, "packet")) of a virtual switch (event 1003) may appear twice")
    }
    if survey.counts.metadata > 0 {
      remarks.append("\(number(survey.counts.metadata, "event")) about radio reception (event 1002) not read")
    }
    if fragments.leftOver > 0 {
      remarks.append("\(number(fragments.leftOver, "part")) of packets skipped, because the trace lacks the beginning or the end of the packet")
    }
    return remarks
  }

  private func number(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
