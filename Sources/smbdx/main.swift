import Capture
import Packets
import Protocols
import Rules
import Transcripts

final class Printer: MessageObserver {
  func observe(_ m: ObservedMessage) {
    switch m.content {
    case .smb2(let h, _):
      print("{\"frame\":\(m.origin.lastFrame),\"tcpStream\":\(m.tcpStream ?? -1),\"protocol\":\"smb2\",\"command\":\(h.command.rawValue),\"response\":\(h.isResponse),\"status\":\"\(h.status.map { hexadecimal($0.rawValue) } ?? "null")\",\"messageId\":\(h.messageID),\"sessionId\":\"\(hexadecimal(h.sessionID))\",\"treeId\":\"\(h.treeID.map(hexadecimal) ?? "null")\",\"signed\":\(h.isSigned)}")
    case .encrypted: print("{\"frame\":\(m.origin.lastFrame),\"tcpStream\":\(m.tcpStream ?? -1),\"protocol\":\"smb2\",\"command\":null,\"encrypted\":true}")
    case .kerberos(let k):
      var code = ""
      if case .error(let e) = k { code = ",\"errorCode\":\(e.errorCode.rawValue)" }
      print("{\"frame\":\(m.origin.lastFrame),\"tcpStream\":\(m.tcpStream.map { "\($0)" } ?? "null"),\"protocol\":\"krb5\",\"type\":\(k.type.rawValue)\(code)}")
    default: break
    }
  }
}
let mode = CommandLine.arguments[1]
let recording = try Recording(paths: Array(CommandLine.arguments[2...]))
let engine = Engine()
let tracker = Tracker(messages: mode == "m" ? Printer() : nil) { t in
  guard mode == "a" else { return }
  let v = engine.judge(t)
  let stages = Stage.allCases.map { "\($0.rawValue)=\(t.outcome(of: $0).rawValue)" }.joined(separator: " ")
  print("#\(t.id) stream \(t.tcpStream) \(t.client) -> \(t.server) \(t.outcome.rawValue) \(t.dialect?.description ?? "-") \(stages) user=\(t.mainSession?.identity.user ?? "-") end=\(t.ending.map { "\(t.peer($0.side)) \($0.kind)@\($0.stamp.number)" } ?? "-") lost=\(t.visibility.lost.count) unreadable=\(t.unreadable.map(\.description))")
  for f in v.findings { print("   \(f.isPrimary ? "*" : " ") \(f.severity)[\(f.rule.id)] \(f.observation.summary) (\(f.observation.confidence)) frames \(f.frames)") }
  for n in v.notChecked { print("     not checked: \(n.obstacle.reason): \(n.rules.count)") }
}
recording.forEachFrame { frame, _, bytes in tracker.accept(frame, bytes) }
let kerberos = tracker.finish()
if mode == "a" { for f in engine.judge(kerberos) { print("   K \(f.severity)[\(f.rule.id)] \(f.observation.summary) \(f.frames)") } }
for d in recording.damage { print("damage \(d)") }
