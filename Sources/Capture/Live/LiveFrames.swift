/// Frames that come while they are captured: from interfaces, or through a pipe.
package protocol LiveFrames: AnyObject {
  /// Frames lent so far.
  var frameCount: Int { get }
  /// What the frames come from, as people call it.
  var names: [String] { get }
  /// Names of the link types, each once.
  var linkTypeNames: [String] { get }
  /// Gets each frame that is lent.
  var writer: CaptureWriter? { get }
  func statistics() -> LiveStatistics
  /// Interfaces that went down or came up since this was asked last.
  func changes() -> [(name: String, isUp: Bool)]
}
