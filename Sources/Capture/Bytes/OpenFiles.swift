import Glibc

/// How many files this process may have open at one time (`ulimit -n`).
enum OpenFiles {
  /// For standard streams, the results, directories, and what a file needs twice while it is opened.
  private static let reserve = 12

  /// Those that captures may take, up to a number that is wanted.
  static func available(wanted: Int) -> Int {
    var limit = rlimit()
    // SAFETY: getrlimit() writes one rlimit, which lives until it returns.
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return wanted }
    let needed = rlim_t(wanted + reserve)
    if limit.rlim_cur < needed, limit.rlim_cur < limit.rlim_max {
      var raised = limit
      raised.rlim_cur = min(needed, limit.rlim_max)
      // SAFETY: setrlimit() reads one rlimit. The soft limit alone is raised, which every process may do.
      if unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit = raised }
    }
    return max(1, min(wanted, Int(clamping: limit.rlim_cur) - reserve))
  }
}
