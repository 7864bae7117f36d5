import Packets
import Transcripts

extension ResponseTimes {
  /// Nanoseconds; median and the 95th of a hundred are right to about 6 %.
  func write(to json: JSONWriter) {
    json.array("responseTimes") {
      for (key, histogram) in rows {
        json.object {
          json.member("server", key.server.description)
          json.member("step", key.step.rawValue)
          json.member("share", key.share)
          json.member("count", histogram.count)
          json.member("median", histogram.percentile(50).map { Int($0.nanoseconds) })
          json.member("p95", histogram.percentile(95).map { Int($0.nanoseconds) })
          json.member("max", Int(histogram.longest.nanoseconds))
        }
      }
    }
  }
}
