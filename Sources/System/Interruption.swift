import CSupport

/// Ctrl-C during a long read: the program stops reading and reports what it has. A second Ctrl-C ends the program.
package enum Interruption {
  package static func startHandling() { support_note_interrupts() }

  /// From now on the first Ctrl-C ends the program.
  package static func stopHandling() { support_forget_interrupts() }

  /// Whether the user has pressed Ctrl-C.
  package static var isRequested: Bool { support_is_interrupted() != 0 }
}
