import DequeModule
import Glibc
import System

/// The files of a recording that are open at one time. A process may open only so many (`ulimit -n`): to open one more, the
/// one that was opened first is closed, and opened again when it is read on.
final class OpenFiles {
  private enum Limit {
    /// Files that are open at the same time; a process may usually open 1,024. Fewer if it may not.
    static let files = 500
    /// Kept for standard streams, the results, and directories.
    static let reserved = 12
  }

  /// A descriptor that may be closed while nothing is read from it.
  final class Handle {
    /// Negative while it is closed.
    fileprivate(set) var descriptor: Int32 = -1

    deinit { close() }

    fileprivate func close() {
      if descriptor >= 0 { Glibc.close(descriptor) }
      descriptor = -1
    }
  }

  private let limit: Int
  /// In the order in which they were opened.
  private var handles: Deque<Handle> = []

  init(limit: Int = OpenFiles.allowed) { self.limit = limit }

  private static var allowed: Int {
    var limit = rlimit()
    // SAFETY: getrlimit() writes one rlimit, which lives until it returns.
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return Limit.files }
    let needed = rlim_t(Limit.files + Limit.reserved)
    if limit.rlim_cur < needed, limit.rlim_cur < limit.rlim_max {
      var raised = limit
      raised.rlim_cur = min(needed, limit.rlim_max)
      // SAFETY: setrlimit() reads one rlimit. The soft limit alone is raised, which every process may do.
      if unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit = raised }
    }
    return max(1, min(Limit.files, Int(clamping: limit.rlim_cur) - Limit.reserved))
  }

  /// Opens a file to be read.
  func open(_ path: String, _ handle: Handle) throws(SourceFailure) {
    close(handle)
    while handles.count >= limit, let first = handles.popFirst() { first.close() }
    while true {
      // SAFETY: the path is borrowed for the call only.
      handle.descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
      if handle.descriptor >= 0 { break }
      // Others have files open, too.
      let failure = SourceFailure(message: SystemError.last)
      guard errno == EMFILE || errno == ENFILE, let first = handles.popFirst() else { throw failure }
      first.close()
    }
    handles.append(handle)
  }

  /// Never closes it for another: what was read from a pipe cannot be read again.
  func keep(_ handle: Handle) {
    if let index = handles.firstIndex(where: { $0 === handle }) { handles.remove(at: index) }
  }

  func close(_ handle: Handle) {
    guard handle.descriptor >= 0 else { return }
    keep(handle)
    handle.close()
  }
}
