import Algorithms
import Packets

/// Failed connections that an unlisted connection may supersede.
package struct OpenFailures: Sendable {
  enum Limit {
    /// The last failures to reach one goal on one server.
    static let failures = 256
  }

  private struct Key: Hashable {
    var client: IPAddress
    var server: IPAddress
    var mark: Goal.Mark
  }

  private struct Failure {
    var id: Int
    var firstFrame: Int
    var lastFrame: FrameStamp
  }

  private var failures: [Key: [Failure]] = [:]
  /// The superseded ones; they may still be in other lists.
  private var closed: Set<Int> = []

  package init() {}

  package var isEmpty: Bool { failures.isEmpty }

  package mutating func record(_ brief: ConnectionBrief) {
    let failure = Failure(id: brief.id, firstFrame: brief.firstFrame.number, lastFrame: brief.lastFrame)
    for mark in brief.goal.marks {
      let key = Key(client: brief.client.address, server: brief.server.address, mark: mark)
      failures[key, default: []].append(failure)
      // Half at a time, so that each costs the same in the long run.
      if failures[key, default: []].count == 2 * Limit.failures { failures[key]?.removeFirst(Limit.failures) }
    }
  }

  /// - Returns: the failed connections that this one supersedes.
  package mutating func close(by success: ConnectionBrief) -> [Int] {
    var found: [Int] = []
    for mark in success.marks {
      let key = Key(client: success.client.address, server: success.server.address, mark: mark)
      guard var candidates = failures[key] else { continue }
      // They are in the order in which they ended: those that ended too long ago are not looked at.
      let start = candidates.partitioningIndex {
        success.firstFrame.time.since($0.lastFrame.time) <= Case.timeout
      }
      var kept: [Failure] = []
      for failure in candidates[start...] {
        let isLater = success.firstFrame.number > failure.firstFrame
          || mark.isOfOpening && success.lastFrame.number > failure.firstFrame
        guard isLater else {
          kept.append(failure)
          continue
        }
        if closed.insert(failure.id).inserted { found.append(failure.id) }
      }
      candidates.replaceSubrange(start..., with: kept)
      failures[key] = candidates.isEmpty ? nil : candidates
    }
    return found
  }
}
