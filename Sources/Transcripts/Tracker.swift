package import Packets
import Protocols

/// Frames in, transcripts out: the whole way from a frame's bytes to what happened.
package struct Tracker {
  /// What a user may choose.
  package struct Options: Sendable {
    /// Leave out packets whose checksums are wrong. A capture on the sending host is full of them: its network card
    /// fills them in.
    package var verifiesChecksums = false
    /// Connections followed at one time.
    package var maximumConnections = ConnectionTable.Limit.connections

    package init() {}
  }

  /// What frames held that nobody reads, for the report.
  package struct Counts: Sendable {
    package var frames = 0
    package var bytes = 0
    package var truncatedFrames = 0
    package var fragments = FragmentTable.Counts()
    package var malformedFrames = 0
    /// Packets left out because their checksums are wrong; nil when nobody wants to know.
    package var wrongChecksums: Int?
    package var firstTime: Timestamp?
    package var lastTime: Timestamp?
    package var lastFrame = 0
    /// The longest part that was kept of a frame that was cut.
    package var snapshotLength = 0
    package var misorderedFrames = 0
    package var firstMisorderedFrame = 0
    /// The largest step back in time, in nanoseconds.
    package var largestStepBack: Int64 = 0

    /// One call for each frame: every access to a part of the tracker is checked at run time.
    mutating func note(_ frame: Frame, captured: Int) {
      frames += 1
      lastFrame = frame.number
      bytes += max(frame.originalLength, captured)
      if captured < frame.originalLength {
        truncatedFrames += 1
        snapshotLength = max(snapshotLength, captured)
      }
      if let last = lastTime {
        if frame.time < last { noteStepBack(to: frame, from: last) } else { lastTime = frame.time }
      } else {
        firstTime = frame.time
        lastTime = frame.time
      }
    }

    private mutating func noteStepBack(to frame: Frame, from last: Timestamp) {
      misorderedFrames += 1
      if firstMisorderedFrame == 0 { firstMisorderedFrame = frame.number }
      largestStepBack = max(largestStepBack, last.since(frame.time))
    }
  }

  package private(set) var counts = Counts()
  private let verifiesChecksums: Bool
  private let adopter: ConnectionAdopter
  private var table: ConnectionTable
  private var fragments = FragmentTable()

  /// - Parameters:
  ///   - messages: sees every control-plane message.
  ///   - onTranscript: takes each transcript when its connection is over, in that order.
  package init(
    options: Options = Options(), messages: (any MessageObserver)? = nil, onTranscript: @escaping (Transcript) -> Void
  ) {
    verifiesChecksums = options.verifiesChecksums
    if verifiesChecksums { counts.wrongChecksums = 0 }
    adopter = ConnectionAdopter(messages: messages, onTranscript: onTranscript)
    table = ConnectionTable(observer: adopter, maximumConnections: options.maximumConnections)
  }

  /// TCP connections of any kind.
  package var connectionCount: Int { table.connectionCount }
  /// Connections given up while open because the table was full.
  package var evictedConnections: Int { table.evictedConnections }
  /// Times that bytes held behind holes, of all connections together, reached their limit.
  package var heldLimitsReached: Int { table.heldLimitsReached }
  /// Messages on port 88 that could not be read.
  package var unreadableKerberosMessages: Int { adopter.kerberos.unreadableMessages }
  package var kerberosLimitsReached: Int {
    adopter.kerberos.limitsReached + adopter.heldRecords.limitsReached + adopter.clientLimitReached
  }
  /// Look-ups of names that were forgotten.
  package var nameLimitsReached: Int { adopter.names.limitsReached }

  /// Takes the next frame of the recording.
  package mutating func accept(_ frame: Frame, _ bytes: borrowing ByteView) {
    counts.note(frame, captured: bytes.count)
    adopter.now = frame.stamp
    do throws(DecodeError) {
      switch try Packet.read(bytes, frame: frame) {
      case .packet(let packet): accept(packet, frame.stamp, bytes)
      case .icmp(let error): table.accept(error, frame: frame.stamp)
      case .fragment(let offset):
        noteFragment(frame, bytes)
        try accept(fragment: bytes.view(from: offset), frame)
      case .malformed: counts.malformedFrames += 1
      case .foreign: noteUndelivered(frame, bytes)
      }
    } catch {
      counts.malformedFrames += 1
    }
  }

  /// The last fragment of an IP packet brings the whole of it.
  private mutating func accept(fragment: borrowing ByteView, _ frame: Frame) throws(DecodeError) {
    guard let whole = fragments.take(fragment, time: frame.time) else { return }
    let bytes = ByteView(whole.span)
    let inner = Frame(number: frame.number, time: frame.time, originalLength: whole.count, linkType: .rawIP)
    guard case .packet(let packet) = try Packet.read(bytes, frame: inner) else { return }
    accept(packet, FrameStamp(number: frame.number, time: frame.time), bytes)
  }

  private mutating func accept(_ packet: borrowing Packet, _ stamp: FrameStamp, _ bytes: borrowing ByteView) {
    if verifiesChecksums, packet.hasWrongChecksum(in: bytes) {
      counts.wrongChecksums = (counts.wrongChecksums ?? 0) + 1
      return
    }
    switch packet.transport {
    case .tcp(let header):
      table.accept(packet, header: header, frame: stamp, bytes: bytes)
    case .udp:
      let (source, destination) = (packet.source, packet.destination)
      let origin = MessageOrigin(firstFrame: stamp.number, lastFrame: stamp.number, lastTime: stamp.time)
      if source.port == KerberosRecorder.port || destination.port == KerberosRecorder.port {
        let payload = packet.payload(in: bytes)
        // RFC 4120 5.10: every message has an application tag. What else uses the port is none of our business.
        guard let tag = try? payload.u8(at: 0), tag & 0xe0 == 0x60 else { return }
        adopter.kerberos.take(payload.copy(), from: source, to: destination, transport: .udp, origin: origin)
      } else if source.port == NameRecorder.port || destination.port == NameRecorder.port {
        let payload = packet.payload(in: bytes)
        adopter.names.take(payload, from: source, to: destination, tcpStream: nil, origin: origin)
      } else {
        adopter.hidden.note(packet.payload(in: bytes), from: source, to: destination, frame: stamp.number)
      }
    }
  }

  private func noteUndelivered(_ frame: Frame, _ bytes: borrowing ByteView) {
    guard let (source, destination) = Packet.endsOfUndelivered(bytes, frame: frame),
      destination.port == KerberosRecorder.port
    else { return }
    adopter.kerberos.noteUndelivered(from: source, to: destination, frame.stamp)
  }

  /// Should the others never come, the first one tells that there is an answer.
  private func noteFragment(_ frame: Frame, _ bytes: borrowing ByteView) {
    guard let (source, destination) = Packet.endsOfFragment(bytes, frame: frame) else { return }
    switch source.port {
    case KerberosRecorder.port: adopter.kerberos.noteUnread(from: source, to: destination)
    case NameRecorder.port: adopter.names.noteUnread(from: source, to: destination, frame.stamp)
    default: break
    }
  }

  /// What the recording shows as a whole; after ``finish()``.
  package var facts: RecordingFacts {
    var facts = adopter.facts
    facts.frames = counts.frames
    facts.lastFrame = FrameStamp(number: counts.lastFrame, time: counts.lastTime ?? Timestamp(nanoseconds: 0))
    facts.truncatedFrames = counts.truncatedFrames
    facts.snapshotLength = counts.snapshotLength
    facts.misorderedFrames = counts.misorderedFrames
    facts.firstMisorderedFrame = counts.firstMisorderedFrame
    facts.largestStepBack = counts.largestStepBack
    facts.hidden = adopter.hidden.joined()
    facts.settleSYNs { adopter.hidden.sibling(client: $0, server: $1) == .established }
    return facts
  }

  /// The recording is over: reports every connection that is still open.
  ///
  /// - Returns: what clients asked of KDCs and resolvers.
  package mutating func finish() -> Inquiries {
    adopter.isAtEnd = true
    table.finish()
    counts.fragments = fragments.finish()
    return Inquiries(
      adopter.kerberos.finish(at: adopter.now.time, clientsWithSMB: adopter.clientsWithSMB),
      adopter.names.finish(at: adopter.now.time, clientsWithSMB: adopter.clientsWithSMB))
  }
}

/// Tells which connections are SMB or Kerberos, and turns each that ends into a transcript.
private final class ConnectionAdopter: ConnectionObserver {
  /// Clients remembered as having spoken SMB.
  private static let maximumClients = 65_536
  /// RFC 1002 4.3 and MS-SMB2 2.1.
  private static let smbPorts: Set<UInt16> = [139, 445]

  var now = FrameStamp(number: 0, time: Timestamp(nanoseconds: 0))
  var hidden = HiddenTransports()
  /// No more frames will come.
  var isAtEnd = false
  private(set) var facts = RecordingFacts()
  let kerberos: KerberosRecorder
  let names: NameRecorder
  let heldRecords = HeldRecords()
  private(set) var clientsWithSMB: Set<IPAddress> = []
  private(set) var clientLimitReached = 0
  private let messages: (any MessageObserver)?
  private let onTranscript: (Transcript) -> Void
  private var transcriptCount = 0

  init(messages: (any MessageObserver)?, onTranscript: @escaping (Transcript) -> Void) {
    self.messages = messages
    self.onTranscript = onTranscript
    kerberos = KerberosRecorder(observer: messages)
    names = NameRecorder(observer: messages)
  }

  func recognise(_ payload: borrowing ByteView, endpoints: (Endpoint, Endpoint)) -> Recognition {
    if isSMBPort(of: endpoints) { return .consumed(by: smbConsumer(endpoints, isExpected: true)) }
    let isExpected = SMBSignature.isCredible(payload, at: 0)
    if !isExpected, let reader = recordReader(of: endpoints) { return .consumed(by: reader) }
    if endpoints.0.port == HiddenTransports.iwarpPort || endpoints.1.port == HiddenTransports.iwarpPort {
      hidden.noteMPA(payload, endpoints, frame: now.number)
    }
    guard isExpected || SMBSignature.mayBegin(payload) else { return .undecided }
    return .consumed(by: smbConsumer(endpoints, isExpected: isExpected))
  }

  func consumerWithoutPayload(endpoints: (Endpoint, Endpoint)) -> (any StreamConsumer)? {
    if isSMBPort(of: endpoints) { return smbConsumer(endpoints, isExpected: true) }
    // A KDC that does not answer tells something by that.
    return isPort(KerberosRecorder.port, of: endpoints) ? recordReader(of: endpoints) : nil
  }

  private func recordReader(of endpoints: (Endpoint, Endpoint)) -> RecordConversation? {
    let reader: (any RecordReader)? =
      isPort(KerberosRecorder.port, of: endpoints) ? kerberos : isPort(NameRecorder.port, of: endpoints) ? names : nil
    return reader.map { RecordConversation(reader: $0, held: heldRecords, endpoints: endpoints) }
  }

  private func isPort(_ port: UInt16, of endpoints: (Endpoint, Endpoint)) -> Bool {
    endpoints.0.port == port || endpoints.1.port == port
  }

  private func isSMBPort(of endpoints: (Endpoint, Endpoint)) -> Bool {
    Self.smbPorts.contains(endpoints.0.port) || Self.smbPorts.contains(endpoints.1.port)
  }

  private func smbConsumer(_ endpoints: (Endpoint, Endpoint), isExpected: Bool) -> any StreamConsumer {
    // A guess that the handshake or the first message corrects.
    let clientIsFirst = Self.smbPorts.contains(endpoints.1.port) || !Self.smbPorts.contains(endpoints.0.port)
    let (client, server) = clientIsFirst ? endpoints : (endpoints.1, endpoints.0)
    return SMBConversation(
      transcript: Transcript(client: client, server: server, clientSide: clientIsFirst ? .first : .second),
      isExpected: isExpected, observer: messages)
  }

  func connectionStarted(_ connection: TCPConnection, consumer: any StreamConsumer) {
    switch consumer {
    case let conversation as SMBConversation: conversation.begin(connection)
    case let conversation as RecordConversation: conversation.tcpStream = connection.tcpStream
    default: break
    }
  }

  private func noteClient(_ address: IPAddress) {
    guard clientsWithSMB.count < Self.maximumClients || clientsWithSMB.contains(address) else {
      clientLimitReached += 1
      return
    }
    clientsWithSMB.insert(address)
  }

  func connectionEnded(_ connection: TCPConnection, consumer: any StreamConsumer) {
    (consumer as? RecordConversation)?.finish(connection)
    guard let conversation = consumer as? SMBConversation else { return }
    conversation.finish(connection, captureEnd: now.time)
    var transcript = conversation.transcript
    guard transcript.traffic.isSMB || transcript.smb1 != nil
      || isSMBPort(of: connection.endpoints)
    else { return }
    transcriptCount += 1
    transcript.id = transcriptCount
    transcript.nameKerberosUsers(kerberos)
    if transcript.traffic.isSMB || transcript.smb1 != nil { noteClient(transcript.client.address) }
    facts.note(transcript, isAtEnd: isAtEnd)
    hidden.note(transcript)
    onTranscript(transcript)
  }
}

extension Transcript {
  /// The user of a Kerberos session is encrypted in its ticket, but the KDC named them when it issued it.
  fileprivate mutating func nameKerberosUsers(_ kerberos: KerberosRecorder) {
    for index in sessions.indices {
      guard let ticket = sessions[index].identity.ticketFingerprint, let owner = kerberos.user(ofTicket: ticket)
      else { continue }
      sessions[index].identity.user = owner.user
      sessions[index].identity.domain = owner.realm
    }
  }
}
