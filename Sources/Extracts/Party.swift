import Packets
import Transcripts

/// Who tries to reach whom, and when: what a client asks of others in that time may belong to the attempt.
struct Party {
  var clients: Set<IPAddress>
  var servers: Set<IPAddress>
  var start: Timestamp
  var end: Timestamp

  /// Between the two, where SMB may hide.
  private static let hiddenPorts: Set<UInt16> = [ServicePorts.quic, ServicePorts.iwarp, ServicePorts.roce]

  /// - Parameter ports: those of KDCs and resolvers, which the client asks wherever they are.
  func includes(_ flow: Flow, at time: Timestamp, _ ports: ServicePorts) -> Bool {
    guard isNear(time) else { return false }
    let (one, other) = (flow.first.address, flow.second.address)
    if ports.inquiry(flow.first.port, flow.second.port) != nil { return clients.contains(one) || clients.contains(other) }
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
