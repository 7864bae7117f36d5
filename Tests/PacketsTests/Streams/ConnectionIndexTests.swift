import TestSupport
import Testing

@testable import Packets

/// How connections open, end, and give way to others between the same ports.
@Suite struct ConnectionIndexTests {
  /// Slots come and go at random, with hashes that collide: the index finds exactly those that are in.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func findsWhatIsIn(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let mask: UInt64 = [0x3, 0xff, .max].randomElement(using: &generator)!
    let hashes = (0..<1_500).map { _ in generator.next() & mask }
    var index = ConnectionIndex()
    var present: Set<Int> = []
    for _ in 0..<4_000 {
      let slot = Int.random(in: hashes.indices, using: &generator)
      if present.contains(slot) {
        index.remove(slot, hash: hashes[slot]) { hashes[$0] }
        present.remove(slot)
      } else {
        index.insert(slot, hash: hashes[slot]) { hashes[$0] }
        present.insert(slot)
      }
    }
    for slot in hashes.indices {
      #expect(index.find(hashes[slot]) { $0 == slot } == (present.contains(slot) ? slot : nil))
    }
  }
}
