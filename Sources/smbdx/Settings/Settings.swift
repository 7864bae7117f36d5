import Diagnosis
import Packets
import Reports
import Rules
import System
import Transcripts

/// The settings of a site, from `.smbdx.toml`.
struct Settings: Equatable {
  /// Findings that are known. An entry whose last day is over accepts nothing.
  struct Accepted: Equatable {
    var rule: String
    /// An address, or one of ``Settings/hosts``.
    var host: String?
    var reason: String
    /// As 2027-01-31.
    var expires: String?

    func isOver(_ today: @autoclosure () -> String) -> Bool { expires.map { $0 < today() } ?? false }
  }

  var failOn = Threshold.error
  /// Rules to run, and to leave out: identifiers, or the beginning of some and an asterisk.
  var select: [String] = []
  var ignore: [String] = []
  /// By the identifiers of rules.
  var severities: [String: Severity] = [:]
  /// Seconds, by the identifiers of rules.
  var thresholds: [String: TimeSpan] = [:]
  var hosts: [IPAddress: String] = [:]
  var smbPorts: [UInt16] = []
  var kerberosPorts: [UInt16] = []
  var accept: [Accepted] = []
}

extension Settings {
  /// - Parameter today: as 2026-11-24; calendars take a while to set up.
  func site(today: @autoclosure () -> String) -> Site {
    Site(
      names: hosts,
      acceptances: accept.filter { !$0.isOver(today()) }.map { entry in
        Acceptance(rule: entry.rule, hosts: entry.host.map(addresses) ?? [], reason: entry.reason)
      })
  }

  var ports: ServicePorts { ServicePorts(furtherSMB: smbPorts, furtherKerberos: kerberosPorts) }

  /// The address itself, or those of a host of this name.
  func addresses(of host: String) -> [IPAddress] {
    IPAddress(host).map { [$0] } ?? hosts.filter { $0.value == host }.map(\.key)
  }
}
