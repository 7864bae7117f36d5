import Compare
import Packets
import Rules
import Testing

/// Of SMB1 messages, too, the field that a device altered is named.
@Suite struct SMB1FieldTests {
  struct Change: CustomTestStringConvertible, Sendable {
    var fixture = "smb1-bad-share"
    var frame: Int
    /// Where in the message; that of ``text`` where there is one.
    var offset = 0
    /// UTF-16, or ASCII, whose first character is replaced.
    var text: String?
    var isUnicode = false
    var byte: UInt8
    var deed: String
    var testDescription: String { deed }
  }

  static let changes: [Change] = [
    Change(frame: 4, text: "NT LM 0.12", byte: 0x58, deed: "changes Dialects from NT LANMAN 1.0, NT LM 0.12 to NT LANMAN 1.0, XT LM 0.12 in the SMB_COM_NEGOTIATE request"),
    Change(frame: 6, offset: 33, byte: 1, deed: "changes DialectIndex from 0x0000 to 0x0001 in the SMB_COM_NEGOTIATE response"),
    Change(frame: 6, offset: 35, byte: 0x07, deed: "changes SecurityMode from 0x"),
    Change(frame: 8, offset: 37, byte: 0x11, deed: "changes MaxBufferSize from 0x"),
    Change(frame: 11, offset: 90, byte: 0x55, deed: "changes security token in the SMB_COM_SESSION_SETUP_ANDX request"),
    Change(frame: 12, offset: 28, byte: 9, deed: "changes UID from 0x"),
    Change(frame: 13, text: "IPC$", isUnicode: true, byte: 0x58, deed: "changes Path from “\\\\10.77.0.20\\IPC$” to “\\\\10.77.0.20\\XPC$” in the SMB_COM_TREE_CONNECT_ANDX request"),
    Change(frame: 14, text: "IPC", byte: 0x58, deed: "changes Service from “IPC” to “XPC” in the SMB_COM_TREE_CONNECT_ANDX response"),
    Change(frame: 20, offset: 5, byte: 0x22, deed: "changes Status from STATUS_BAD_NETWORK_NAME (0xC00000CC) to"),
  ]

  @Test(arguments: changes)
  func namesOnlyTheField(_ change: Change) throws {
    let plain = try TwoPoints(change.fixture)
    let frame = plain.near[change.frame - 1]
    let message = Array(frame.bytes[(frame.payloadStart + 4)...])
    var offset = change.offset
    if let text = change.text {
      let wanted = change.isUnicode ? text.utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] } : Array(text.utf8)
      offset = try #require(message.indices.first { message[$0...].starts(with: wanted) })
    }
    let points = plain.altered(change.frame, offset, [change.byte], at: frame.isToClient ? .near : .far)
    let verdicts = points.comparison.hops[0].verdicts.filter(\.matters)
    #expect(verdicts.map(\.kind) == [.altered])
    let deed = try #require(verdicts.first?.deed)
    #expect(deed.contains(change.deed), "\(deed)")
    #expect(!deed.contains("byte") || deed.contains("bytes, "), "\(deed)")
  }

  /// Whatever a device writes into counts and lengths, it is found, and nothing is read beyond the message.
  @Test func readsHostileLengths() throws {
    let plain = try TwoPoints("smb1-bad-share")
    for number in [4, 6, 8, 10, 11, 12, 13, 14] {
      let frame = plain.near[number - 1]
      for offset in (32..<(frame.bytes.count - frame.payloadStart - 4)).sample(oneOf: 9) {
        for byte: UInt8 in [0, 0x7f, 0xff] where frame.message(offset) != byte {
          let verdicts = plain.altered(number, offset, [byte], at: frame.isToClient ? .near : .far).comparison.hops[0].verdicts
          #expect(verdicts.contains { $0.kind == .altered && $0.confidence == .proven }, "frame \(number), byte \(offset)")
        }
      }
    }
  }
}
