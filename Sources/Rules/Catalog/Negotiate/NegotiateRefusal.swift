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
  /// SMB 3.0 and 3.0.2 leave no choice of algorithms.
  case fixedAlgorithms
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
    } else if let fault = request.contexts.fault {
      self = .malformed(fault, isOverrun: true)
    } else if lacksPreauthHash {
      self = .noPreauthHash
    } else if let offered = request.contexts.signingAlgorithms, !Set(offered).isSuperset(of: [0, 1, 2]) {
      self = .signing(offered)
    } else if let highest = request.dialects.max(), highest == .smb300 || highest == .smb302 {
      self = .fixedAlgorithms
    } else {
      self = request.contexts.isEmpty || !request.isWhole ? .unknown : .contexts(request.contexts)
    }
  }

  /// What is proven to be wrong goes into the summary.
  var note: String? {
    switch self {
    case .noDialects: "the request offers no dialect"
    case .noPreauthHash: "the request offers SMB 3.1.1 without a preauthentication hash"
    case .malformed(let what, let isOverrun): isOverrun ? "the context \(what)" : "its negotiate contexts cannot be read (\(what))"
    case .signing, .fixedAlgorithms, .contexts, .unknown: nil
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
    case .fixedAlgorithms: [
      "possibly no algorithm in common: SMB 3.0.2 and older sign only with AES-128-CMAC and encrypt only with AES-128-CCM; Samba gives this answer if its own lists lack one of them",
      "a device on the path rewrites NEGOTIATE", "a fault in the client's software",
    ]
    case .contexts(let contexts): noSigningContext(contexts) + [
      "an old or embedded server that fails on a context that it does not know: the client sent \(contexts.map { $0.type.map(SMB2NegotiateContext.name) ?? "?" }.joined(separator: ", "))",
      "a server that rejects clients that offer SMB 3.1.1",
      "a device on the path rewrites NEGOTIATE",
    ]
    case .unknown: nil
    }
  }

  /// Without the context a client signs with AES-CMAC: MS-SMB2 3.3.5.4.
  private func noSigningContext(_ contexts: [SMB2NegotiateContext]) -> [String] {
    guard contexts.signingAlgorithms == nil else { return [] }
    return ["possibly no signing algorithm in common: the client sends no SIGNING context, so it signs only with AES-128-CMAC; Samba gives this answer if its own list lacks it"]
  }

  var remedies: [Remedy]? {
    switch self {
    case .malformed: [.patchClient, .captureOtherSide]
    case .noDialects, .noPreauthHash, .unknown: nil
    case .signing: [.signingAlgorithmsSamba, .dialectWithoutContexts, .patchBoth]
    case .fixedAlgorithms: [.signingAlgorithmsSamba, .ciphersSamba, .captureOtherSide]
    case .contexts(let contexts) where contexts.signingAlgorithms == nil:
      [.signingAlgorithmsSamba, .dialectWithoutContexts, .patchBoth, .captureOtherSide]
    case .contexts: [.dialectWithoutContexts, .patchBoth, .captureOtherSide]
    }
  }
}

extension [SMB2NegotiateContext] {
  /// What the specification forbids in a list that can be read: a context twice (MS-SMB2 3.3.5.4), or one without an algorithm (2.2.3.1).
  fileprivate var fault: String? {
    var seen: Set<UInt16> = []
    for context in self {
      guard let type = context.type else { continue }
      let name = SMB2NegotiateContext.name(ofType: type)
      switch context {
      case .preauthIntegrity, .encryption, .compression, .signing:
        if !seen.insert(type).inserted { return "\(name) is in the list twice" }
      default: break
      }
      switch context {
      case .preauthIntegrity(let algorithms) where algorithms.isEmpty, .signing(let algorithms) where algorithms.isEmpty,
        .compression(let algorithms, _) where algorithms.isEmpty:
        return "\(name) names no algorithm"
      case .encryption(let ciphers) where ciphers.isEmpty: return "\(name) names no cipher"
      default: break
      }
    }
    return nil
  }
}
