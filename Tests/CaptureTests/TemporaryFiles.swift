import Foundation
import Packets

@testable import Capture

/// Files in a directory that goes when the test is over.
final class TemporaryFiles {
  let directory: URL

  init() throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "smbdx-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  func path(_ name: String) -> String { directory.appending(path: name).path }

  func add(_ name: String, _ bytes: [UInt8]) throws -> String {
    try Data(bytes).write(to: directory.appending(path: name))
    return path(name)
  }
}

/// A frame as a recording lends it.
struct ReadFrame: Equatable {
  var number: Int
  var file: Int
  var nanoseconds: Int64
  var originalLength: Int
  var bytes: [UInt8]
}

extension Recording {
  func frames(_ whileLent: () -> Void = {}) -> [ReadFrame] {
    var frames: [ReadFrame] = []
    forEachFrame { frame, file, bytes in
      whileLent()
      frames.append(
        ReadFrame(
          number: frame.number, file: file, nanoseconds: frame.time.nanoseconds, originalLength: frame.originalLength,
          bytes: bytes.copy()))
    }
    return frames
  }

  /// Why captures cannot be read; nil when they can.
  static func failure(_ paths: [String], filter: String? = nil) -> CaptureError? {
    do throws(CaptureError) {
      _ = try Recording(paths: paths, filter: filter)
      return nil
    } catch {
      return error
    }
  }
}
