import Capture
import Foundation
import Reports
import Transcripts

/// SMB1 messages as tshark decodes them: for each frame what its first message says.
enum SMB1Oracle {
  /// Two are equal that differ in a status which only one of them tells: tshark does not translate those of DOS.
  struct Message: Equatable, CustomStringConvertible {
    var content: String
    var status: Int?
    var description: String { "\(content) status \(status.map(String.init) ?? "-")" }

    static func == (left: Self, right: Self) -> Bool {
      left.content == right.content && (left.status == nil || right.status == nil || left.status == right.status)
    }
  }

  private static let program = "/usr/bin/tshark"
  static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: program) }

  /// Commands that are compared: 0x71 to 0x75.
  private static let commands = 0x71...0x75

  /// Whether the protocol's name is in the file at all: tshark takes its time.
  static func mayHold(_ capture: URL) throws -> Bool {
    try Data(contentsOf: capture, options: .mappedIfSafe).range(of: Data([0xff, 0x53, 0x4d, 0x42])) != nil
  }

  static func theirs(in capture: URL) throws -> [Int: Message] {
    let fields = [
      "frame.number", "smb.cmd", "smb.flags.response", "smb.nt_status", "smb.mid", "smb.uid", "smb.path", "smb.account",
    ]
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments =
      ["-n", "-2", "-r", capture.path, "-Y", "smb && tcp", "-T", "fields", "-E", "aggregator=|"]
      + fields.flatMap { ["-e", $0] }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    return text.split(separator: "\n").reduce(into: [:]) { messages, line in
      let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map {
        $0.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      }
      guard columns.count == fields.count, let frame = Int(columns[0][0]), let command = number(columns[1][0]),
        commands.contains(command)
      else { return }
      let isResponse = ["1", "True"].contains(columns[2][0])
      messages[frame] = describe(
        command, isResponse, isResponse ? number(columns[3][0]) : nil, Int(columns[4][0]), Int(columns[5][0]),
        // In front of the path of this message stands the one its TreeId had before.
        path: command == 0x75 && !isResponse ? columns[6].last?.replacing(#"\\"#, with: #"\"#) : nil,
        user: columns[7][0])
    }
  }

  static func ours(in capture: URL) throws -> [Int: Message]? {
    guard let recording = try? Recording(paths: [capture.path]) else { return nil }
    var text = ""
    var tracker = Tracker(messages: MessageWriter(.ndjson) { text += $0 }) { _ in }
    recording.forEachFrame { frame, _, bytes in tracker.accept(frame, bytes) }
    _ = tracker.finish()
    return text.split(separator: "\n").reduce(into: [:]) { messages, line in
      guard let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
        object["protocol"] as? String == "smb1", let frame = object["frame"] as? Int, messages[frame] == nil,
        let command = object["command"] as? Int, let isResponse = object["response"] as? Bool
      else { return }
      messages[frame] = describe(
        command, isResponse, (object["status"] as? String).flatMap(number), object["multiplexId"] as? Int,
        object["userId"] as? Int, path: command == 0x75 ? (object["path"] as? String)?.replacing(#"\\"#, with: #"\"#) : nil,
        // The user of a token is shown under the same name.
        user: object["tokenLength"] == nil ? object["user"] as? String ?? "" : "")
    }
  }

  private static func describe(
    _ command: Int, _ isResponse: Bool, _ status: Int?, _ multiplexID: Int?, _ userID: Int?, path: String?, user: String
  ) -> Message {
    Message(
      content: "\(String(command, radix: 16)) \(isResponse) mid \(multiplexID ?? -1) uid \(userID ?? -1) \(path ?? "") \(user)",
      status: status)
  }

  private static func number(_ text: String) -> Int? {
    text.hasPrefix("0x") ? Int(text.dropFirst(2), radix: 16) : Int(text)
  }
}
