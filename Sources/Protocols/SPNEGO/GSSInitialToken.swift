import Packets
import SwiftASN1

/// The frame around the first token of a mechanism: RFC 2743 3.1.
///
/// ```
/// InitialContextToken ::= [APPLICATION 0] IMPLICIT SEQUENCE { thisMech MechType, innerContextToken ANY }
/// ```
/// The inner token need not be ASN.1: it is all that follows the mechanism.
struct GSSInitialToken {
  static let identifier: UInt8 = 0x60

  var mechanism: SecurityMechanism
  var innerToken: [UInt8]

  init(_ token: borrowing ByteView) throws(DecodeError) {
    let content = try BERElement(token, expecting: Self.identifier).content(in: token)
    let identifier = try BERElement(content, expecting: 0x06)
    if let known = SecurityMechanism(encoded: try identifier.content(in: content)) {
      mechanism = known
    } else {
      mechanism = try decodeBER("thisMech", content.prefix(identifier.count).copy(), SecurityMechanism.init)
    }
    innerToken = try content.view(from: identifier.count).copy()
  }
}
