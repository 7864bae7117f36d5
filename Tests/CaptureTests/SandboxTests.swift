import Capture
import Foundation
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
