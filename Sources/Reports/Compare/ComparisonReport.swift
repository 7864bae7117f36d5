/// What `smbdx compare` found, in every format: one incident at several points, or a working attempt and a failed one.
package protocol ComparisonReport {
  /// 0 when no important difference was found, 1 when one was, 2 when there is nothing to compare.
  var status: Int32 { get }

  func writeText(_ options: TextOptions, to write: @escaping (String) -> Void)
  /// As `smbdx-compare/1`.
  func writeJSON(to write: @escaping (String) -> Void)
  func writeHTML(to write: (String) -> Void)
  func writeMarkdown(to write: (String) -> Void)
}

extension IncidentReport: ComparisonReport {}
extension AttemptReport: ComparisonReport {}
