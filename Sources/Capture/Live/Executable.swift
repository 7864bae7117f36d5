import Glibc

/// This program.
enum Executable {
  /// Where it lies; its usual name when the system does not say.
  static var path: String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    // SAFETY: at most as many bytes are written as the buffer has, less the zero byte at its end.
    return unsafe readlink("/proc/self/exe", &buffer, buffer.count - 1) > 0 ? LiveHandle.text(buffer) : "smbdx"
  }
}
