import Packets
import Rules
import Transcripts

/// When frames came that findings may cite.
struct FrameClock {
  private var times: [Int: Timestamp] = [:]

  init() {}

  init(_ stamps: some Sequence<FrameStamp>) { record(stamps) }

  mutating func record(_ stamps: some Sequence<FrameStamp>) {
    for stamp in stamps where stamp.number > 0 { times[stamp.number] = stamp.time }
  }

  mutating func record(_ one: Case) {
    for connection in one.connections {
      record([connection.firstFrame, connection.lastFrame])
      record(connection.sessions.flatMap(\.frameStamps))
      record(connection.trees.flatMap(\.frameStamps))
      record(connection.referrals.flatMap { [$0.requestStamp.frameStamp, $0.replyStamp?.frameStamp].compactMap(\.self) })
    }
    record(one.lookups)
  }

  mutating func record(_ lookups: Lookups) {
    for exchange in lookups.exchanges {
      record([exchange.start, exchange.request?.stamp, exchange.reply, exchange.silence?.stamp].compactMap(\.self))
    }
    for lookup in lookups.names + lookups.waits { record([lookup.start, lookup.answer, lookup.refusal].compactMap(\.self)) }
    for search in lookups.neighbors { record(search.questions) }
  }

  /// Gives the evidence its times, as far as they are known.
  func date(_ finding: inout Finding) {
    for index in finding.observation.evidence.indices where finding.observation.evidence[index].time == nil {
      finding.observation.evidence[index].time = times[finding.observation.evidence[index].frame]
    }
  }
}

extension KerberosExchange.Silence {
  fileprivate var stamp: FrameStamp? {
    switch self {
    case .hungUp(let stamp), .refused(let stamp), .undelivered(let stamp, _): stamp
    case .unanswered, .unreachable, .notCaptured: nil
    }
  }
}
