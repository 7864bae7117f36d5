/// The result of an SMB request: MS-ERREF 2.3. The two highest bits are the severity.
@usableFromInline package struct NTStatus: RawRepresentable, Hashable, Sendable, Codable {
  @usableFromInline package var rawValue: UInt32
  @inlinable package init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The standard library's `==` for `RawRepresentable` is not specialised in other modules: each call would look it up at run
  /// time.
  @inlinable package static func == (left: Self, right: Self) -> Bool { left.rawValue == right.rawValue }

  package static let success = Self(rawValue: 0x0000_0000)
  package static let pending = Self(rawValue: 0x0000_0103)
  package static let requestNotAccepted = Self(rawValue: 0xC000_00D0)
  package static let cancelled = Self(rawValue: 0xC000_0120)
  package static let moreProcessingRequired = Self(rawValue: 0xC000_0016)

  /// Severity `STATUS_SEVERITY_ERROR`. The error ``moreProcessingRequired`` only asks for the next leg of a logon.
  package var isError: Bool { rawValue >> 30 == 3 }

  /// The symbolic name of MS-ERREF 2.3.1, such as `STATUS_LOGON_FAILURE`; `nil` when it is not listed here.
  package var name: String? { Self.names[rawValue] }

  /// What the status says about a connection, for an administrator; `nil` when it is not listed here.
  package var meaning: String? { Self.meanings[rawValue] }
}

extension NTStatus: CustomStringConvertible {
  /// Name and number, such as `STATUS_LOGON_FAILURE (0xC000006D)`; the number alone when it has no name here; class and
  /// code of what only DOS has.
  @usableFromInline package var description: String {
    let digits = String(rawValue, radix: 16, uppercase: true)
    let number = "0x" + String(repeating: "0", count: 8 - digits.count) + digits
    if let error = dosError { return "DOS error class \(error.class), code \(error.code)" }
    return name.map { "\($0) (\(number))" } ?? number
  }
}
