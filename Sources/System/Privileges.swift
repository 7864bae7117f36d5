import CSupport
import Glibc

/// An open file or directory that is given to the user to whom root switches.
package protocol Possession {
  func give(to user: User)
}

/// Who owns files and processes, by number.
package struct User {
  package var number: UInt32
  package var group: UInt32

  /// Gets an open file.
  package func own(_ descriptor: Int32) { _ = fchown(descriptor, number, group) }
}

/// The rights of this process beyond those of an ordinary user.
package enum Privileges {
  package struct Failure: Error, CustomStringConvertible {
    package var description: String
  }

  /// The user without any rights of its own.
  private static let nobody = "nobody"

  /// Gives up all of them once everything is open: root switches to another user and drops all capabilities, and no program
  /// that is run can regain them.
  ///
  /// - Parameters:
  ///   - wanted: the user that root becomes; nil for the user of sudo, or else nobody.
  ///   - sudoUser: who called sudo, by the environment.
  ///   - possessions: become that user's.
  package static func drop(
    to wanted: String?, sudoUser: String?, giving possessions: [any Possession] = []
  ) throws(Failure) {
    if geteuid() == 0 {
      let name = wanted ?? sudoUser.flatMap { $0 == "root" ? nil : $0 } ?? nobody
      try become(name, giving: possessions)
    } else if let wanted {
      throw Failure(description: "only root can switch to another user with -Z; you are not root, so remove “-Z \(wanted)”")
    }
    let error = support_give_up_privileges()
    guard error == 0 else { throw Failure(description: "cannot drop privileges: \(SystemError.text(of: error))") }
  }

  private static func become(_ name: String, giving possessions: [any Possession]) throws(Failure) {
    // SAFETY: the entry is valid until the next such call; its numbers are copied at once, and nothing else is kept.
    guard let entry = unsafe getpwnam(name) else {
      throw Failure(description: "there is no user “\(name)”; give another one with -Z")
    }
    let (user, group) = unsafe (entry.pointee.pw_uid, entry.pointee.pw_gid)
    guard user != 0 else { throw Failure(description: "“\(name)” is root; give another user with -Z") }
    for possession in possessions { possession.give(to: User(number: user, group: group)) }
    // SAFETY: the name is lent for the call only.
    let error = unsafe support_become_user(name, user, group)
    guard error == 0 else { throw Failure(description: "cannot switch to the user “\(name)”: \(SystemError.text(of: error))") }
  }
}
