import Testing

@testable import Transcripts

@Suite struct ShortQueueTests {
  /// Whatever is put in and taken out, it holds what a list holds.
  @Test func isLikeAList() {
    var generator = SystemRandomNumberGenerator()
    var queue = ShortQueue<Int>()
    var list: [Int] = []
    for step in 0..<2000 {
      switch Int.random(in: 0..<6, using: &generator) {
      case 0, 1:
        queue.append(step)
        list.append(step)
      case 2 where !list.isEmpty:
        let index = Int.random(in: list.indices, using: &generator)
        #expect(queue.remove(at: index) == list.remove(at: index))
      case 3 where step % 7 == 0:
        queue.removeAll { $0 % 3 == 0 }
        list.removeAll { $0 % 3 == 0 }
      case 4:
        let place = list.firstIndex { $0 % 5 == 0 }
        #expect(queue.take { $0 % 5 == 0 } == place.map { list.remove(at: $0) })
      default: break
      }
      #expect(Array(queue) == list)
      #expect(queue.firstIndex { $0 % 2 == 0 } == list.firstIndex { $0 % 2 == 0 })
    }
  }

  @Test func namesOfHostsAreFoundWithOneAndWithMore() {
    var names = HostNames(["FS01"])
    #expect(names.contains("fs01.lab.example") && names.contains("fs01") && !names.contains("fs02"))
    names.insert("fs01")
    #expect(names.all == ["FS01"] && Array(names.labels) == ["fs01"])
    names.insert("fs02.lab.example")
    #expect(names.all == ["FS01", "fs02.lab.example"])
    #expect(names.contains("fs01.lab.example") && names.contains("FS02") && Set(names.labels) == ["fs01", "fs02"])
  }
}
