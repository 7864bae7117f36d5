package import Packets

/// Packets as programs print them.
package enum PacketText: String, CaseIterable, Sendable {
  /// `diagnose sniffer packet any 'port 445' 6 0 a`, in a session of a terminal.
  case fortiGate = "FortiGate"
  /// The same without option a, with verbosity 3, and tabs.
  case fortiGateRelative = "FortiGate, relative times"
  case tcpdump = "tcpdump -tttt -nXX"
  /// Without link headers.
  case tcpdumpIP = "tcpdump -tt -nx"
  case tcpdumpTimeOfDay = "tcpdump -xx"
  case tcpdumpDistances = "tcpdump -ttt -xx"
  /// tcpdump before version 3.8, and that of AIX.
  case tcpdumpOld = "old tcpdump -x"
  case tshark = "tshark -P -x"
  case tsharkBytes = "tshark -x"

  /// Of the first packet, on the clock of the report.
  package func start(_ time: Timestamp) -> Int64 {
    switch self {
    case .fortiGate, .tcpdump, .tcpdumpIP, .tcpdumpOld: time.nanoseconds
    case .tcpdumpTimeOfDay: time.nanoseconds % 86_400_000_000_000
    case .fortiGateRelative, .tcpdumpDistances, .tshark, .tsharkBytes: 0
    }
  }

  /// Whether times tell packets apart.
  package var hasTimes: Bool { self != .tsharkBytes }
  package var hasLinkHeaders: Bool { self != .tcpdumpIP && self != .tcpdumpOld }

  package func text(_ frames: [TestFrame]) -> [UInt8] {
    let first = frames.first?.time.nanoseconds ?? 0
    var (lines, last) = (opening, first)
    for (index, frame) in frames.enumerated() {
      if let heading = heading(frame.time, since: first, after: last, number: index + 1) { lines.append(heading) }
      if self == .tshark { lines.append("") }
      let bytes = hasLinkHeaders ? frame.bytes : Array(frame.bytes.dropFirst(14))
      for start in stride(from: 0, to: bytes.count, by: 16) {
        lines.append(line(Array(bytes[start..<min(start + 16, bytes.count)]), at: start))
      }
      last = frame.time.nanoseconds
      if [.fortiGate, .fortiGateRelative, .tshark, .tsharkBytes].contains(self) { lines.append("") }
    }
    return Array((lines + closing).joined(separator: self == .fortiGateRelative ? "\r\n" : "\n").utf8)
  }

  private var opening: [String] {
    switch self {
    case .fortiGate:
      [
        "=~=~=~=~=~=~=~=~=~=~=~= PuTTY log 2026.11.21 11:15:36 =~=~=~=~=~=~=~=~=~=~=~=", "login as: admin",
        "FGT60F (root) # diagnose sniffer packet any 'port 445' 6 0 a", "Using Original Sniffing Mode", "interfaces=[any]",
        "filters=[port 445]",
      ]
    case .fortiGateRelative: ["FGT # diagnose sniffer packet port1 'port 445' 3", "interfaces=[port1]", "filters=[port 445]"]
    case .tshark, .tsharkBytes: []
    default: ["tcpdump: verbose output suppressed, use -v[v]... for full protocol decode", "listening on eth0, link-type EN10MB (Ethernet)"]
    }
  }

  private var closing: [String] {
    switch self {
    case .fortiGate, .fortiGateRelative: ["^C", "12 packets received by filter", "0 packets dropped by kernel", "", "FGT60F (root) # "]
    default: [""]
    }
  }

  private static let addresses = "10.77.0.10.48230 > 10.77.0.20.445"

  private func heading(_ time: Timestamp, since first: Int64, after last: Int64, number: Int) -> String? {
    let stamp = time.rfc3339
    let (date, clock) = (stamp.prefix(10), stamp.dropFirst(11).prefix(15))
    switch self {
    case .fortiGate: return "\(date) \(clock) port\(number % 2 + 1) in 10.77.0.10.48230 -> 10.77.0.20.445: syn 212289113"
    case .fortiGateRelative: return "\(seconds(time.nanoseconds - first, 6)) 10.77.0.10.48230 -> 10.77.0.20.445: syn 212289113"
    case .tcpdump: return "\(date) \(clock) IP \(Self.addresses): Flags [S], seq 1, win 64240, length 0"
    case .tcpdumpIP, .tcpdumpOld: return "\(seconds(time.nanoseconds, 6)) IP \(Self.addresses): Flags [S], seq 1, win 64240, length 0"
    case .tcpdumpTimeOfDay: return "\(clock) IP \(Self.addresses): Flags [S], seq 1, win 64240, length 0"
    case .tcpdumpDistances:
      let distance = Timestamp(nanoseconds: time.nanoseconds / 1_000 * 1_000 - last / 1_000 * 1_000).rfc3339
      return " \(distance.dropFirst(11).prefix(15)) IP \(Self.addresses): Flags [S]"
    case .tshark: return "    \(number) \(seconds(time.nanoseconds - first, 9))   10.77.0.10 → 10.77.0.20   TCP 74 48230 → 445 [SYN] Seq=0"
    case .tsharkBytes: return nil
    }
  }

  private func seconds(_ nanoseconds: Int64, _ digits: Int) -> String {
    let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    return "\(whole).\(padded(rest, 9).prefix(digits))"
  }

  private func line(_ bytes: [UInt8], at offset: Int) -> String {
    let characters = String(decoding: bytes.map { (0x21..<0x7f).contains($0) ? $0 : UInt8(ascii: ".") }, as: UTF8.self)
    let place = String(repeating: "0", count: max(0, 4 - String(offset, radix: 16).count)) + String(offset, radix: 16)
    let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    let pairs = stride(from: 0, to: digits.count, by: 2).map { digits[$0..<min($0 + 2, digits.count)].joined() }.joined(separator: " ")
    func filled(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }
    switch self {
    case .fortiGate: return "0x\(place)   \(filled(pairs, 39))        \(characters)"
    case .fortiGateRelative: return "0x\(place)\t \(pairs)\t\(characters)"
    case .tcpdump: return "\t0x\(place):  \(filled(pairs, 39))  \(characters)"
    case .tcpdumpIP, .tcpdumpTimeOfDay, .tcpdumpDistances: return "\t0x\(place):  \(pairs)"
    case .tcpdumpOld: return "\t\t\t \(pairs)"
    case .tshark, .tsharkBytes: return "\(place)  \(filled(digits.joined(separator: " "), 47))   \(characters)"
    }
  }
}
