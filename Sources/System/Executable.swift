import Glibc

/// This program.
package enum Executable {
  /// Where it lies; its usual name when the system does not say.
  package static var path: String {
    var buffer = CharacterBuffer(size: Int(PATH_MAX))
    // SAFETY: at most as many bytes are written as the buffer has, less the zero byte at its end.
    return unsafe readlink("/proc/self/exe", &buffer, buffer.count - 1) > 0 ? buffer.text : "smbdx"
  }
}
