package import Packets

/// REQ_GET_DFS_REFERRAL and its answer, inside FSCTL_DFS_GET_REFERRALS: MS-DFSC 2.2.2, 2.2.3 and 2.2.4.
package enum DFSReferral {
  /// Targets read from one answer. More of them add nothing to a diagnosis.
  package static let targetLimit = 16

  /// RequestFileName of REQ_GET_DFS_REFERRAL: behind MaxReferralLevel (2), closed by a NUL.
  package static func requestPath(_ input: borrowing ByteView) throws(DecodeError) -> String {
    try input.view(from: 2).terminatedUTF16(at: 0)
  }

  /// RequestFileName of REQ_GET_DFS_REFERRAL_EX: MaxReferralLevel 2, RequestFlags 2, RequestDataLength 4, then
  /// RequestFileNameLength 2 and the name.
  package static func extendedRequestPath(_ input: borrowing ByteView) throws(DecodeError) -> String {
    try input.view(at: 10, count: Int(input.u16le(at: 8))).utf16LittleEndian()
  }

  /// The targets that RESP_GET_DFS_REFERRAL names, as far as its bytes are there: NumberOfReferrals at 2, entries from 8.
  package static func targets(_ output: borrowing ByteView) -> [String] {
    var targets: [String] = []
    var offset = 8
    for _ in 0..<min(Int((try? output.u16le(at: 2)) ?? 0), targetLimit) {
      guard let entry = try? output.view(from: offset), let size = try? entry.u16le(at: 2), size >= 8 else { break }
      if let target = try? target(entry), !target.isEmpty { targets.append(target) }
      offset += Int(size)
    }
    return targets
  }

  /// The network address of one entry; offsets count from its start. VersionNumber at 0, ReferralEntryFlags at 6.
  private static func target(_ entry: borrowing ByteView) throws(DecodeError) -> String {
    switch try entry.u16le(at: 0) {
    // 2.2.4.1: ShareName is in the entry.
    case 1: return try entry.terminatedUTF16(at: 8)
    // 2.2.4.2: NetworkAddressOffset at 20.
    case 2: return try entry.terminatedUTF16(at: Int(entry.u16le(at: 20)))
    // 2.2.4.3, 2.2.4.4: with NameListReferral (0x2) SpecialNameOffset at 12, else NetworkAddressOffset at 16.
    case 3, 4:
      let isNameList = try entry.u16le(at: 6) & 0x2 != 0
      return try entry.terminatedUTF16(at: Int(entry.u16le(at: isNameList ? 12 : 16)))
    default: return ""
    }
  }
}

extension ByteView {
  /// UTF-16LE up to a NUL, which must be there.
  fileprivate func terminatedUTF16(at offset: Int) throws(DecodeError) -> String {
    var end = offset
    while try u16le(at: end) != 0 { end += 2 }
    return try view(at: offset, count: end - offset).utf16LittleEndian()
  }
}
