package import Packets
package import Protocols

/// An exchange of FSCTL_VALIDATE_NEGOTIATE_INFO: MS-SMB2 3.2.5.14.12, 3.3.5.15.12.
package struct Validation: Sendable {
  /// nil when the request could not be read.
  package var request: SMB2ValidateNegotiateRequest?
  package var requestStamp: MessageStamp
  package var sessionID: UInt64
  var requestSignature: SMB2Signature?
  package var maxOutputResponse: UInt32 = 0
  package var response: SMB2ValidateNegotiateResponse?
  package var responseStamp: MessageStamp?
  /// Bytes of output in a successful answer.
  package var outputCount: UInt32?
  /// The answer carries the signature of the request, as errors do that are sent before it is looked at.
  package var echoesSignature = false

  /// The answer succeeded, and the capture lacks what it says.
  package var isCut = false
  /// The capture lacks the control code: it is a request of this length, and the only one that is signed.
  package var isRecognizedByForm = false

  package var status: NTStatus? { responseStamp?.status }

  /// The request was read, and has a form that no client gives it.
  package var isMalformed: Bool { request.map { !$0.isWellFormed } ?? false }

  /// Statuses by which a server says that it does not know the request (MS-SMB2 3.2.5.14.12 accepts every error
  /// but ACCESS_DENIED).
  package static let harmlessStatuses: Set<NTStatus> = [
    .notSupported, .invalidDeviceRequest, .fileClosed, .fsDriverRequired, .invalidParameter,
  ]
}

/// One field of the comparison between NEGOTIATE and VALIDATE_NEGOTIATE_INFO.
package struct FieldComparison: Hashable, Sendable, Codable {
  package enum Direction: String, Sendable, Codable {
    case request, response
  }

  package enum Field: String, Sendable, CaseIterable {
    case dialects, capabilities, guid, securityMode = "security-mode", dialect

    /// The name in MS-SMB2.
    package var specificationName: String {
      switch self {
      case .dialects: "Dialects"
      case .capabilities: "Capabilities"
      case .guid: "Guid"
      case .securityMode: "SecurityMode"
      case .dialect: "Dialect"
      }
    }
  }

  /// The value of a field. It becomes text only in a report.
  package enum Value: Hashable, Sendable, Codable {
    case dialects([SMB2Dialect])
    case capabilities(SMB2Capabilities)
    case guid(GUID)
    case securityMode(SMB2SecurityMode)
    case dialect(SMB2Dialect)
  }

  package var direction: Direction
  /// What NEGOTIATE said.
  package var negotiated: Value
  /// What Validate Negotiate repeats.
  package var validated: Value

  package var field: Field { negotiated.field }
  package var isEqual: Bool { negotiated == validated }

  /// The same dialects in another order.
  package var differsInOrderOnly: Bool {
    guard case .dialects(let before) = negotiated, case .dialects(let after) = validated else { return false }
    return before != after && before.sorted() == after.sorted()
  }
}

extension FieldComparison.Value: CustomStringConvertible {
  package var field: FieldComparison.Field {
    switch self {
    case .dialects: .dialects
    case .capabilities: .capabilities
    case .guid: .guid
    case .securityMode: .securityMode
    case .dialect: .dialect
    }
  }

  package var description: String {
    switch self {
    case .dialects(let dialects): dialects.map(\.hex).joined(separator: " ")
    case .capabilities(let capabilities): capabilities.description
    case .guid(let guid): guid.description
    case .securityMode(let mode): mode.description
    case .dialect(let dialect): dialect.hex
    }
  }
}

extension Validation {
  /// Every field of both directions for which the capture has both sides, equal ones too.
  ///
  /// - Parameter negotiation: the final SMB2 NEGOTIATE exchange. The provisional 0x02FF answer to a
  ///   multi-protocol request is never what the peers compare with (MS-SMB2 3.3.5.3.1).
  package func comparison(with negotiation: Negotiation?) -> [FieldComparison] {
    var fields: [FieldComparison] = []
    fields.reserveCapacity(8)
    forEachField(with: negotiation) { fields.append($0) }
    return fields
  }

  /// Whether all fields say what NEGOTIATE said, in one direction or in both. Asked of each connection, so without a list.
  func agrees(with negotiation: Negotiation?, in direction: FieldComparison.Direction? = nil) -> Bool {
    var agrees = true
    forEachField(with: negotiation) { field in
      if direction == nil || field.direction == direction { agrees = agrees && field.isEqual }
    }
    return agrees
  }

  private func forEachField(with negotiation: Negotiation?, _ take: (FieldComparison) -> Void) {
    func compare(_ direction: FieldComparison.Direction, _ negotiated: FieldComparison.Value, _ validated: FieldComparison.Value) {
      take(FieldComparison(direction: direction, negotiated: negotiated, validated: validated))
    }
    if let ours = negotiation?.request, let theirs = request, theirs.isWellFormed {
      compare(.request, .dialects(ours.dialects), .dialects(theirs.dialects))
      compare(.request, .capabilities(ours.capabilities), .capabilities(theirs.capabilities))
      compare(.request, .guid(ours.clientGUID), .guid(theirs.clientGUID))
      compare(.request, .securityMode(ours.securityMode), .securityMode(theirs.securityMode))
    }
    if let ours = negotiation?.response, let theirs = response {
      compare(.response, .capabilities(ours.capabilities), .capabilities(theirs.capabilities))
      compare(.response, .guid(ours.serverGUID), .guid(theirs.serverGUID))
      compare(.response, .securityMode(ours.securityMode), .securityMode(theirs.securityMode))
      compare(.response, .dialect(ours.dialectRevision), .dialect(theirs.dialect))
    }
  }
}

/// The end of a connection with Validate Negotiate as the last thing said.
package struct ValidationAbort: Sendable {
  /// A client that has waited this long gives up on an answer; before, it hangs up on purpose.
  package static let timeout = TimeSpan.seconds(10)

  package var validation: Validation
  package var termination: Termination
  package var peer: Peer
  /// When it closed, or disconnected the share before that.
  var leaving: Timestamp

  /// The server does not know the request, or says so, and the client leaves within a moment.
  package var isOverRefusal: Bool {
    guard let reply = validation.responseStamp, reply.status?.isError == true, peer == .client else { return false }
    return (.zero ... End.promptness).contains(leaving.since(reply.time))
  }
}

extension Transcript {
  /// The last Validate Negotiate exchange.
  package var lastValidation: Validation? { validations.last }

  /// The session in which a validation took place, when the capture shows its set-up.
  package func session(of validation: Validation) -> Session? {
    session(validation.sessionID, at: validation.requestStamp.frame) ?? mainSession
  }

  package func session(_ id: UInt64, at frame: Int) -> Session? { sessions.place(of: id, at: frame).map { sessions[$0] } }

  /// The session in which a share was connected, when the capture shows its set-up.
  package func session(of tree: Tree) -> Session? { session(tree.sessionID, at: tree.requestStamp.frame) }

  /// nil when the connection is open, or went on after the validation.
  ///
  /// Without an answer, either side may have left over it as long as the server has said nothing else since. Once it
  /// is answered only the client has a reason to leave over it, at once when the answer agrees. A client of which the
  /// capture lacks something since may have gone on.
  package var validationAbort: ValidationAbort? {
    guard let validation = lastValidation, let termination = ending, termination.stamp.number > validation.requestStamp.frame
    else { return nil }
    let peer = peer(termination.side)
    guard peer != .client || !visibility.mayHideMessages(from: .client, behind: validation.requestStamp.frame)
    else { return nil }
    if let reply = validation.responseStamp, reply.frame < termination.stamp.number {
      guard peer == .client, traffic.requestsSinceValidation == 0, !wasLeftOrderly || reply.status?.isError == true
      else { return nil }
      let isSoon = termination.stamp.time.since(reply.time) <= End.promptness + (roundTripTime ?? .zero)
      guard isSoon || outcome(of: validation) != .passed else { return nil }
    } else if traffic.responsesSinceValidation > 0
      || visibility.mayHideMessages(from: .server, behind: validation.requestStamp.frame)
    {
      return nil
    }
    let left = traffic.turnedAway.flatMap { $0.number > validation.requestStamp.frame ? $0 : nil }
    return ValidationAbort(validation: validation, termination: termination, peer: peer, leaving: (left ?? termination.stamp).time)
  }
}
