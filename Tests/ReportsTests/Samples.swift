@testable import Diagnosis
@testable import Packets
@testable import Protocols
@testable import Reports
@testable import Rules
@testable import Transcripts

/// Rules and connections made up for the tests, so that the catalogue can change without them.
enum Sample {
  static let mismatch = Rule(
    id: "sample-mismatch", severity: .critical, phase: .validateNegotiate, nature: .wrongValue,
    needs: [.negotiate, .answerToValidation],
    summary: "What arrived is not what was sent.",
    explanation: """
      The client repeats what it said, and it differs.
      A second line of the same paragraph.

      It is harmless in no case.
      """,
    causes: [
      "a WAN optimizer or another device between the client and this capture point rewrites NEGOTIATE",
      "a bug in the client",
    ],
    remedies: [
      Remedy(
        "Find the device between the two hosts that handles SMB and exclude TCP 445 and 139 from its optimization, as a test first."
      ),
      Remedy(
        "Require signing on the client:", command: "Set-SmbClientConfiguration -RequireSecuritySignature $true",
        caution: "Signing costs throughput, and servers that cannot sign are then refused, whatever they are used for."),
    ],
    references: ["MS-SMB2 2.2.31.4", "MS-SMB2 3.3.5.15.12"]
  ) { _ in [] }

  static let reset = Rule(
    id: "sample-reset", severity: .error, phase: .transport, nature: .reset,
    summary: "The connection was reset.", explanation: "Somebody hung up.", causes: ["anything"],
    remedies: [Remedy("Ask them.")], references: ["RFC 9293 3.5.2"]
  ) { _ in [] }

  static let note = Rule(
    id: "sample-note", severity: .info, phase: .signing, nature: .note,
    summary: "Signing is not required.", explanation: "For information.", references: ["MS-SMB2 2.2.3"]
  ) { _ in [] }

  static let unknownUser = Rule(
    id: "sample-unknown-user", severity: .error, phase: .kerberos, nature: .status,
    summary: "The KDC does not know the user.", explanation: "The name is not in the directory.",
    remedies: [Remedy("Correct the name.")], references: ["RFC 4120 7.5.9"],
    judge: .lookups { lookups, _ in
      lookups.exchanges.map { _ in
        Observation(
          .proven, "the KDC does not know alicia@LAB.EXAMPLE",
          evidence: [Evidence(40, .client, "AS-REQ"), Evidence(41, .server, "KRB-ERROR")])
      }
    })

  /// With a client that has no SMB.
  static let exchange = KerberosExchange(client: endpoint(250, 88).address, kdc: endpoint(30, 88), transport: .udp,
    start: FrameStamp(number: 40, time: time()))

  static let downgrade = Rule(
    id: "sample-downgrade", severity: .warning, phase: .negotiate, nature: .wrongValue,
    summary: "An older dialect was chosen.", explanation: "Look at both.", references: [],
    judge: .recordingIndex { candidate, _ in
      [
        Observation(
          .possible, "SMB \(candidate.chosen) was chosen",
          evidence: [
            Evidence(candidate.responseFrame, .server, "NEGOTIATE response"), Evidence(900, nil, "elsewhere"),
          ],
          severity: candidate.connection == 2 ? .error : nil)
      ]
    })

  static let rules = [mismatch, reset, note, unknownUser, downgrade]

  static func endpoint(_ last: UInt8, _ port: UInt16) -> Endpoint {
    Endpoint(address: IPAddress(ipv4: 0x0a4d_0000 | UInt32(last)), port: port)
  }

  static func finding(_ rule: Rule, _ observation: Observation, of connection: Int?, isPrimary: Bool = false) -> Finding
  {
    var finding = Finding(
      rule, connection.map { .connection($0) } ?? .client(endpoint(250, 88).address), observation, tcpStream: connection.map { $0 - 1 })
    finding.mark(primary: isPrimary)
    return finding
  }

  /// The time in the example of the report's contract, and so many milliseconds.
  static func time(_ milliseconds: Int64 = 0) -> Timestamp {
    Timestamp(nanoseconds: 1_795_239_137_123_456_789 + milliseconds * 1_000_000)
  }

  static func stamp(
    _ frame: Int, _ command: SMB2Command = .negotiate, status: NTStatus? = nil
  ) throws -> MessageStamp {
    MessageStamp(
      try header(command, status: status),
      MessageOrigin(firstFrame: frame, lastFrame: frame, lastTime: time(Int64(frame))))
  }

  /// An SMB1 NEGOTIATE request.
  static func smb1Header() throws -> SMB1Header {
    let bytes = [0xff, 0x53, 0x4d, 0x42, 0x72] + [UInt8](repeating: 0, count: 30)
    return try SMB1Header(ByteView(bytes.span))
  }

  static func header(_ command: SMB2Command, status: NTStatus? = nil, session: UInt8 = 0x41) throws -> SMB2Header {
    var bytes = [UInt8](repeating: 0, count: 64)
    bytes[0..<4] = [0xfe, 0x53, 0x4d, 0x42]
    bytes[4] = 64
    bytes[12] = UInt8(command.rawValue)
    bytes[24] = 5
    bytes[36] = 1
    bytes[40] = session
    if let status {
      bytes[16] = 0x01 | 0x08
      for index in 0..<4 { bytes[8 + index] = UInt8(truncatingIfNeeded: status.rawValue >> UInt32(8 * index)) }
    }
    return try SMB2Header(ByteView(bytes.span))
  }
}
