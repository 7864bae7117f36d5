import Capture
import Foundation
import Reports
import Transcripts

/// The fields of one message in which two decoders can be compared.
struct OracleMessage: Hashable, CustomStringConvertible {
  var frame: Int
  var tcpStream: Int?
  var content: String

  var description: String { "\(frame) \(tcpStream.map(String.init) ?? "nil") \(content)" }

  /// NEGOTIATE, SESSION_SETUP, LOGOFF, TREE_CONNECT, TREE_DISCONNECT and IOCTL.
  private static let commands: Set<Int> = [0, 1, 2, 3, 4, 11]

  /// nil for a message that is not compared.
  init?(_ object: [String: Any]) {
    guard let frame = object["frame"] as? Int, let kind = object["protocol"] as? String else { return nil }
    self.frame = frame
    tcpStream = object["tcpStream"] as? Int
    switch kind {
    case "krb5":
      content = "krb5 \(object["type"] as? Int ?? -1)" + ((object["errorCode"] as? Int).map { " error \($0)" } ?? "")
    case "smb2" where object["encrypted"] as? Bool == true:
      content = "smb2 encrypted"
    case "smb2":
      guard let command = object["command"] as? Int, Self.commands.contains(command),
        let isResponse = object["response"] as? Bool
      else { return nil }
      let fields = [
        "\(command)", isResponse ? "response" : "request",
        isResponse ? Self.number(object["status"]) : "", "\(object["messageId"] as? UInt64 ?? 0)",
        Self.number(object["sessionId"]), Self.number(object["treeId"]), "\(object["signed"] as? Bool ?? false)",
      ]
      content = "smb2 " + fields.joined(separator: " ")
    default: return nil
    }
  }

  /// Hexadecimal text of any width.
  private static func number(_ value: Any?) -> String {
    guard let text = value as? String else { return "nil" }
    return UInt64(text.hasPrefix("0x") ? String(text.dropFirst(2)) : text, radix: 16).map { String($0) } ?? text
  }

  /// The messages of an NDJSON text, each with how often it occurs.
  static func all(in text: String) -> [OracleMessage: Int] {
    text.split(separator: "\n").reduce(into: [:]) { counts, line in
      guard let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
        let message = OracleMessage(object)
      else { return }
      counts[message, default: 0] += 1
    }
  }

  /// The messages smbdx sees; nil when the file is no capture.
  static func all(in capture: URL) throws -> [OracleMessage: Int]? {
    guard let recording = try? Recording(paths: [capture.path]) else { return nil }
    var text = ""
    var tracker = Tracker(messages: MessageWriter(.ndjson) { text += $0 }) { _ in }
    recording.forEachFrame { frame, _, bytes in tracker.accept(frame, bytes) }
    _ = tracker.finish()
    return all(in: text)
  }
}
