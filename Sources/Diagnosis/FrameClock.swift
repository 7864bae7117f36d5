import Packets
import Rules
import Transcripts

/// When frames came that findings may cite.
struct FrameClock {
  private var times: [Int: Timestamp] = [:]

  init() {}

  init(_ stamps: some Sequence<FrameStamp>) { note(stamps) }

  mutating func note(_ stamps: some Sequence<FrameStamp>) {
    for stamp in stamps where stamp.number > 0 { times[stamp.number] = stamp.time }
  }

  mutating func note(_ one: Case) {
    for connection in one.connections {
      note([connection.firstFrame, connection.lastFrame])
      note(connection.sessions.flatMap(\.frameStamps))
      note(connection.trees.flatMap(\.frameStamps))
      note(connection.referrals.flatMap { [$0.requestStamp.frameStamp, $0.replyStamp?.frameStamp].compactMap(\.self) })
    }
    note(one.inquiries)
  }

  mutating func note(_ inquiries: Inquiries) {
    for exchange in inquiries.exchanges {
      note([exchange.start, exchange.request?.stamp, exchange.reply, exchange.silence?.stamp].compactMap(\.self))
    }
    for lookup in inquiries.lookups { note([lookup.start, lookup.answer].compactMap(\.self)) }
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
    case .hungUp(let stamp), .refused(let stamp): stamp
    case .unanswered, .unreachable, .notCaptured: nil
    }
  }
}
