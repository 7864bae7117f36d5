/// The captures that `smbdx check` compared with what is expected of them; every format is written from it.
package struct CheckReport {
  var captures: [CheckedCapture]
  /// The known differences that the user accepts.
  var baseline: Baseline?
  var toolVersion: String

  package init(captures: [CheckedCapture], baseline: Baseline?, toolVersion: String) {
    self.captures = captures
    self.baseline = baseline
    self.toolVersion = toolVersion
  }

  /// Entries of the baseline that have expired or accept nothing.
  var notices: [String] { baseline?.notices(captures) ?? [] }
}
