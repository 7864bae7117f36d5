import Protocols

/// The MessageIds of the last answers, also of those that say that an answer is still to come. A request may come up behind its answer: when earlier bytes of the client are missing, or when
/// the recording has the frames of one direction late.
struct AnsweredMessages {
  private(set) var highest: UInt64 = 0
  /// Bit n: the answer to `highest - n`.
  private var answers: UInt64 = 0

  mutating func record(_ id: UInt64) {
    guard id > highest else {
      if highest - id < 64 { answers |= 1 << (highest - id) }
      return
    }
    // MS-SMB2 2.2.1: of what the server says without being asked.
    guard id != .max else { return }
    answers = id - highest < 64 ? answers << (id - highest) | 1 : 1
    highest = id
  }

  func contains(_ id: UInt64) -> Bool { id <= highest && highest - id < 64 && answers >> (highest - id) & 1 != 0 }
}
