/// The result of a query: RFC 1035 4.1.1, `RCODE`.
package struct DNSResponseCode: RawRepresentable, Hashable, Sendable, Codable {
  package var rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let noError = Self(rawValue: 0)
  package static let serverFailure = Self(rawValue: 2)
  package static let nameError = Self(rawValue: 3)
  package static let refused = Self(rawValue: 5)

  /// The name in the IANA registry, such as `NXDOMAIN`; `nil` when it is not listed here.
  package var name: String? {
    switch rawValue {
    case 0: "NOERROR"
    case 1: "FORMERR"
    case 2: "SERVFAIL"
    case 3: "NXDOMAIN"
    case 4: "NOTIMP"
    case 5: "REFUSED"
    case 9: "NOTAUTH"
    default: nil
    }
  }
}

extension DNSResponseCode: CustomStringConvertible {
  package var description: String { name ?? "RCODE \(rawValue)" }
}

/// What a query asks for, and what a record holds: RFC 1035 3.2.2, RFC 3596 2.1, RFC 2782.
package struct DNSRecordType: RawRepresentable, Hashable, Sendable, Codable {
  package var rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }

  package static let a = Self(rawValue: 1)
  package static let cname = Self(rawValue: 5)
  package static let aaaa = Self(rawValue: 28)
  /// A name of NetBIOS: RFC 1002 4.2.1.3.
  package static let netBIOS = Self(rawValue: 32)
  package static let srv = Self(rawValue: 33)

  /// Asks for an address.
  package var isAddress: Bool { self == .a || self == .aaaa }
}

extension DNSRecordType: CustomStringConvertible {
  package var description: String {
    switch self {
    case .a: "A"
    case .aaaa: "AAAA"
    case .cname: "CNAME"
    case .netBIOS: "NB"
    case .srv: "SRV"
    default: "TYPE\(rawValue)"  // RFC 3597 5
    }
  }
}
