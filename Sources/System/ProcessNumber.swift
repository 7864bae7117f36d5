import Glibc

/// Numbers of this process.
package enum ProcessNumber {
  package static var own: Int32 { getpid() }
  /// Of the user with whose rights it runs.
  package static var user: UInt32 { geteuid() }
}
