import Packets
import Transcripts

/// Who tries to reach whom, and when: what a client asks of others in that time may belong to the attempt.
struct Party {
  var clients: Set<IPAddress>
  var servers: Set<IPAddress>
  var start: Timestamp
  var end: Timestamp

  /// Kerberos and DNS: of the client with anybody.
  private static let inquiryPorts: Set<UInt16> = [53, 88]
  /// QUIC, SMB Direct over iWARP and over RoCE: between the two, where SMB may hide.
  private static let hiddenPorts: Set<UInt16> = [443, 5445, 4791]

  func includes(_ flow: Flow, at time: Timestamp) -> Bool {
    guard isNear(time) else { return false }
    let (one, other) = (flow.first.address, flow.second.address)
    if flow.hasPort(Self.inquiryPorts) { return clients.contains(one) || clients.contains(other) }
    guard flow.hasPort(Self.hiddenPorts) else { return false }
    return clients.contains(one) && servers.contains(other) || clients.contains(other) && servers.contains(one)
  }

  /// A fragment does not tell its ports.
  func includesFragment(between one: IPAddress, and other: IPAddress, at time: Timestamp) -> Bool {
    isNear(time) && (clients.contains(one) || clients.contains(other))
  }

  /// As far as an inquiry is joined to a case.
  private func isNear(_ time: Timestamp) -> Bool {
    start.since(time) <= Case.patience && time.since(end) <= Case.patience
  }
}
