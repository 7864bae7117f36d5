import Foundation
import Testing

/// Runs `live-lab`: smbdx on an interface, in a network namespace of its own.
enum LiveLab {
  struct Ending {
    /// What smbdx wrote on standard output.
    var results: String
    /// What it wrote on standard error.
    var said: String
    var status: String
  }

  /// Why this machine cannot; nil when it can.
  static let obstacle: String? = {
    guard getuid() == 0 else { return "only root can make network namespaces" }
    for tool in ["unshare", "ip", "tcpreplay", "tcpdump"] where path(of: tool) == nil { return "\(tool) is not installed" }
    guard FileManager.default.isExecutableFile(atPath: smbdx) else { return "smbdx is not built" }
    let probe = try? run("unshare", ["--net", "--mount", "ip", "link", "add", "there", "type", "veth", "peer", "name", "here"])
    return probe?.status == 0 ? nil : "network namespaces with veth interfaces are not possible here"
  }()

  static var isPossible: Bool { obstacle == nil }

  static let hasWireshark = path(of: "tshark") != nil

  /// Why there is no lab with a Samba server; nil when there is one.
  static let obstacleToSamba: String? = {
    if let obstacle { return obstacle }
    for tool in ["smbd", "smbpasswd", "smbclient", "python3", "ethtool", "sysctl", "ss"] where path(of: tool) == nil {
      return "\(tool) is not installed"
    }
    return nil
  }()

  /// The program beside the tests.
  static let smbdx: String = {
    let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(filePath: tests).deletingLastPathComponent().appending(path: "smbdx").path
  }()

  private static func path(of tool: String) -> String? {
    ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"].map { "\($0)/\(tool)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// - Parameter what: a function of `live-lab`.
  static func run(_ what: String, _ arguments: String...) throws -> Ending {
    try ending(of: try run("unshare", ["--net", "--mount", script("live-lab"), smbdx, what] + arguments).output)
  }

  /// - Parameter scenario: one of `Fixtures/lab`.
  static func play(_ scenario: String) throws -> Ending {
    try ending(of: try run("python3", [script("live-samba"), smbdx, scenario]).output)
  }

  private static func script(_ name: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: name).path
  }

  private static func ending(of output: String) throws -> Ending {
    let parts = output.components(separatedBy: "--- said\n")
    let lines = try #require(parts.last).split(separator: "\n")
    return Ending(
      results: parts.count > 1 ? parts[0] : "", said: lines.dropLast().joined(separator: "\n"),
      status: lines.last.map(String.init) ?? "")
  }

  private static func run(_ tool: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: path(of: tool) ?? tool)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
