import Capture
import Transcripts

// What a slim capture cannot be used for, because it lacks the bytes.
extension Recording {
  /// - Throws: when signatures, checksums or contents are asked for, and the capture is slim.
  func demandOriginal(_ options: Tracker.Options, redacting: Bool = false) throws {
    if let option = options.demandingOriginal { try demandOriginal(for: option) }
    if redacting { try demandOriginal(for: "--redact needs") }
  }

  /// - Parameter what: an option, or a command, and `needs`.
  func demandOriginal(for what: String) throws {
    guard let slimFile else { return }
    throw OutputError(description: "\(slimFile) is a slim capture; \(what) the original")
  }
}

extension Tracker.Options {
  /// What of them reads bytes that a slim capture lacks; nil for nothing.
  var demandingOriginal: String? { keys != nil ? "--keys and --keytab need" : verifiesChecksums ? "--checksums needs" : nil }
}
