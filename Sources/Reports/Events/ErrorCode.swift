import Diagnosis
import Protocols
import Rules

/// The error with which a server or KDC refused something, for the fields `error.*` of an event.
struct ErrorCode: Equatable {
  enum Kind: String {
    case status = "NTSTATUS"
    case kerberos = "Kerberos"
  }

  /// `STATUS_LOGON_FAILURE`, `KDC_ERR_CLIENT_REVOKED`; the number of what has no name.
  var code: String
  var kind: Kind

  private static let statuses = Set(NTStatus.names.filter { NTStatus(rawValue: $0.key).isError }.values)
  private static let kerberos = Set(KerberosErrorCode.names.values)

  /// The first error of what a frame shows.
  init?(in note: String) {
    let words = note.split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_")) }
    guard let found = words.lazy.compactMap({ Self(word: String($0)) }).first else { return nil }
    self = found
  }

  private init?(word: String) {
    if Self.statuses.contains(word), word != NTStatus.moreProcessingRequired.name {
      self.init(code: word, kind: .status)
    } else if Self.kerberos.contains(word) {
      self.init(code: word, kind: .kerberos)
    } else if word.hasPrefix("0xC"), word.count == 10, let number = UInt32(word.dropFirst(2), radix: 16) {
      let status = NTStatus(rawValue: number)
      guard status != .moreProcessingRequired else { return nil }
      self.init(code: status.name ?? word, kind: .status)
    } else {
      return nil
    }
  }

  private init(code: String, kind: Kind) {
    self.code = code
    self.kind = kind
  }
}

extension Finding {
  /// Of the frame that decides; of what is about a refusal, else of the last frame that shows one.
  var errorCode: ErrorCode? {
    if let error = decisive.flatMap({ ErrorCode(in: $0.note) }) { return error }
    guard rule.nature == .status else { return nil }
    return evidence.reversed().lazy.compactMap { ErrorCode(in: $0.note) }.first
  }
}
