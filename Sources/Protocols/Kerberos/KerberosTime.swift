import Packets
import SwiftASN1

/// A time in UTC to the second: RFC 4120 5.2.3, `KerberosTime`, a GeneralizedTime such as `20261121053217Z`.
package struct KerberosTime: Hashable, Comparable, Sendable, Codable {
  package var secondsSince1970: Int64

  package static func < (left: Self, right: Self) -> Bool { left.secondsSince1970 < right.secondsSince1970 }
}

extension KerberosTime {
  init(_ node: ASN1Node) throws {
    let time = try GeneralizedTime(berEncoded: node)
    let date = CivilDate(year: Int64(time.year), month: Int64(time.month), day: Int64(time.day))
    secondsSince1970 = 86_400 * date.daysSince1970 + Int64(3600 * time.hours + 60 * time.minutes + time.seconds)
  }
}
