import Packets
import Protocols

extension MessageDetails {
  /// An answer of a resolver.
  init(_ message: DNSMessage) {
    add("id", .number(UInt64(message.id)))
    add("rcode", .number(UInt64(message.responseCode.rawValue)))
    add("rcodeName", message.responseCode.name)
    add("truncated", .flag(message.isTruncated))
    add("name", message.question.name)
    add("type", .number(UInt64(message.question.type.rawValue)))
    add("typeName", message.question.type.description)
    add("answers", .objects(message.answers.map(\.fields)))
    if message.answersCutShort != nil { add("unreadable", .flag(true)) }
    say(message.question.name)
    for record in message.answers { say(record.words) }
    if message.answersCutShort != nil { say("unreadable") }
  }
}

extension DNSRecord {
  fileprivate var fields: [MessageDetails.Field] {
    typealias Field = MessageDetails.Field
    let common = [
      Field("name", .text(name)), Field("type", .number(UInt64(type.rawValue))), Field("ttl", .number(UInt64(timeToLive))),
    ]
    return switch content {
    case .address(let address): common + [Field("address", .text(address.description))]
    case .alias(let target): common + [Field("cname", .text(target))]
    case .service(let priority, let port, let target):
      common + [
        Field("priority", .number(UInt64(priority))), Field("port", .number(UInt64(port))), Field("target", .text(target)),
      ]
    case .other: common
    }
  }

  fileprivate var words: String? {
    switch content {
    case .address(let address): address.description
    case .alias(let target): "alias of \(target)"
    case .service(_, let port, let target): "\(target):\(port)"
    case .other: nil
    }
  }
}
