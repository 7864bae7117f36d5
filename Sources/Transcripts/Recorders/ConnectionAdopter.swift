import Packets
import Proof
import Protocols

/// Recognises connections with SMB or Kerberos, and makes a transcript of each that ends.
final class ConnectionAdopter: ConnectionObserver {
  /// Bytes of a segment by which it is told that it is none of SMB, and none of SMB Direct.
  private static let beginning = 16
  /// Clients that are known to use SMB.
  private static let maximumClients = 65_536

  var now = FrameStamp(number: 0, time: Timestamp(nanoseconds: 0))
  var hidden = HiddenTransports()
  var hosts = HostDirectory()
  /// No more frames will come.
  var isAtEnd = false
  /// No connection was recorded in both directions, so silence proves nothing.
  var isOneDirectional = false
  var facts = RecordingFacts()
  let kerberos: KerberosRecorder
  let names: NameRecorder
  let heldRecords = HeldBytes(limit: HeldBytes.Limit.records)
  private(set) var clientsWithSMB: Set<IPAddress> = []
  private(set) var clientLimitReached = 0
  let context: ConversationContext
  var doubts: FrameDoubts { context.doubts }
  private let ports: ServicePorts
  private let onTranscript: (Transcript) -> Void
  private var transcriptCount = 0

  init(ports: ServicePorts, keys: KeyRing?, messages: (any MessageObserver)?, onTranscript: @escaping (Transcript) -> Void) {
    self.ports = ports
    context = ConversationContext(observer: messages, keys: keys)
    self.onTranscript = onTranscript
    kerberos = KerberosRecorder(ports: ports.kerberos, observer: messages)
    names = NameRecorder(ports: ports.dns, observer: messages)
  }

  func recognise(_ payload: borrowing ByteView, endpoints: (Endpoint, Endpoint)) -> Recognition {
    if isSMBPort(of: endpoints) { return .consumed(by: smbConsumer(endpoints, isExpected: true)) }
    let isExpected = SMBSignature.begins(payload)
    if !isExpected, let reader = recordReader(of: endpoints) { return .consumed(by: reader) }
    if endpoints.0.port == ServicePorts.iwarp || endpoints.1.port == ServicePorts.iwarp {
      context.frameIsCited = true
      hidden.recordMPA(payload, endpoints, frame: now.number)
    }
    guard isExpected || SMBSignature.mayBegin(payload) else {
      // What begins like SMB was looked at further on.
      context.chunkUse = SMBSignature.isCredible(payload, at: 0) ? .max : Self.beginning
      return .undecided
    }
    return .consumed(by: smbConsumer(endpoints, isExpected: isExpected))
  }

  func consumerWithoutPayload(endpoints: (Endpoint, Endpoint)) -> (any StreamConsumer)? {
    if isSMBPort(of: endpoints) { return smbConsumer(endpoints, isExpected: true) }
    // A KDC that does not answer is a fact, too.
    return isAny(of: ports.kerberos, endpoints) ? recordReader(of: endpoints) : nil
  }

  private func recordReader(of endpoints: (Endpoint, Endpoint)) -> RecordConversation? {
    let reader: (any RecordReader)? =
      isAny(of: ports.kerberos, endpoints) ? kerberos : isAny(of: ports.dns, endpoints) ? names : nil
    return reader.map { RecordConversation(reader: $0, held: heldRecords, endpoints: endpoints) }
  }

  private func isAny(of ports: [UInt16], _ endpoints: (Endpoint, Endpoint)) -> Bool {
    ports.contains(endpoints.0.port) || ports.contains(endpoints.1.port)
  }

  private func isSMBPort(of endpoints: (Endpoint, Endpoint)) -> Bool { isAny(of: ports.smb, endpoints) }

  private func smbConsumer(_ endpoints: (Endpoint, Endpoint), isExpected: Bool) -> any StreamConsumer {
    // A guess that the handshake or the first message corrects.
    let clientIsFirst = ports.smb.contains(endpoints.1.port) || !ports.smb.contains(endpoints.0.port)
    let (client, server) = clientIsFirst ? endpoints : (endpoints.1, endpoints.0)
    var transcript = Transcript(client: client, server: server, clientSide: clientIsFirst ? .first : .second)
    transcript.isOnOtherPort = !isSMBPort(of: endpoints)
    return SMBConversation(transcript: consume transcript, isExpected: isExpected, context: context)
  }

  func connectionStarted(_ connection: TCPConnection, consumer: any StreamConsumer) {
    switch consumer {
    case let conversation as SMBConversation: conversation.begin(connection)
    case let conversation as RecordConversation:
      conversation.tcpStream = connection.tcpStream
      if isAny(of: ports.kerberos, connection.endpoints) { facts.kerberosFlows += 1 } else { facts.nameFlows += 1 }
    default: break
    }
  }

  private func recordClient(_ address: IPAddress) {
    guard clientsWithSMB.count < Self.maximumClients || clientsWithSMB.contains(address) else {
      clientLimitReached += 1
      return
    }
    clientsWithSMB.insert(address)
  }

  private func isReported(_ transcript: Transcript, _ connection: TCPConnection) -> Bool {
    transcript.traffic.isSMB || transcript.smb1 != nil || isSMBPort(of: connection.endpoints)
  }

  /// What is known of a connection that goes on; nil when that is not settled, or nothing that is reported.
  func snapshot(_ connection: TCPConnection, _ consumer: any StreamConsumer) -> Transcript? {
    guard let conversation = consumer as? SMBConversation, let known = conversation.snapshot(connection, now: now.time),
      isReported(known, connection)
    else { return nil }
    var transcript = known
    recordDamage(connection, &transcript)
    transcript.recordTickets(kerberos)
    if transcript.traffic.isSMB || transcript.smb1 != nil { recordClient(transcript.client.address) }
    return transcript
  }

  private func recordDamage(_ connection: TCPConnection, _ transcript: inout Transcript) {
    let (first, last) = (connection.firstFrame.number, connection.lastFrame.number)
    let damaged = doubts.damaged(first...max(first, last))
    if !damaged.isEmpty { transcript.damagedFrames = damaged }
  }

  func connectionEnded(_ connection: TCPConnection, consumer: any StreamConsumer) {
    (consumer as? RecordConversation)?.finish(connection)
    guard let conversation = consumer as? SMBConversation else { return }
    conversation.finish(connection, captureEnd: now.time)
    var transcript = conversation.transcript
    if isOneDirectional {
      transcript.recordUnrecordedAnswer()
      transcript.settleEnd()
    }
    guard isReported(transcript, connection) else { return }
    transcriptCount += 1
    transcript.id = transcriptCount
    recordDamage(connection, &transcript)
    transcript.recordTickets(kerberos)
    if transcript.traffic.isSMB || transcript.smb1 != nil { recordClient(transcript.client.address) }
    facts.record(transcript, isAtEnd: isAtEnd)
    hidden.record(transcript)
    onTranscript(transcript)
  }
}

extension Transcript {
  fileprivate mutating func recordTickets(_ kerberos: KerberosRecorder) {
    nameKerberosUsers(kerberos)
    guard sessions.isEmpty, let ending, case .client(.negotiate) = end.turn, let host = negotiation?.request?.contexts.netName
    else { return }
    rarities.value.unusedTicket = kerberos.ticket(of: client.address, for: host, since: firstFrame.time, before: ending.stamp.number)
  }

  /// The user of a Kerberos session is encrypted in its ticket, but the KDC named them when it issued it.
  fileprivate mutating func nameKerberosUsers(_ kerberos: KerberosRecorder) {
    // Nothing is written, and with that no list copied, without a ticket.
    for index in sessions.indices where !sessions[index].identity.ticket.isAbsent {
      guard let ticket = sessions[index].identity.ticketFingerprint, let owner = kerberos.user(ofTicket: ticket)
      else { continue }
      sessions[index].identity.user = owner.user
      sessions[index].identity.domain = owner.realm
    }
  }
}
