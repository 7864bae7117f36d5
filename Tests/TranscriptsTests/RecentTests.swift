import Testing

@testable import Transcripts

@Suite struct RecentTests {
  @Test func forgetsTheOldest() {
    var recent = Recent<String>(limit: 2)
    #expect(recent.append("a") == 0)
    #expect(recent.nextToGo?.element == nil)
    #expect(recent.append("b") == 1)
    #expect(recent.nextToGo?.number == 0)
    #expect(recent.nextToGo?.element == "a")
    #expect(recent.append("c") == 2)
    #expect(recent.nextToGo?.element == "b")
    #expect(recent[0] == nil)
    #expect(recent[2] == "c")
    #expect(recent.forgotten == 1)
  }
}
