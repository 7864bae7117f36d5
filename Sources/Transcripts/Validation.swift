package import Packets
package import Protocols

/// An exchange of FSCTL_VALIDATE_NEGOTIATE_INFO: MS-SMB2 3.2.5.14.12, 3.3.5.15.12.
package struct Validation: Sendable {
  /// nil when the request could not be read.
  package var request: SMB2ValidateNegotiateRequest?
  package var requestStamp: MessageStamp
  package var maxOutputResponse: UInt32 = 0
  package var response: SMB2ValidateNegotiateResponse?
  package var responseStamp: MessageStamp?
  /// Bytes of output in a successful answer.
  package var outputCount: UInt32?
  /// Why a successful answer could not be read.
  package var responseError: DecodeError?

  package var status: NTStatus? { responseStamp?.status }

  /// Statuses by which a server says that it does not know the request (MS-SMB2 3.2.5.14.12 accepts every error
  /// but ACCESS_DENIED).
  package static let harmlessStatuses: Set<NTStatus> = [
    .notSupported, .invalidDeviceRequest, .fileClosed, .fsDriverRequired, .invalidParameter,
  ]
}

/// One field of the comparison between NEGOTIATE and VALIDATE_NEGOTIATE_INFO.
package struct FieldComparison: Hashable, Sendable {
  package enum Direction: String, Sendable {
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

  package var direction: Direction
  package var field: Field
  package var negotiated: String
  package var validated: String
  /// The same dialects in another order.
  package var differsInOrderOnly = false

  package var isEqual: Bool { negotiated == validated }
}

extension Validation {
  /// Every field of both directions for which the capture has both sides, equal ones too.
  ///
  /// - Parameter negotiation: the final SMB2 NEGOTIATE exchange. The provisional 0x02FF answer to a
  ///   multi-protocol request is never what the peers compare with (MS-SMB2 3.3.5.3.1).
  package func comparison(with negotiation: Negotiation?) -> [FieldComparison] {
    var fields: [FieldComparison] = []
    if let ours = negotiation?.request, let theirs = request {
      fields.append(
        FieldComparison(
          direction: .request, field: .dialects, negotiated: Self.list(ours.dialects),
          validated: Self.list(theirs.dialects), differsInOrderOnly: Set(ours.dialects) == Set(theirs.dialects)))
      fields += Self.common(
        .request, (ours.capabilities, theirs.capabilities), (ours.clientGUID, theirs.clientGUID),
        (ours.securityMode, theirs.securityMode))
    }
    if let ours = negotiation?.response, let theirs = response {
      fields += Self.common(
        .response, (ours.capabilities, theirs.capabilities), (ours.serverGUID, theirs.serverGUID),
        (ours.securityMode, theirs.securityMode))
      fields.append(
        FieldComparison(
          direction: .response, field: .dialect, negotiated: ours.dialectRevision.hex, validated: theirs.dialect.hex))
    }
    return fields
  }

  private static func common(
    _ direction: FieldComparison.Direction, _ capabilities: (SMB2Capabilities, SMB2Capabilities), _ guid: (GUID, GUID),
    _ mode: (SMB2SecurityMode, SMB2SecurityMode)
  ) -> [FieldComparison] {
    [
      FieldComparison(
        direction: direction, field: .capabilities, negotiated: capabilities.0.description,
        validated: capabilities.1.description),
      FieldComparison(direction: direction, field: .guid, negotiated: guid.0.description, validated: guid.1.description),
      FieldComparison(
        direction: direction, field: .securityMode, negotiated: mode.0.description, validated: mode.1.description),
    ]
  }

  private static func list(_ dialects: [SMB2Dialect]) -> String { dialects.map(\.hex).joined(separator: " ") }
}

/// The end of a connection with Validate Negotiate as the last thing said.
package struct ValidationAbort: Sendable {
  /// A client that has waited this long gives up on an answer; before, it hangs up on purpose.
  package static let patience: Int64 = 10_000_000_000

  package var validation: Validation
  package var closing: Closing
  package var peer: Peer
}

extension Transcript {
  /// The last Validate Negotiate exchange.
  package var lastValidation: Validation? { validations.last }

  /// nil when the connection is open, or something else was said after the validation. Once it is answered only
  /// the client has a reason to leave over it, or somebody who resets in the server's name.
  package var validationAbort: ValidationAbort? {
    guard let validation = lastValidation, let closing = ending, traffic.requestsSinceValidation == 0,
      closing.stamp.number > validation.requestStamp.frame
    else { return nil }
    let peer = peer(closing.side)
    guard validation.responseStamp == nil || peer == .client || closing.kind == .rst else { return nil }
    return ValidationAbort(validation: validation, closing: closing, peer: peer)
  }
}
