import Diagnosis
import Packets
import Rules
import TestSupport
import Testing
import Transcripts

@Suite struct UnreadContentRuleTests {
  private let macsec = TestFrame(seconds: 1, ethernetFrame(etherType: 0x88e5, [0x0c, 0, 0, 0, 0, 1] + .counting(80)))
  private let other = TestFrame(seconds: 2, ethernetFrame(etherType: 0x0806, .counting(46)))

  private func found(_ frames: [TestFrame]) -> [String] {
    Judged(frames).ofRecording.filter { $0.rule.id == "no-smb-found" }.map { "\($0.confidence): \($0.summary)" }
  }

  @Test func provesNothingOfFramesThatCannotBeRead() {
    #expect(found([macsec, other, macsec]) == ["possible: no SMB in the 1 packet that can be read; it may be in the 2 others"])
    #expect(found([other]) == ["proven: no SMB in 1 packet"])
  }
}
