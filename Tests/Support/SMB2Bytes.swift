/// An SMB2 message under construction: MS-SMB2 2.2.1.
package struct SMB2Bytes: Sendable {
  package var command: UInt16
  package var isResponse = false
  package var status: UInt32 = 0
  /// Further flags beside SERVER_TO_REDIR.
  package var flags: UInt32 = 0
  package var nextCommand: UInt32 = 0
  package var messageID: UInt64
  package var treeID: UInt32 = 0
  /// With the ASYNC flag (0x02) in the place of the tree.
  package var asyncID: UInt64?
  package var sessionID: UInt64 = 0
  package var signature: [UInt8] = Array(repeating: 0, count: 16)
  package var body: [UInt8]

  package static let pending: UInt32 = 0x0000_0103
  package static let moreProcessingRequired: UInt32 = 0xc000_0016
  package static let logonFailure: UInt32 = 0xc000_006d
  package static let accessDenied: UInt32 = 0xc000_0022
  package static let notSupported: UInt32 = 0xc000_00bb
  package static let badNetworkName: UInt32 = 0xc000_00cc

  package static func request(_ command: UInt16, _ messageID: UInt64, session: UInt64 = 0, tree: UInt32 = 0, _ body: [UInt8]) -> Self {
    Self(command: command, messageID: messageID, treeID: tree, sessionID: session, body: body)
  }

  package static func response(
    _ command: UInt16, _ messageID: UInt64, status: UInt32 = 0, session: UInt64 = 0, tree: UInt32 = 0, _ body: [UInt8]
  ) -> Self {
    Self(
      command: command, isResponse: true, status: status, messageID: messageID, treeID: tree, sessionID: session,
      body: body)
  }

  /// The SIGNED flag and a signature that is not zero.
  package var signed: Self {
    var copy = self
    copy.flags |= 0x08
    copy.signature = .counting(16, from: 1)
    return copy
  }

  /// STATUS_PENDING in the ASYNC form, with the error body: 3.3.4.4.
  package var interim: Self {
    var copy = self
    copy.isResponse = true
    copy.status = Self.pending
    copy.flags |= 0x02
    copy.asyncID = 7
    copy.body = SMB2BodyBytes.error()
    return copy
  }

  package var bytes: [UInt8] {
    ByteWriter().raw([0xfe, 0x53, 0x4d, 0x42]).u16le(64).u16le(1).u32le(status).u16le(command).u16le(1)
      .u32le(flags | (isResponse ? 1 : 0)).u32le(nextCommand).u64le(messageID)
      .u64le(asyncID ?? UInt64(treeID) << 32 | 0xfeff).u64le(sessionID).raw(signature).raw(body).bytes
  }

  /// Several messages in one: each padded to eight bytes, NextCommand set.
  package static func compound(_ messages: [SMB2Bytes]) -> [UInt8] {
    var all: [UInt8] = []
    for (index, message) in messages.enumerated() {
      var member = message
      guard index + 1 < messages.count else { return all + member.bytes }
      let length = (member.bytes.count + 7) & ~7
      member.nextCommand = UInt32(length)
      let bytes = member.bytes
      all += bytes + [UInt8](repeating: 0, count: length - bytes.count)
    }
    return all
  }
}

/// Bodies of SMB2 messages; offsets in them count from a header of 64 bytes in front.
package enum SMB2BodyBytes {
  package static let clientGUID = [UInt8].counting(16, from: 0x10)
  package static let serverGUID = [UInt8].counting(16, from: 0x20)

  /// MS-SMB2 2.2.3.
  package static func negotiateRequest(
    dialects: [UInt16] = [0x0202, 0x0210, 0x0300, 0x0302], securityMode: UInt16 = 1, capabilities: UInt32 = 0x7f,
    contexts: [(type: UInt16, data: [UInt8])] = []
  ) -> [UInt8] {
    let fixed = 36 + 2 * dialects.count
    var writer = ByteWriter().u16le(36).u16le(UInt16(dialects.count)).u16le(securityMode).u16le(0).u32le(capabilities)
      .raw(clientGUID)
    if dialects.contains(0x0311) {
      writer = writer.u32le(UInt32((64 + fixed + 7) & ~7)).u16le(UInt16(contexts.count)).u16le(0)
    } else {
      writer = writer.u64le(0)
    }
    for dialect in dialects { writer = writer.u16le(dialect) }
    return contexts.isEmpty ? writer.bytes : writer.align(8, base: 64).raw(list(contexts)).bytes
  }

  /// MS-SMB2 2.2.4.
  package static func negotiateResponse(
    dialect: UInt16 = 0x0302, securityMode: UInt16 = 1, capabilities: UInt32 = 0x7f, token: [UInt8] = [],
    contexts: [(type: UInt16, data: [UInt8])] = [], serverGUID: [UInt8] = serverGUID
  ) -> [UInt8] {
    let contextOffset = contexts.isEmpty ? 0 : (128 + token.count + 7) & ~7
    let writer = ByteWriter().u16le(65).u16le(securityMode).u16le(dialect).u16le(UInt16(contexts.count))
      .raw(serverGUID).u32le(capabilities).u32le(0x10_0000).u32le(0x20_0000).u32le(0x30_0000)
      .u64le(133_000_000_000_000_000).u64le(0).u16le(128).u16le(UInt16(token.count)).u32le(UInt32(contextOffset))
      .raw(token)
    return contexts.isEmpty ? writer.bytes : writer.align(8, base: 64).raw(list(contexts)).bytes
  }

  /// Negotiate contexts, each on an 8-byte boundary: 2.2.3.1.
  package static func list(_ contexts: [(type: UInt16, data: [UInt8])]) -> [UInt8] {
    contexts.reduce(ByteWriter()) { writer, context in
      writer.align(8).u16le(context.type).u16le(UInt16(context.data.count)).u32le(0).raw(context.data)
    }.bytes
  }

  /// MS-SMB2 2.2.5.
  package static func sessionSetupRequest(token: [UInt8] = [0x60], flags: UInt8 = 0) -> [UInt8] {
    ByteWriter().u16le(25).u8(flags).u8(1).u32le(1).u32le(0).u16le(88).u16le(UInt16(token.count)).u64le(0).raw(token).bytes
  }

  /// MS-SMB2 2.2.6.
  package static func sessionSetupResponse(flags: UInt16 = 0, token: [UInt8] = []) -> [UInt8] {
    ByteWriter().u16le(9).u16le(flags).u16le(72).u16le(UInt16(token.count)).raw(token).bytes
  }

  /// MS-SMB2 2.2.9.
  package static func treeConnectRequest(path: String = #"\\fs01\data"#) -> [UInt8] {
    let name = [UInt8](utf16: path)
    return ByteWriter().u16le(9).u16le(0).u16le(72).u16le(UInt16(name.count)).raw(name).bytes
  }

  /// MS-SMB2 2.2.10.
  package static func treeConnectResponse(
    shareType: UInt8 = 1, shareFlags: UInt32 = 0x30, maximalAccess: UInt32 = 0x001f_01ff
  ) -> [UInt8] {
    ByteWriter().u16le(16).u8(shareType).u8(0).u32le(shareFlags).u32le(0).u32le(maximalAccess).bytes
  }

  /// MS-SMB2 2.2.31.
  package static func ioctlRequest(controlCode: UInt32, input: [UInt8] = []) -> [UInt8] {
    ByteWriter().u16le(57).u16le(0).u32le(controlCode).u64le(.max).u64le(.max).u32le(120).u32le(UInt32(input.count))
      .u32le(0).u32le(0).u32le(0).u32le(24).u32le(1).u32le(0).raw(input).bytes
  }

  /// MS-SMB2 2.2.32.
  package static func ioctlResponse(controlCode: UInt32, output: [UInt8] = []) -> [UInt8] {
    ByteWriter().u16le(49).u16le(0).u32le(controlCode).u64le(.max).u64le(.max).u32le(112).u32le(0)
      .u32le(112).u32le(UInt32(output.count)).u32le(0).u32le(0).raw(output).bytes
  }

  package static let validateNegotiateCode: UInt32 = 0x0014_0204

  /// MS-SMB2 2.2.31.4 in its IOCTL.
  package static func validateRequest(
    dialects: [UInt16] = [0x0202, 0x0210, 0x0300, 0x0302], securityMode: UInt16 = 1, capabilities: UInt32 = 0x7f
  ) -> [UInt8] {
    let input = dialects.reduce(
      ByteWriter().u32le(capabilities).raw(clientGUID).u16le(securityMode).u16le(UInt16(dialects.count))
    ) { $0.u16le($1) }
    return ioctlRequest(controlCode: validateNegotiateCode, input: input.bytes)
  }

  /// MS-SMB2 2.2.32.6 in its IOCTL.
  package static func validateResponse(
    dialect: UInt16 = 0x0302, securityMode: UInt16 = 1, capabilities: UInt32 = 0x7f
  ) -> [UInt8] {
    ioctlResponse(
      controlCode: validateNegotiateCode,
      output: ByteWriter().u32le(capabilities).raw(serverGUID).u16le(securityMode).u16le(dialect).bytes)
  }

  /// MS-SMB2 2.2.2; some servers send the ninth byte and some do not.
  package static func error(hasFiller: Bool = true) -> [UInt8] {
    ByteWriter().u16le(9).u16le(0).u32le(0).raw(hasFiller ? [0x21] : []).bytes
  }

  /// LOGOFF, TREE_DISCONNECT, CANCEL and ECHO: StructureSize 4 and nothing.
  package static let empty: [UInt8] = [4, 0, 0, 0]
}

/// The bytes behind an NBSS header that states their length, or another one.
package func nbss(_ payload: [UInt8], type: UInt8 = 0, length: Int? = nil) -> [UInt8] {
  let stated = length ?? payload.count
  return [type, UInt8(stated >> 16 & 0xff), UInt8(stated >> 8 & 0xff), UInt8(stated & 0xff)] + payload
}

/// A message in a TRANSFORM_HEADER: MS-SMB2 2.2.41.
package func encryptedMessage(session: UInt64, ciphertext: Int) -> [UInt8] {
  ByteWriter().raw([0xfd, 0x53, 0x4d, 0x42]).raw(.counting(16)).raw(.counting(16)).u32le(UInt32(ciphertext))
    .u16le(0).u16le(1).u64le(session).raw(.counting(ciphertext, from: 3)).bytes
}

/// An SMB1 message: MS-CIFS 2.2.3.1, with its words and its bytes.
package func smb1Message(
  command: UInt8, isResponse: Bool = false, status: UInt32 = 0, words: [UInt8] = [], bytes: [UInt8] = []
) -> [UInt8] {
  ByteWriter().raw([0xff, 0x53, 0x4d, 0x42]).u8(command).u32le(status).u8(isResponse ? 0x98 : 0x18).u16le(0xc853)
    .u16le(0).zeros(8).u16le(0).u16le(0xffff).u16le(0xfeff).u16le(0).u16le(0)
    .u8(UInt8(words.count / 2)).raw(words).u16le(UInt16(bytes.count)).raw(bytes).bytes
}

/// An SMB1 NEGOTIATE request that offers these strings: MS-CIFS 2.2.4.52.1.
package func smb1Negotiate(_ dialects: [String]) -> [UInt8] {
  smb1Message(command: 0x72, bytes: dialects.flatMap { [0x02] + Array($0.utf8) + [0x00] })
}
