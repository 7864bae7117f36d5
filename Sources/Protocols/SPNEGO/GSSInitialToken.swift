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
  private var innerStart: Int
  private var innerCount: Int

  init(_ token: borrowing ByteView) throws(DecodeError) {
    let frame = try BERElement(token, expecting: Self.identifier)
    let content = try frame.content(in: token)
    let identifier = try BERElement(content, expecting: 0x06)
    if let known = SecurityMechanism(encoded: try identifier.content(in: content)) {
      mechanism = known
    } else {
      mechanism = try decodeBER("thisMech", content.prefix(identifier.count).copy(), SecurityMechanism.init)
    }
    innerStart = frame.headerCount + identifier.count
    innerCount = content.count - identifier.count
  }

  /// Where it lies.
  @_lifetime(copy token)
  func innerToken(in token: borrowing ByteView) throws(DecodeError) -> ByteView { try token.view(at: innerStart, count: innerCount) }
}
