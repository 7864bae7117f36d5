import Foundation

/// Wireshark's own programs, where they are installed.
package enum Wireshark {
  /// A program ended with another status than 0.
  package struct Complaint: Error {
    package var status: Int32
    package var text: String
  }

  private static let directory = URL(filePath: "/usr/bin")

  package static let isInstalled = ["tshark", "capinfos"].allSatisfy {
    FileManager.default.isExecutableFile(atPath: directory.appending(path: $0).path())
  }

  /// What a program writes on standard output.
  package static func run(_ name: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = directory.appending(path: name)
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Complaint(status: process.terminationStatus, text: text) }
    return text
  }
}
