// Errors of SMB1 servers that have no NTSTATUS: MS-CIFS 2.2.2.4.
extension NTStatus {
  /// The Status field of an SMB1 header: an NTSTATUS, or a class (1 byte), a reserved byte and a code (2 bytes). A code becomes
  /// the NTSTATUS of the same meaning, if there is one.
  ///
  /// - Parameter isNTStatus: SMB_FLAGS2_NT_STATUS. Some errors of SMB1 have no NTSTATUS, and come as class and code even
  ///   then.
  init(smb1 field: UInt32, isNTStatus: Bool) {
    let (kind, code) = (UInt8(field & 0xff), UInt16(field >> 16))
    let isDOS = isNTStatus ? (1...3).contains(kind) && field & 0xff00 == 0 && code != 0 : kind != 0
    self.init(rawValue: isDOS ? Self.equivalents[DOSError(kind, code)] ?? Self.dosMark | UInt32(kind) << 16 | UInt32(code) : isNTStatus ? field : 0)
  }

  /// The highest byte of errors that have no NTSTATUS here, as Samba marks them: class and code follow.
  private static let dosMark: UInt32 = 0xf100_0000

  /// Class and code of an error that only DOS has.
  var dosError: (class: UInt8, code: UInt16)? {
    rawValue & 0xff00_0000 == Self.dosMark ? (UInt8(rawValue >> 16 & 0xff), UInt16(rawValue & 0xffff)) : nil
  }

  private struct DOSError: Hashable {
    /// 1 ERRDOS, 2 ERRSRV, 3 ERRHRD.
    var kind: UInt8
    var code: UInt16

    init(_ kind: UInt8, _ code: UInt16) { (self.kind, self.code) = (kind, code) }
  }

  /// Those that answer logons and requests for shares.
  private static let equivalents: [DOSError: UInt32] = [
    DOSError(1, 2): 0xc000_000f,
    DOSError(1, 3): 0xc000_003a,
    DOSError(1, 5): 0xc000_0022,
    DOSError(1, 8): 0xc000_0205,
    DOSError(1, 50): 0xc000_00bb,
    DOSError(1, 65): 0xc000_00ca,
    DOSError(1, 66): 0xc000_00cb,
    DOSError(1, 67): 0xc000_00cc,
    DOSError(1, 71): 0xc000_00d0,
    DOSError(1, 86): 0xc000_006a,
    DOSError(1, 87): 0xc000_000d,
    DOSError(2, 2): 0xc000_006d,
    DOSError(2, 4): 0xc000_00ca,
    DOSError(2, 5): 0xc000_00c9,
    DOSError(2, 6): 0xc000_00cc,
    DOSError(2, 7): 0xc000_00cb,
    DOSError(2, 90): 0xc000_00ce,
    DOSError(2, 91): 0xc000_0203,
    DOSError(2, 2239): 0xc000_0193,
    DOSError(2, 2240): 0xc000_0070,
    DOSError(2, 2241): 0xc000_006f,
    DOSError(2, 2242): 0xc000_0071,
  ]
}
