import Protocols
import Transcripts

/// One message in few words.
struct MessageLine {
  var name: String
  /// nil when it cannot be told.
  var isResponse: Bool?
  var status: String?
  var isError = false
  var words: [String] = []

  init(_ message: ObservedMessage, hasKeys: Bool) {
    switch message.content {
    case .smb2(let header, let body):
      name = "SMB2 \(header.command.name)"
      isResponse = header.isResponse
      status = header.status.map { $0 == .success ? "ok" : $0.description }
      isError = header.status.map { $0.isError && $0 != .moreProcessingRequired } ?? false
      words = MessageDetails(body).words
      if body == nil { markUnreadable() }
      words += Self.words(message.origin.proof, isSigned: header.isSigned, hasKeys)
      if message.origin.isCompressed { words.append("compressed") }
    case .smb1(let header, let exchange, let body):
      name = "SMB1 \(header.command)"
      isResponse = header.isResponse
      if header.isResponse {
        status = header.status == .success ? "ok" : header.status.description
        isError = header.status.isError && header.status != .moreProcessingRequired
      }
      let details = MessageDetails(header, exchange, body)
      if details.isUnreadable { markUnreadable() }
      words = details.words
      words += Self.words(message.origin.proof, isSigned: header.isSigned, hasKeys)
    case .encrypted(let sessionID):
      name = "SMB2 encrypted"
      words = ["session \(hexadecimal(sessionID))"]
    case .compressed(let isUnreadable):
      name = "SMB2 compressed"
      if isUnreadable { markUnreadable() }
    case .dns(let message):
      name = "DNS \(message.question.type)"
      isResponse = message.isResponse
      status = message.responseCode == .noError ? "ok" : "\(message.responseCode)"
      isError = message.responseCode != .noError
      words = MessageDetails(message).words
    case .kerberos(let message):
      name = "KRB5 \(message.type)"
      isResponse = [.asRep, .tgsRep, .apRep, .error].contains(message.type)
      isError = message.type == .error
      words = MessageDetails(message).words
    }
  }

  /// How it is protected, and with keys whether that is right.
  private static func words(_ proof: MessageProof, isSigned: Bool, _ hasKeys: Bool) -> [String] {
    if proof.isDecrypted { return ["decrypted"] }
    guard isSigned else { return [] }
    return [proof.verdict(isSigned: isSigned, hasKeys: hasKeys).map { "signature \($0)" } ?? "signed"]
  }

  /// An unreadable message is not shown as a success.
  private mutating func markUnreadable() {
    status = [status == "ok" ? nil : status, "unreadable"].compactMap(\.self).joined(separator: ", ")
    isError = true
  }
}
