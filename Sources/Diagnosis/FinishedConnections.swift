import DequeModule
import Packets
import Rules
import Transcripts

/// Connections that are over, in this order, until it is known what others are granted within a minute of their refusals.
struct FinishedConnections {
  enum Limit {
    /// Connections that wait; each takes about 3 KiB.
    static let waiting = 1024
  }

  struct Entry {
    var transcript: Transcript
    /// What it came to by itself, where that was asked for at once.
    var verdict: ConnectionFindings?
  }

  private var waiting: Deque<Entry> = []
  /// Connections that could not wait, because there were too many.
  private(set) var limitsReached = 0

  mutating func append(_ transcript: Transcript, _ verdict: ConnectionFindings?) {
    waiting.append(Entry(transcript: transcript, verdict: verdict))
  }

  /// The next connection of which everything is known; nil when it has to wait.
  ///
  /// - Parameter now: nil when the recording is over.
  mutating func next(_ hindsight: Hindsight, at now: Timestamp?) -> (entry: Entry, isChanged: Bool)? {
    // Taken out to be looked at: that moves it, and does not copy it.
    guard var entry = waiting.popFirst() else { return nil }
    if let now, !hindsight.isSettled(entry.transcript, at: now) {
      guard waiting.count >= Limit.waiting else {
        waiting.prepend(entry)
        return nil
      }
      limitsReached += 1
    }
    let isChanged = hindsight.complete(&entry.transcript)
    return (entry, isChanged)
  }
}
