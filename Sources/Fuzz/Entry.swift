import Glibc
import Packets

private typealias Target = @Sendable (borrowing ByteView) -> Void

/// What is fuzzed, by the name in the environment variable `SMBDX_FUZZ`.
private let targets: [String: Target] = [
  "capture": fuzzCapture,
  "traces": fuzzTraces,
  "frames": fuzzFrames,
  "streams": fuzzStreams,
  "fragments": fuzzFragments,
  "messages": fuzzMessages,
  "conversation": fuzzConversation,
]

private let target: Target = {
  let name = unsafe getenv("SMBDX_FUZZ").map { unsafe String(cString: $0) } ?? ""
  guard let target = targets[name] else {
    fatalError("set SMBDX_FUZZ to one of \(targets.keys.sorted().joined(separator: ", "))")
  }
  return target
}()

/// Called by libFuzzer with every input; a trap is a finding.
@_cdecl("LLVMFuzzerTestOneInput")
@unsafe public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  // SAFETY: libFuzzer keeps `count` bytes readable at `start` until the call returns, and no target can keep a view.
  let bytes = unsafe Span(_unsafeStart: start ?? UnsafePointer(bitPattern: 1)!, count: start == nil ? 0 : count)
  target(ByteView(bytes))
  return 0
}
