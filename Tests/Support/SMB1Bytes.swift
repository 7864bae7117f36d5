/// An SMB1 message of one command or several, chained by AndX: MS-CIFS 2.2.3.
package struct SMB1Bytes: Sendable {
  package struct Block: Sendable {
    var command: UInt8
    /// Behind AndXCommand and AndXOffset, where the command has them.
    var words: [UInt8]
    /// From their offset in the message: texts in UTF-16 begin at an even one.
    var bytes: @Sendable (Int) -> [UInt8]

    package init(_ command: UInt8, words: [UInt8] = [], bytes: @escaping @Sendable (Int) -> [UInt8] = { _ in [] }) {
      (self.command, self.words, self.bytes) = (command, words, bytes)
    }
  }

  package var blocks: [Block]
  package var isResponse = false
  package var status: UInt32 = 0
  /// Flags2: UTF-16, NTSTATUS, extended security.
  package var flags: UInt16 = 0xc801
  package var tree: UInt16 = 0
  package var user: UInt16 = 0
  package var number: UInt16 = 1
  package var process: UInt16 = 0xfeff

  package static func request(_ number: UInt16, user: UInt16 = 0, tree: UInt16 = 0xffff, _ blocks: Block...) -> Self {
    Self(blocks: blocks, tree: tree, user: user, number: number)
  }

  package static func response(
    _ number: UInt16, status: UInt32 = 0, user: UInt16 = 0, tree: UInt16 = 0, _ blocks: Block...
  ) -> Self {
    Self(blocks: blocks, isResponse: true, status: status, tree: tree, user: user, number: number)
  }

  /// Without NTSTATUS and UTF-16.
  package var old: Self {
    var copy = self
    copy.flags = 0x0001
    return copy
  }

  package var withOtherProcess: Self {
    var copy = self
    copy.process = 0xfffe
    return copy
  }

  package var bytes: [UInt8] {
    var all = ByteWriter().raw([0xff, 0x53, 0x4d, 0x42]).u8(blocks.first?.command ?? 0).u32le(status)
      .u8(isResponse ? 0x98 : 0x18).u16le(flags).u16le(0).zeros(8).u16le(0).u16le(tree).u16le(process).u16le(user)
      .u16le(number).bytes
    for (index, block) in blocks.enumerated() {
      let hasAndX = (0x73...0x75).contains(block.command) && !(block.words.isEmpty && isResponse)
      let first = all.count + 1 + (hasAndX ? 4 : 0) + block.words.count + 2
      let data = block.bytes(first)
      let next = index + 1 < blocks.count ? blocks[index + 1].command : 0xff
      let link = hasAndX ? [next, 0] + [UInt8].littleEndian(UInt16(next == 0xff ? 0 : first + data.count)) : []
      let words = link + block.words
      all += [UInt8(words.count / 2)] + words + .littleEndian(UInt16(data.count)) + data
    }
    return all
  }

  private static func text(_ text: String, at offset: Int, isUnicode: Bool) -> [UInt8] {
    isUnicode ? (offset % 2 == 0 ? [] : [0]) + [UInt8](utf16: text) + [0, 0] : Array(text.utf8) + [0]
  }
}

extension SMB1Bytes.Block {
  /// MS-CIFS 2.2.4.52.2; a capability says whether there is extended security.
  package static func negotiated(isExtended: Bool, securityMode: UInt8 = 3) -> Self {
    Self(
      0x72,
      words: ByteWriter().u16le(0).u8(securityMode).u16le(50).u16le(1).u32le(16_644).u32le(65_536).u32le(0)
        .u32le(isExtended ? 0x8000_0000 : 0).u64le(0).u16le(0).u8(0).bytes)
  }

  /// MS-SMB 2.2.4.6.1, with extended security.
  package static func logon(token: [UInt8]) -> Self {
    Self(
      0x73,
      words: ByteWriter().u16le(0xffff).u16le(2).u16le(1).u32le(0).u16le(UInt16(token.count)).u32le(0).u32le(0).bytes
    ) { token + SMB1Bytes.text("Unix", at: $0 + token.count, isUnicode: true) }
  }

  /// MS-CIFS 2.2.4.53.1; without a second password in the form of “LANMAN 2.1”.
  package static func logon(
    _ user: String, domain: String, oem: Int = 24, unicode: Int? = 24, isUnicode: Bool = true
  ) -> Self {
    let start = ByteWriter().u16le(0xffff).u16le(2).u16le(1).u32le(0).u16le(UInt16(oem))
    return Self(
      0x73, words: unicode.map { start.u16le(UInt16($0)).u32le(0).u32le(0).bytes } ?? start.u32le(0).bytes
    ) { offset in
      var data = [UInt8](repeating: 0x70, count: oem + (unicode ?? 0))
      for text in [user, domain, "Unix"] { data += SMB1Bytes.text(text, at: offset + data.count, isUnicode: isUnicode) }
      return data
    }
  }

  /// MS-CIFS 2.2.4.53.2, MS-SMB 2.2.4.6.2.
  package static func loggedOn(isGuest: Bool = false, token: [UInt8]? = nil) -> Self {
    let action = ByteWriter().u16le(isGuest ? 1 : 0)
    return Self(0x73, words: token.map { action.u16le(UInt16($0.count)).bytes } ?? action.bytes) { _ in token ?? [] }
  }

  /// MS-CIFS 2.2.4.55.1.
  package static func share(_ path: String, service: String = "?????", isUnicode: Bool = true) -> Self {
    Self(0x75, words: ByteWriter().u16le(8).u16le(1).bytes) {
      [0] + SMB1Bytes.text(path, at: $0 + 1, isUnicode: isUnicode) + Array(service.utf8) + [0]
    }
  }

  /// MS-CIFS 2.2.4.55.2.
  package static func connected(service: String = "A:") -> Self {
    Self(0x75, words: ByteWriter().u16le(1).bytes) { _ in Array(service.utf8) + [0] }
  }
}

extension Conversation {
  package mutating func request(_ message: SMB1Bytes) { send(.client, nbss(message.bytes)) }
  package mutating func response(_ message: SMB1Bytes) { send(.server, nbss(message.bytes)) }

  /// TCP and an SMB1 NEGOTIATE exchange; frames 1 to 5.
  package static func smb1(_ dialects: [String] = ["NT LM 0.12"], isExtended: Bool = true, securityMode: UInt8 = 3) -> Conversation {
    var conversation = Conversation()
    conversation.open()
    conversation.send(.client, nbss(smb1Negotiate(dialects)))
    conversation.response(SMB1Bytes.response(0, .negotiated(isExtended: isExtended, securityMode: securityMode)))
    return conversation
  }

  /// A logon in two legs, with the UserId 2048.
  package mutating func logOnToSMB1(_ logon: NTLMLogon = NTLMLogon(), status: UInt32 = 0) {
    request(SMB1Bytes.request(2, .logon(token: logon.negotiate)))
    response(
      SMB1Bytes.response(2, status: SMB2Bytes.moreProcessingRequired, user: 2048, .loggedOn(token: logon.challenge)))
    request(SMB1Bytes.request(3, user: 2048, .logon(token: logon.authenticate)))
    response(
      SMB1Bytes.response(3, status: status, user: 2048, status == 0 ? .loggedOn(token: []) : SMB1Bytes.Block(0x73)))
  }
}
