import Packets
import Protocols
import Transcripts

/// Why a server finds NEGOTIATE malformed, as far as the request shows it.
enum NegotiateRefusal {
  case noDialects
  case noPreauthHash
  /// A context that is longer than the message, or that cannot be read.
  case malformed(String, isOverrun: Bool)
  /// Not every signing algorithm is offered, so the server may have none of them.
  case signing([UInt16])
  /// Nothing is wrong with the request.
  case contexts([SMB2NegotiateContext])
  case unknown

  init(_ request: SMB2NegotiateRequest?, lacksPreauthHash: Bool) {
    guard let request else {
      self = .unknown
      return
    }
    if request.dialects.isEmpty {
      self = .noDialects
    } else if let error = request.contexts.error {
      switch error.reason {
      case .malformed(let what): self = .malformed(what, isOverrun: true)
      case .truncated, .unexpected: self = .malformed("\(error.reason)", isOverrun: false)
      }
    } else if lacksPreauthHash {
      self = .noPreauthHash
    } else if let offered = request.contexts.signingAlgorithms, !Set(offered).isSuperset(of: [0, 1, 2]) {
      self = .signing(offered)
    } else {
      self = request.contexts.isEmpty ? .unknown : .contexts(request.contexts)
    }
  }

  /// What is proven to be wrong goes into the summary.
  var note: String? {
    switch self {
    case .noDialects: "the request offers no dialect"
    case .noPreauthHash: "the request offers SMB 3.1.1 without a preauthentication hash"
    case .malformed(let what, let isOverrun): isOverrun ? "the context \(what)" : "its negotiate contexts cannot be read (\(what))"
    case .signing, .contexts, .unknown: nil
    }
  }

  var causes: [String]? {
    switch self {
    case .malformed(let what, let isOverrun): [
      "a fault in the client's software: " + (isOverrun ? what : "the list of contexts is malformed (\(what))"),
      "a device on the path cut or rewrote NEGOTIATE",
    ]
    case .noDialects, .noPreauthHash: ["a device on the path rewrites NEGOTIATE", "a fault in the client's software"]
    case .signing(let offered): [
      "possibly no signing algorithm in common: the client offers only \(offered.map(SMB2NegotiateContext.signingName).joined(separator: ", ")); Samba gives this answer if its own list has none of them",
      "an old server that fails on a context that it does not know",
    ]
    case .contexts(let contexts): [
      "an old or embedded server that fails on a context that it does not know: the client sent \(contexts.map { $0.type.map(SMB2NegotiateContext.name) ?? "?" }.joined(separator: ", "))",
      "a server that rejects clients that offer SMB 3.1.1",
      "a device on the path rewrites NEGOTIATE",
    ]
    case .unknown: nil
    }
  }

  var remedies: [Remedy]? {
    switch self {
    case .malformed: [.patchClient, .captureOtherSide]
    case .noDialects, .noPreauthHash, .unknown: nil
    case .signing: [.signingAlgorithmsSamba, .dialectWithoutContexts, .patchBoth]
    case .contexts: [.dialectWithoutContexts, .patchBoth, .captureOtherSide]
    }
  }
}
