import SwiftASN1

/// A time in UTC to the second: RFC 4120 5.2.3, `KerberosTime`, a GeneralizedTime such as `20261121053217Z`.
package struct KerberosTime: Hashable, Comparable, Sendable {
  package var secondsSince1970: Int64

  package static func < (left: Self, right: Self) -> Bool { left.secondsSince1970 < right.secondsSince1970 }
}

extension KerberosTime {
  init(_ node: ASN1Node) throws {
    let time = try GeneralizedTime(berEncoded: node)
    // Days of the Gregorian calendar, with years that begin on 1 March so that leap days come last.
    let year = Int64(time.month > 2 ? time.year : time.year - 1)
    let dayOfYear = (153 * ((Int64(time.month) + 9) % 12) + 2) / 5 + Int64(time.day) - 1
    let days = 365 * year + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
    secondsSince1970 = 86_400 * days + Int64(3600 * time.hours + 60 * time.minutes + time.seconds)
  }
}
