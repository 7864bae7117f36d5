import SwiftASN1

/// Every token after the first: RFC 4178 4.2.2.
///
/// ```
/// NegTokenResp ::= SEQUENCE {
///   negState      [0] ENUMERATED {
///     accept-completed (0), accept-incomplete (1), reject (2), request-mic (3) } OPTIONAL,
///   supportedMech [1] MechType OPTIONAL,
///   responseToken [2] OCTET STRING OPTIONAL,
///   mechListMIC   [3] OCTET STRING OPTIONAL, ... }
/// ```
package struct SPNEGONegTokenResp: Hashable, Sendable {
  package struct State: RawRepresentable, Hashable, Sendable {
    package var rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    package static let acceptCompleted = Self(rawValue: 0)
    package static let acceptIncomplete = Self(rawValue: 1)
    package static let reject = Self(rawValue: 2)
    package static let requestMIC = Self(rawValue: 3)
  }

  package var negState: State?
  /// What the server chose; in its first reply only.
  package var supportedMech: SecurityMechanism?
  /// A token of the chosen mechanism; decoded by ``SPNEGOToken``.
  package var responseToken: [UInt8]?
}

extension SPNEGONegTokenResp {
  init(_ node: ASN1Node) throws {
    let fields = try BERFields("NegTokenResp", node)
    negState = try fields.optional(0) { State(rawValue: try Int(berEncoded: $0, withIdentifier: .enumerated)) }
    supportedMech = try fields.optional(1, SecurityMechanism.init)
    responseToken = try fields.optional(2) { Array(try ASN1OctetString(berEncoded: $0).bytes) }
  }
}

extension SPNEGONegTokenResp.State: CustomStringConvertible {
  package var description: String {
    switch self {
    case .acceptCompleted: "accept-completed"
    case .acceptIncomplete: "accept-incomplete"
    case .reject: "reject"
    case .requestMIC: "request-mic"
    default: "\(rawValue)"
    }
  }
}
