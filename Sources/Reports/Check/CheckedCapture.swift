/// One capture, held against what it is expected to give.
package struct CheckedCapture: Sendable {
  package enum Outcome: Sendable {
    case asExpected
    case different([Difference])
    /// There is nothing to hold it against.
    case withoutExpectation
    /// The capture's expectation cannot be read: why.
    case unreadable(String)
  }

  package var path: String
  /// Where its expectation stands, or is to stand.
  package var expectation: String
  package var outcome: Outcome
  /// Differences that the baseline accepts, each with the number of its entry.
  package private(set) var accepted: [(difference: Difference, entry: Int)] = []
  /// Its expectation was written anew.
  package var isUpdated = false

  package init(path: String, expectation: String, outcome: Outcome) {
    self.path = path
    self.expectation = expectation
    self.outcome = outcome
  }

  package init(path: String, expectation: String, differences: [Difference], baseline: Baseline?) {
    var unaccepted: [Difference] = []
    for difference in differences {
      if let entry = baseline?.index(accepting: difference, in: path) {
        accepted.append((difference, entry))
      } else {
        unaccepted.append(difference)
      }
    }
    self.path = path
    self.expectation = expectation
    outcome = unaccepted.isEmpty ? .asExpected : .different(unaccepted)
  }
}
