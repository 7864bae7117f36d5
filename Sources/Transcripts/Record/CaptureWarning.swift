/// Damage of a capture file, or another remark about it, with its place.
package struct CaptureWarning: Sendable, Codable, Equatable {
  package var message: String
  package var file: String
  package var frame: Int?
  /// From the start of the file; nil for a pipe.
  package var byte: Int?

  package init(message: String, file: String, frame: Int?, byte: Int?) {
    self.message = message
    self.file = file
    self.frame = frame
    self.byte = byte
  }
}
