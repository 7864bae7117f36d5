import Protocols
import Transcripts

/// Values that no server of a vendor sends, and tools that pretend to be one do.
enum FakeServer {
  static var cause: String { "another program answers instead of the server: a relay or capture tool that spoofed name resolution (LLMNR, NBNS, mDNS, WPAD), or a library's test server" }
}

extension Transcript {
  /// A GUID of one repeated byte, in NEGOTIATE or in what the server validates. ksmbd's is all zero, which is another matter.
  func isLikeFakeServer(_ validation: Validation) -> Bool {
    let guids = [negotiation?.response?.serverGUID, validation.response?.serverGUID].compactMap(\.self)
    return guids.contains { $0.isRepetitive && !$0.isZero }
  }
}
