import CSupport

/// Ctrl-C while a program reads what may be long, or never end: it stops reading and says what it has. A second one ends it.
package enum Interruption {
  package static func expect() { support_note_interrupts() }

  /// From now on the first one ends the program.
  package static func letGo() { support_forget_interrupts() }

  /// It came while it was expected.
  package static var isWished: Bool { support_is_interrupted() != 0 }
}
