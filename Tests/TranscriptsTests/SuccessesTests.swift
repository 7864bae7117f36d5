import Packets
import Testing

@testable import Transcripts

@Suite struct SuccessesTests {
  /// The index finds what a look at each entry finds, also where the clock steps back and a connection reached a thing twice.
  @Test func furtherUsersAreFoundAsInAList() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      let entries = (0..<Int.random(in: 0..<12, using: &generator)).map { _ in
        (
          connection: Int.random(in: 1...4, using: &generator),
          reached: FrameStamp(
            number: Int.random(in: 1...20, using: &generator), time: Timestamp(nanoseconds: .random(in: 0...9, using: &generator)))
        )
      }
      let index = Successes.FurtherUsers(entries)
      for frame in 0...20 {
        for connection in 1...5 {
          let later = entries.filter { $0.reached.number > frame && $0.connection != connection }
          #expect(index.earliest(behind: frame, besides: connection) == later.map(\.reached.time).min())
        }
      }
    }
  }
}
