import Diagnosis
import Packets
import Rules
import Transcripts

/// What holds for every diagnosis of every recording: the frames that it names are in the recording, and those that
/// prove a finding are of the connections that it is about.
struct EvidenceCheck {
  private enum Ends {
    case connection(Set<Endpoint>)
    /// Of any other packet, and of the packet that an ICMP error quotes.
    case hosts(Set<IPAddress>)
    /// What is not read.
    case unknown
  }

  /// These hold the connection against another one of the same client, and cite that one too.
  private static let comparing: Set = ["dfs-target-unreachable", "dialect-downgrade-suspected"]

  private var frames: [Int: Ends] = [:]

  /// Takes each frame that the diagnosis is made from.
  mutating func record(_ frame: Frame, _ bytes: borrowing ByteView) {
    frames[frame.number] = Self.ends(frame, bytes)
  }

  private static func ends(_ frame: Frame, _ bytes: borrowing ByteView) -> Ends {
    switch try? Packet.read(bytes, frame: frame) {
    case .packet(let packet)?:
      if case .tcp = packet.transport { return .connection([packet.source, packet.destination]) }
      return .hosts([packet.source.address, packet.destination.address])
    case .icmp(let error)?: return .hosts([error.source.address, error.destination.address])
    default: return .unknown
    }
  }

  /// What is wrong, as sentences.
  func faults(of report: Diagnosis) -> [String] {
    var faults: [String] = []
    func expect(_ frame: Int?, _ what: String) {
      if let frame, frames[frame] == nil { faults.append("\(what): frame \(frame) is not in the recording") }
    }
    for connection in report.connections {
      expect(connection.firstFrame, "connection \(connection.id) begins")
      expect(connection.lastFrame, "connection \(connection.id) was seen last")
      expect(connection.ending?.frame, "connection \(connection.id) ends")
      for message in connection.unreadable { expect(message.frame, "connection \(connection.id), unreadable message") }
    }
    for finding in report.findings {
      for frame in finding.frames { expect(frame, finding.id) }
      faults += strangers(in: finding, report)
    }
    return faults
  }

  /// Evidence that is of other connections, or of other hosts.
  private func strangers(in finding: Finding, _ report: Diagnosis) -> [String] {
    let ours = report.connections.filter { finding.connections.contains($0.id) }
    guard !ours.isEmpty else { return [] }
    let clients = Set(ours.map(\.client.address))
    let mayBeCited = report.connections.filter { connection in
      finding.connections.contains(connection.id)
        || Self.comparing.contains(finding.rule.id) && clients.contains(connection.client.address)
    }
    let all = Set(report.connections.map { Set([$0.client, $0.server]) })
    let ends = Set(mayBeCited.map { Set([$0.client, $0.server]) })
    let hosts = Set(ours.flatMap { [$0.client.address, $0.server.address] })
    return finding.frames.filter { frame in
      switch frames[frame] {
      case .connection(let pair)? where all.contains(pair): !ends.contains(pair)
      case .connection(let pair)?: hosts.isDisjoint(with: pair.map(\.address))
      case .hosts(let pair)?: hosts.isDisjoint(with: pair)
      case .unknown?, nil: false
      }
    }.map { "\(finding.id): frame \($0) is of somebody else" }
  }
}
