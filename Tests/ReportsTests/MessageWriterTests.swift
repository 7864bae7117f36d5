import Testing

@testable import Packets
@testable import Protocols
@testable import Reports
@testable import Transcripts

@Suite struct MessageWriterTests {
  private static func messages() throws -> [ObservedMessage] {
    let contents: [ObservedMessage.Content] = [
      .smb2(try Sample.header(.negotiate), .empty),
      .smb2(try Sample.header(.negotiate, status: .success), .negotiateResponse(try Sample.negotiateResponse())),
      .smb2(try Sample.header(.sessionSetup, status: NTStatus(rawValue: 0xc000_006d)), .statusOnly),
      .smb2(try Sample.header(.treeConnect), .treeConnectRequest(try treeConnect(#"\\fs01\d\#u{1b}[2J"#))),
      .encrypted(sessionID: 0x41),
      .compressed(isUnreadable: true),
      .kerberos(
        .error(
          KerberosError(
            errorCode: KerberosErrorCode(rawValue: 6), cname: KerberosPrincipal(nameType: 1, components: ["alicia"]),
            realm: "LAB.EXAMPLE", sname: KerberosPrincipal(nameType: 2, components: ["krbtgt", "LAB.EXAMPLE"]),
            eText: "no such\u{202e}user"))),
    ]
    return contents.enumerated().map { index, content in
      ObservedMessage(
        content: content,
        origin: MessageOrigin(firstFrame: 4 + index, lastFrame: 4 + index, lastTime: Sample.time(Int64(index))),
        tcpStream: index == contents.count - 1 ? nil : 0)
    }
  }

  private static func treeConnect(_ path: String) throws -> SMB2TreeConnectRequest {
    let text = path.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    let bytes = [UInt8](repeating: 0, count: 64) + [9, 0, 0, 0, 72, 0, UInt8(text.count), 0] + text
    return try SMB2TreeConnectRequest(ByteView(bytes.span))
  }

  /// A header says success, and the body cannot be read: that is not "ok".
  @Test func doesNotCallAnUnreadableMessageFine() throws {
    let message = ObservedMessage(
      content: .smb2(try Sample.header(.negotiate, status: .success), nil),
      origin: MessageOrigin(firstFrame: 5, lastFrame: 5, lastTime: Sample.time()), tcpStream: 0)
    let text = written { MessageWriter(.text(isColored: false), write: $0).observe(message) }
    #expect(text.contains("unreadable"))
    #expect(!text.contains("ok"))
    #expect(written { MessageWriter(.ndjson, write: $0).observe(message) }.contains("\"unreadable\":true"))
    var refused = message
    refused.content = .smb1(try Sample.smb1Header(), SMB1Negotiation(), nil)
    #expect(written { MessageWriter(.ndjson, write: $0).observe(refused) }.contains("\"unreadable\":true"))
  }

  @Test(arguments: ["messages.ndjson", "messages.txt", "messages-color.txt"])
  func writesOneLineForEach(name: String) throws {
    let messages = try Self.messages()
    let format: MessageWriter.Format = name.hasSuffix("ndjson") ? .ndjson : .text(isColored: name.contains("color"))
    let text = written { write in
      let writer = MessageWriter(format, write: write)
      for message in messages { writer.observe(message) }
    }
    #expect(text.split(separator: "\n").count == messages.count)
    try expectSnapshot(text, name)
  }
}
