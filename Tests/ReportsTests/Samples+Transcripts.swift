@testable import Diagnosis
@testable import Packets
@testable import Protocols
@testable import Reports
@testable import Rules
@testable import Transcripts

extension Sample {
  /// A connection with a session and a share; `isFailed` refuses the share.
  static func transcript(
    _ id: Int, user: String = "alice", domain: String = "LAB", share: String = #"\\fs01\data"#, isFailed: Bool = false,
    lastTime: Timestamp = time(90)
  ) throws -> Transcript {
    var transcript = Transcript(client: client(id), server: endpoint(20, 445), clientSide: .first)
    transcript.id = id
    transcript.tcpStream = id - 1
    var handshake = Handshake()
    handshake.syn = FrameStamp(number: 10 * id, time: Timestamp(nanoseconds: 0))
    handshake.synAck = FrameStamp(number: 10 * id + 1, time: Timestamp(nanoseconds: 0))
    handshake.isComplete = true
    let connection = TCPConnection(
      tcpStream: id - 1, endpoints: (transcript.client, transcript.server),
      firstFrame: FrameStamp(number: 10 * id, time: time()), lastFrame: FrameStamp(number: 10 * id + 9, time: lastTime),
      handshake: handshake, state: TCPState(handshake: handshake))
    transcript.transport = TransportFacts(connection, clientSide: .first, captureEnd: Timestamp(nanoseconds: 0))
    transcript.visibility.hasPayload = true
    transcript.traffic.requests = 4
    transcript.traffic.responses = 4
    transcript.negotiation = Negotiation(
      response: try negotiateResponse(), responseStamp: try stamp(10 * id + 3, status: .success))
    var session = Session(id: 0x41, requestStamp: try stamp(10 * id + 4, .sessionSetup), isBinding: false)
    session.identity.mechanism = .kerberos
    session.identity.user = user
    session.identity.domain = domain
    session.establishedFrame = 10 * id + 5
    transcript.sessions = [session]
    var tree = Tree(path: share, requestStamp: try stamp(10 * id + 6, .treeConnect))
    tree.replyStamp = try stamp(
      10 * id + 7, .treeConnect, status: isFailed ? NTStatus(rawValue: 0xc000_00cc) : .success)
    transcript.trees = [Tree(path: #"\\fs01\IPC$"#, requestStamp: try stamp(10 * id + 6, .treeConnect)), tree]
    return transcript
  }

  /// Each connection has a client of its own, and so a case.
  static func client(_ id: Int) -> Endpoint {
    Endpoint(address: IPAddress(ipv4: 0x0a4d_0000 | UInt32(9 + id)), port: UInt16(49_000 + id % 1000))
  }

  static func negotiateResponse() throws -> SMB2NegotiateResponse {
    var body = [UInt8](repeating: 0, count: 64)
    body[0] = 65
    body[2] = 1
    body[4...5] = [0x02, 0x03]
    body[8] = 0x77
    body[24] = 0x7f
    body[30] = 0x80
    body[34] = 0x80
    body[38] = 0x80
    let bytes = [UInt8](repeating: 0, count: 64) + body
    return try SMB2NegotiateResponse(ByteView(bytes.span))
  }

  static func comparison() throws -> [FieldComparison] {
    let upgraded: [SMB2Dialect] = [.smb202, .smb210, .smb300, .smb302]
    let flags = SMB2Capabilities(rawValue: 0x7f)
    return [
      FieldComparison(
        direction: .request, negotiated: .dialects([.smb202, .smb210]), validated: .dialects(upgraded)),
      FieldComparison(direction: .request, negotiated: .capabilities(flags), validated: .capabilities(flags)),
      FieldComparison(direction: .request, negotiated: .guid(try guid(0x42)), validated: .guid(try guid(0xe4))),
      FieldComparison(direction: .response, negotiated: .dialect(.smb302), validated: .dialect(.smb302)),
    ]
  }

  static func guid(_ byte: UInt8) throws -> GUID {
    try GUID(ByteView([UInt8](repeating: byte, count: 16).span), at: 0)
  }

  static func verdict(_ findings: [Finding] = [], notChecked: [(obstacle: Obstacle, rules: [String])] = []) -> ConnectionFindings {
    ConnectionFindings(findings: findings, notChecked: notChecked, candidate: nil)
  }

  static func mismatchFinding(
    _ connection: Int, note: String = "NEGOTIATE request: Guid 00000042-0000-0000-0000-000000000000"
  ) -> Finding {
    finding(
      mismatch,
      Observation(
        .proven, "Guid in the client's NEGOTIATE is not what Validate Negotiate says it sent",
        evidence: [
          Evidence(4, .client, note), Evidence(14, .client, "VALIDATE_NEGOTIATE_INFO request, signed"),
          Evidence(14, nil, "its TTL is 250, the host's other segments have 64"),
          Evidence(15, .server, "FIN, 3 ms later"),
        ], comparison: (try? comparison()) ?? []),
      of: connection, isPrimary: true)
  }

  /// A healthy connection of which some messages could not be read.
  static func unreadable(_ id: Int, count: Int, structure: String = "SMB2 NEGOTIATE Response") throws -> Transcript {
    var transcript = try transcript(id)
    transcript.unreadable = (0..<count).map {
      UnreadableMessage(
        sender: .server, structure: structure, frame: 10 * id + $0,
        error: DecodeError(offset: 0x48, reason: .truncated(needed: 2, available: 0)))
    }
    return transcript
  }

  static func facts() -> CaptureFacts {
    var facts = CaptureFacts()
    facts.frames = 4812
    facts.bytes = 981_234
    facts.linkTypes = ["EN10MB"]
    facts.firstTime = time()
    facts.lastTime = time(61_000)
    facts.tcpConnections = 12
    return facts
  }

  /// A report with a bit of everything.
  static func everything() throws -> Report {
    var builder = ReportBuilder(toolVersion: "0.1.0", files: ["fs01.pcapng"])
    builder.add(
      try transcript(1, isFailed: true),
      verdict(
        [
          finding(
            reset,
            Observation(
              .likely, "the server hung up",
              evidence: [Evidence(15, .server, "FIN, 3 ms later"), Evidence(16, nil, "more")]), of: 1),
          mismatchFinding(1),
        ],
        notChecked: [
          (
            Obstacle(
              reason: "1448 bytes that the server sent are missing before frame 12",
              remedy: "a capture without lost packets"), ["rule-a", "rule-b"]
          )
        ]))
    builder.add(
      try transcript(2),
      verdict(
        [
          finding(
            note,
            Observation(.proven, "signing is not required", evidence: [Evidence(23, .server, "NEGOTIATE response")]),
            of: 2)
        ],
        notChecked: [
          (
            Obstacle(
              reason: "9 bytes that the server sent are missing before frame 24",
              remedy: "a capture without lost packets"), ["rule-a"]
          )
        ]))
    for id in 3...25 { builder.add(try transcript(id), verdict()) }
    builder.add(
      try transcript(26),
      verdict([
        finding(
          reset,
          Observation(.possible, "reset while in use", evidence: [Evidence(268, .client, "RST")], severity: .warning),
          of: 26)
      ]))
    var facts = facts()
    facts.isComplete = false
    facts.warnings = [
      CaptureWarning(message: "the file ends inside a packet", file: "fs01.pcapng", frame: 4813, byte: 981_200)
    ]
    facts.truncatedFrames = 3
    facts.recordLimit("kerberos", 7)
    return builder.finish(capture: facts, engine: Engine(rules: [unknownUser]), lookups: Lookups([exchange], []))
  }
}
