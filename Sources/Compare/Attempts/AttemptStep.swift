package import Packets
import Transcripts

/// A step on the way to a share, in the order in which they come.
package enum AttemptStep: Int, Sendable, CaseIterable, Comparable {
  case name, tcp, netbios, negotiate, kerberos, sessionSetup, treeConnect, validateNegotiate, use

  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

  package var title: String {
    switch self {
    case .name: "Name"
    case .tcp: "TCP"
    case .netbios: "NetBIOS session"
    case .negotiate: "Negotiate"
    case .kerberos: "Kerberos"
    case .sessionSetup: "Session Setup"
    case .treeConnect: "Tree Connect"
    case .validateNegotiate: "Validate Negotiate"
    case .use: "after the share was connected"
    }
  }

  /// The stage of the connection that it is; nil for those beside it.
  var stage: Stage? {
    switch self {
    case .negotiate: .negotiate
    case .sessionSetup: .sessionSetup
    case .treeConnect: .treeConnect
    case .validateNegotiate: .validateNegotiate
    case .name, .tcp, .netbios, .kerberos, .use: nil
    }
  }
}

/// One thing that an attempt shows, by a name under which another attempt shows the same thing.
package struct AttemptFact: Sendable, Equatable {
  /// How likely it is that a difference is decisive.
  package enum Weight: Int, Sendable, Comparable {
    /// Sizes and the like.
    case slight
    /// Who asks, and what the hosts are.
    case name
    /// What the two agree on.
    case agreement
    /// What came of it.
    case result

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  /// Why another attempt may lack it without a difference of its own.
  enum Origin: Sendable {
    /// Every attempt that reaches the step shows it.
    case step
    /// It comes with success.
    case success
    /// It comes with the mechanism of the logon, the ticket of a KDC, or another choice that is a fact by itself.
    case choice
    /// Clients ask for it or not, and come to the share either way.
    case option
  }

  package var step: AttemptStep
  package var name: String
  package var value: String
  package var weight: Weight
  @OptionalFrame package var frame: Int? = nil
  var origin = Origin.step
  /// A result that is not what was wanted.
  var isFailure = false
}
