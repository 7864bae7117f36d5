import Reports
import Rules
import Testing

@Suite struct SuggestionTests {
  @Test(arguments: [
    ("vni-misssing", "vni-missing"), ("VNI-MISING", "vni-missing"), ("tree-acess-denied", "tree-access-denied"),
    ("status_logn_failure", "STATUS_LOGON_FAILURE"), ("KDC_ERR_S_PRINCIPAL_UNKOWN", "KDC_ERR_S_PRINCIPAL_UNKNOWN"),
  ])
  func findsWhatWasMeant(word: String, meant: String) {
    #expect(LookUp.unknown(word).contains("Did you mean “\(meant)”?"), "\(LookUp.unknown(word))")
  }

  @Test(arguments: ["zzzzzzzz", "x", ""])
  func findsNothingFarAway(word: String) { #expect(!LookUp.unknown(word).contains("Did you mean")) }

  /// The time does not grow with the length of what was typed, nor does the answer.
  @Test(.timeLimit(.minutes(1)))
  func longWordsAreCutOff() {
    for word in [String(repeating: "vni-missing", count: 100_000), String(repeating: "a\u{301}", count: 100_000)] {
      #expect(LookUp.unknown(word).unicodeScalars.count < 400)
      #expect(Rule.unknown(word).unicodeScalars.count < 400)
      #expect(suggestion(for: word, among: Rule.all.map(\.id)).isEmpty)
    }
  }
}
