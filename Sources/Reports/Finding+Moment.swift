import Diagnosis
import Packets
import Rules

extension Finding {
  /// The remedies, in which “this moment” is the time of day: whoever reads a log wants it.
  var datedRemedies: [Remedy] {
    guard let time, time.nanoseconds > 0 else { return remedies }
    return remedies.map { remedy in
      guard remedy.text.contains("this moment") else { return remedy }
      var dated = remedy
      dated.text = remedy.text.replacing("this moment", with: "\(ClockText.date(time)) \(time.clock)")
      return dated
    }
  }
}
