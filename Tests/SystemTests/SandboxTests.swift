import Foundation
import Synchronization
import System
import Testing

/// A confined process is refused what it has not opened before. Each test confines a process of its own.
@Suite struct SandboxTests {
  @Test func refusesFilesAndSockets() async {
    await #expect(processExitsWith: .success) {
      try Privileges.drop(to: nil, sudoUser: nil)
      let missing = Sandbox().enter()
      let file = unsafe open("/etc/hostname", O_RDONLY)
      let made = unsafe open("/tmp/smbdx-sandbox-test", O_WRONLY | O_CREAT, 0o600)
      let network = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      let packets = socket(AF_PACKET, Int32(SOCK_RAW.rawValue), 0)
      _exit(missing.isEmpty && [file, made, network, packets].allSatisfy { $0 == -1 } ? 0 : 1)
    }
  }

  @Test func mapsNoCode() async {
    await #expect(processExitsWith: .success) {
      try Privileges.drop(to: nil, sudoUser: nil)
      _ = Sandbox().enter()
      let code = unsafe mmap(nil, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
      let data = unsafe mmap(nil, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
      _exit(unsafe code == MAP_FAILED && data != MAP_FAILED ? 0 : 1)
    }
  }

  /// Landlock alone: what was named stays readable, and nothing else.
  @Test func keepsWhatWasNamed() async {
    await #expect(processExitsWith: .success) {
      try Privileges.drop(to: nil, sudoUser: nil)
      let missing = Sandbox(readable: ["/etc/passwd"]).enter()
      let named = unsafe open("/etc/passwd", O_RDONLY)
      let other = unsafe open("/etc/hostname", O_RDONLY)
      let written = unsafe open("/etc/passwd", O_WRONLY)
      _exit(missing.isEmpty && named >= 0 && other == -1 && written == -1 ? 0 : 1)
    }
  }

  /// What a program needs that reads named files and writes one.
  @Test func readsNamedFilesAndWritesOne() async {
    await #expect(processExitsWith: .success) {
      let directory = unsafe String(cString: mkdtemp(strdup("/tmp/smbdx-sandbox-XXXXXX")))
      let missing = Sandbox.reading(["/etc/passwd", "/nowhere"], writing: [directory + "/report"]).enter()
      let named = unsafe open("/etc/passwd", O_RDONLY)
      let report = unsafe open(directory + "/report", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
      let other = unsafe open("/etc/hostname", O_RDONLY)
      let written = unsafe open("/etc/passwd", O_WRONLY)
      let made = unsafe open("/tmp/smbdx-sandbox-test", O_WRONLY | O_CREAT, 0o600)
      let network = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      let refused = [other, written, made, network].allSatisfy { $0 == -1 } && kill(getppid(), 0) == -1
      _exit(missing.isEmpty && named >= 0 && report >= 0 && refused ? 0 : 1)
    }
  }

  /// What would reach other files, processes and the kernel, call by call; threads are started as before.
  @Test func leavesNoWayOut() async {
    await #expect(processExitsWith: .success) {
      let directory = unsafe String(cString: mkdtemp(strdup("/tmp/smbdx-sandbox-XXXXXX")))
      let file = directory + "/file"
      close(unsafe open(file, O_WRONLY | O_CREAT, 0o600))
      let other = Int(getppid())
      guard Sandbox.reading([directory], writing: []).enter().isEmpty else { _exit(2) }
      var results = unsafe [Int(chmod(file, 0o777)), Int(utimes(file, nil)), Int(shmget(0, 4096, 0o1600)), Int(chroot(directory))]
      unsafe file.withCString { path in
        let path = Int(bitPattern: path)
        results.append(SandboxTests.call("removexattr", path, path))
        // fchmodat2, removexattrat, memfd_secret
        for (number, arguments) in [(452, [-100, path, 0o777, 0]), (466, [-100, path, 0, path]), (447, [0, 0, 0, 0])] {
          results.append(SandboxTests.call("syscall", number, arguments[0], arguments[1], arguments[2], arguments[3]))
        }
      }
      results.append(SandboxTests.call("setpriority", 0, other, 5))
      results.append(SandboxTests.call("prlimit", other, 4, 0, 0))
      var child: pid_t = 0
      var arguments: [UnsafeMutablePointer<CChar>?] = unsafe [strdup("true"), nil]
      results.append(unsafe posix_spawn(&child, "/bin/true", nil, nil, &arguments, nil) == 0 ? 0 : -1)
      guard results.allSatisfy({ $0 == -1 }) else { _exit(3) }
      let started = Atomic(0)
      for _ in 0..<2 { Thread.detachNewThread { started.add(1, ordering: .relaxed) } }
      for _ in 0..<2000 where started.load(ordering: .relaxed) < 2 { usleep(10_000) }
      _exit(started.load(ordering: .relaxed) == 2 ? 0 : 4)
    }
  }

  /// A function of the C library that takes numbers and gives one.
  private static func call(_ name: String, _ arguments: Int...) -> Int {
    typealias Function = @convention(c) (Int, Int, Int, Int, Int) -> Int32
    // SAFETY: these functions take no more arguments, and read only paths that live until they return.
    let function = unsafe unsafeBitCast(dlsym(nil, name), to: Function.self)
    let all = arguments + [0, 0, 0, 0, 0]
    return Int(function(all[0], all[1], all[2], all[3], all[4]))
  }

  @Test func onlyRootBecomesAnother() async {
    await #expect(processExitsWith: .success) {
      try Privileges.drop(to: nil, sudoUser: nil)
      do {
        try Privileges.drop(to: "nobody", sudoUser: nil)
        _exit(geteuid() == 0 ? 0 : 1)
      } catch {
        _exit(0)
      }
    }
  }
}
