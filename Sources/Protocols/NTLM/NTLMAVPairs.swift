package import Packets

/// A list of AV_PAIR structures: MS-NLMP 2.2.2.1. Each is AvId (2), AvLen (2) and the value; strings are UTF-16LE.
///
/// In a CHALLENGE they describe the server; in the NTLMv2 response the client repeats them and adds its own.
package struct NTLMAVPairs: Hashable, Sendable {
  /// MsvAvFlags.
  package struct Flags: OptionSet, Hashable, Sendable, Codable {
    package var rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let constrained = Self(rawValue: 0x1)
    /// The AUTHENTICATE message carries a MIC.
    package static let hasMIC = Self(rawValue: 0x2)
    /// The target name comes from an untrusted source.
    package static let untrustedTargetName = Self(rawValue: 0x4)
  }

  package var nbComputerName: String?
  package var nbDomainName: String?
  package var dnsComputerName: String?
  package var dnsDomainName: String?
  package var dnsTreeName: String?
  package var flags: Flags = []
  package var timestamp: UInt64?  // FILETIME, the server's clock
  /// The service principal name that the client believes it talks to, such as `cifs/fs01`.
  package var targetName: String?
  /// A channel binding hash is present and not all zero; zeros mean none.
  package var hasChannelBindings = false
  /// MachineID of MsvAvSingleHost (2.2.2.2), a random number that a computer draws when it starts; folded to 64 bits, to
  /// compare. nil when there is none, or it is zero.
  package var machineID: UInt64?

  /// - Parameter areRepeated: by a client, so the names of the server say nothing new, and are not read.
  package init(_ list: borrowing ByteView, areRepeated: Bool = false) throws(DecodeError) {
    var offset = 0
    // Some senders leave out the closing MsvAvEOL.
    while offset < list.count {
      let id = try list.u16le(at: offset)
      let value = try list.view(at: offset + 4, count: Int(list.u16le(at: offset + 2)))
      guard id != 0 else { return }
      if !areRepeated || id > 5 { try read(value, of: id) }
      offset += 4 + value.count
    }
  }

  private mutating func read(_ value: borrowing ByteView, of id: UInt16) throws(DecodeError) {
    switch id {
    case 1: nbComputerName = Self.name(value)
    case 2: nbDomainName = Self.name(value)
    case 3: dnsComputerName = Self.name(value)
    case 4: dnsDomainName = Self.name(value)
    case 5: dnsTreeName = Self.name(value)
    case 6: flags = Flags(rawValue: try value.u32le(at: 0))
    case 7: timestamp = try value.u64le(at: 0)
    case 8: machineID = try Self.machineID(value)
    case 9: targetName = Self.name(value)
    case 10: hasChannelBindings = value.copy().contains { $0 != 0 }
    default: break
    }
  }

  /// Single_Host_Data: Size (4), Z4 (4), CustomData (8), MachineID (32).
  private static func machineID(_ value: borrowing ByteView) throws(DecodeError) -> UInt64? {
    guard value.count >= 48 else { return nil }
    var folded: UInt64 = 0
    var isZero = true
    for offset in stride(from: 16, to: 48, by: 8) {
      let word = try value.u64le(at: offset)
      if word != 0 { isZero = false }
      // FNV-1a, word by word: equal halves do not cancel each other out.
      folded = (folded ^ word) &* 0x0000_0100_0000_01b3
    }
    return isZero ? nil : folded
  }

  /// Some servers write an empty name as one NUL.
  private static func name(_ value: borrowing ByteView) -> String {
    let text = value.utf16LittleEndian()
    return text == "\0" ? "" : text
  }
}
