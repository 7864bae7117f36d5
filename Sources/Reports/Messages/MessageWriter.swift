package import Packets
import Protocols
package import Transcripts

/// Writes every control-plane message as it is completed, one a line.
package final class MessageWriter: MessageObserver {
  package enum Format: Sendable {
    case text(isColored: Bool)
    case ndjson
  }

  /// Where the time of the text lines begins; the first message when nothing else is set.
  package var start: Timestamp?
  /// `SMB2 TREE_DISCONNECT`
  private static let nameWidth = 20
  private let format: Format
  private let hasKeys: Bool
  private let write: (String) -> Void
  private let json: JSONWriter

  /// - Parameter hasKeys: signatures are checked, and one that cannot be is unknown.
  package init(_ format: Format, hasKeys: Bool = false, write: @escaping (String) -> Void) {
    self.format = format
    self.hasKeys = hasKeys
    self.write = write
    json = JSONWriter(.line, write: write)
  }

  package func observe(_ message: ObservedMessage) {
    switch format {
    case .ndjson: writeJSON(message)
    case .text(let isColored): writeLine(message, Palette(isColored: isColored))
    }
  }

  // MARK: NDJSON

  private func writeJSON(_ message: ObservedMessage) {
    json.object {
      json.member("frame", message.origin.lastFrame)
      json.member("firstFrame", message.origin.firstFrame)
      json.member("tcpStream", message.tcpStream)
      switch message.content {
      case .smb2(let header, let body): write(header, body, message.origin)
      case .smb1(let header, let exchange, let body): write(header, MessageDetails(header, exchange, body), message.origin)
      case .encrypted(let sessionID):
        json.member("protocol", "smb2")
        json.null("command")
        json.member("encrypted", true)
        json.member("sessionId", hexadecimal(sessionID))
      case .compressed(let isUnreadable):
        json.member("protocol", "smb2")
        json.null("command")
        json.member("compressed", true)
        if isUnreadable { json.member("unreadable", true) }
      case .dns(let dns):
        json.member("protocol", "dns")
        json.member("response", dns.isResponse)
        json.members(MessageDetails(dns).fields)
      case .kerberos(let kerberos):
        json.member("protocol", "krb5")
        json.members(MessageDetails(kerberos).fields)
      }
    }
  }

  private func write(_ header: SMB2Header, _ body: SMB2Body?, _ origin: MessageOrigin) {
    json.member("protocol", "smb2")
    json.member("command", Int(header.command.rawValue))
    json.member("commandName", header.command.name)
    json.member("response", header.isResponse)
    json.member("status", header.status.map { hexadecimal($0.rawValue) })
    json.member("messageId", header.messageID)
    json.member("sessionId", hexadecimal(header.sessionID))
    json.member("treeId", header.treeID.map { hexadecimal($0) })
    json.member("signed", header.isSigned)
    json.member("encrypted", origin.proof.isDecrypted)
    if origin.proof.isDecrypted { json.member("decrypted", true) }
    if let verdict = origin.proof.verdict(isSigned: header.isSigned, hasKeys: hasKeys) { json.member("signature", verdict) }
    if origin.isCompressed { json.member("compressed", true) }
    if body == nil { json.member("unreadable", true) }
    json.members(MessageDetails(body).fields)
  }

  private func write(_ header: SMB1Header, _ details: MessageDetails, _ origin: MessageOrigin) {
    json.member("protocol", "smb1")
    json.member("command", Int(header.command.rawValue))
    json.member("commandName", header.command.description)
    json.member("response", header.isResponse)
    json.member("status", header.isResponse ? hexadecimal(header.status.rawValue) : nil)
    json.member("multiplexId", Int(header.multiplexID))
    json.member("userId", Int(header.userID))
    json.member("treeId", Int(header.treeID))
    json.member("signed", header.isSigned)
    if let verdict = origin.proof.verdict(isSigned: header.isSigned, hasKeys: hasKeys) { json.member("signature", verdict) }
    json.members(details.fields)
  }

  // MARK: Text

  /// `     14    0.021482  0 → SMB2 IOCTL  FSCTL_VALIDATE_NEGOTIATE_INFO, dialects 0x0202 …`
  private func writeLine(_ message: ObservedMessage, _ palette: Palette) {
    let line = MessageLine(message, hasKeys: hasKeys)
    let time = message.origin.lastTime
    if start == nil { start = time }
    let offset = start.map { time.since($0) } ?? .zero
    let place =
      aligned("\(message.origin.lastFrame)", 7) + aligned(seconds(offset), 14)
      + aligned(message.tcpStream.map { "\($0)" } ?? "udp", 6)
    // Request and response; which of the two sent an encrypted message is not known here.
    let arrow = line.isResponse.map { $0 ? "←" : "→" } ?? " "
    var text = palette.paint(place, .faint) + " \(arrow) " + palette.paint(line.name, .strong)
    let hasMore = line.status != nil || !line.words.isEmpty
    if hasMore { text += String(repeating: " ", count: max(0, Self.nameWidth - line.name.count)) }
    if let status = line.status { text += "  " + palette.paint(status, line.isError ? .error : .plain) }
    let words = line.words.map { Escaping.visible(Escaping.clipped($0)) }.joined(separator: ", ")
    if !words.isEmpty { text += "  " + words }
    write(text + "\n")
  }

  private func aligned(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  /// In seconds with six digits, as Wireshark shows them.
  private func seconds(_ span: TimeSpan) -> String {
    let microseconds = (span.nanoseconds.magnitude + 500) / 1000
    let fraction = padded(Int64(microseconds % 1_000_000), 6)
    return (span < .zero ? "-" : "") + "\(microseconds / 1_000_000).\(fraction)"
  }
}

extension MessageProof {
  /// nil for a message without a signature, and where there are no keys.
  func verdict(isSigned: Bool, hasKeys: Bool) -> String? {
    guard isSigned, hasKeys, !isDecrypted else { return nil }
    return contains(.hasRightSignature) ? "good" : contains(.hasWrongSignature) ? "bad" : "unknown"
  }
}
