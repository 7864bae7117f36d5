import CSupport
import Glibc

/// The rights of this process beyond those of an ordinary user.
package enum Privileges {
  package struct Failure: Error, CustomStringConvertible {
    package var description: String
  }

  /// A user who has no more rights than anybody.
  private static let nobody = "nobody"

  /// Gives all of them up, once what needs them is open: root becomes another user, capabilities go, and no program
  /// that is run could bring them back.
  ///
  /// - Parameters:
  ///   - wanted: whom root becomes; nil for the user of sudo, or else nobody.
  ///   - sudoUser: who called sudo, by the environment.
  ///   - writer: its file becomes that user's.
  ///   - evidence: becomes that user's when it was made just now.
  package static func drop(
    to wanted: String?, sudoUser: String?, writer: CaptureWriter? = nil, evidence: EvidenceDirectory? = nil
  ) throws(Failure) {
    if geteuid() == 0 {
      let name = wanted ?? sudoUser.flatMap { $0 == "root" ? nil : $0 } ?? nobody
      try become(name, writer, evidence)
    } else if let wanted {
      throw Failure(description: "only root can become another user with -Z; you are not root, so leave “-Z \(wanted)” out")
    }
    let error = support_give_up_privileges()
    guard error == 0 else { throw Failure(description: "privileges cannot be given up: \(text(of: error))") }
  }

  private static func become(
    _ name: String, _ writer: CaptureWriter?, _ evidence: EvidenceDirectory?
  ) throws(Failure) {
    // SAFETY: the entry is valid until the next such call; nothing of it is kept.
    guard let entry = unsafe getpwnam(name) else {
      throw Failure(description: "there is no user “\(name)” to become; name another one with -Z")
    }
    let (user, group) = unsafe (entry.pointee.pw_uid, entry.pointee.pw_gid)
    guard user != 0 else { throw Failure(description: "“\(name)” is root; name another user with -Z") }
    writer?.give(to: user, group)
    evidence?.give(to: user, group)
    let error = unsafe support_become_user(name, user, group)
    guard error == 0 else { throw Failure(description: "cannot become the user “\(name)”: \(text(of: error))") }
  }

  /// As strerror(3) says it.
  static func text(of error: Int32) -> String {
    // SAFETY: the C library's text is valid until the next call.
    unsafe String(cString: strerror(error)).lowercased()
  }
}
