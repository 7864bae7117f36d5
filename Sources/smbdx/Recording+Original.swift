import Capture
import Transcripts

// What a slim capture cannot be used for, because it lacks the bytes.
extension Recording {
  /// - Throws: when signatures, checksums or contents are asked for, and the capture is slim.
  func demandOriginal(_ options: Tracker.Options, redacting: Bool = false) throws {
    if options.keys != nil { try demandOriginal(for: "--keys and --keytab need") }
    if options.verifiesChecksums { try demandOriginal(for: "--checksums needs") }
    if redacting { try demandOriginal(for: "--redact needs") }
  }

  func demandOriginal(for what: String) throws {
    guard let slimFile else { return }
    throw OutputError(description: "\(slimFile) is a slim capture; \(what) the original")
  }
}
