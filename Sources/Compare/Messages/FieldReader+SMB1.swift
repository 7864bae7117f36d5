import Packets
import Protocols

// The parts of SMB1 messages: MS-CIFS 2.2.4.52, 2.2.4.53, 2.2.4.55, and MS-SMB 2.2.4.

extension FieldReader {
  private enum Limit {
    /// Commands of one message; a logon with its share has two.
    static let commands = 4
    /// Dialects of a request; real ones have about ten.
    static let dialects = 64
  }

  /// One command of a message, as offsets from the header.
  private struct Block {
    var command: SMB1Command
    var isResponse: Bool
    var isUnicode: Bool
    var words: Int
    var wordCount: Int
    var data: Range<Int>
    /// Before the names of its parts: the first command of a message needs none.
    var prefix: String
  }

  mutating func readSMB1(_ command: SMB1Command, isResponse: Bool) {
    add(SMB1Layout.header, at: 0, prefix: "")
    nameStatus()
    var command = command
    var start = SMB1Header.length
    for place in 0..<Limit.commands {
      guard let count = integer(start, 1) else { return }
      let words = start + 1
      let size = integer(words + 2 * count, 2) ?? 0
      let first = words + 2 * count + 2
      let block = Block(
        command: command, isResponse: isResponse, isUnicode: (integer(10, 2) ?? 0) & 0x8000 != 0, words: words, wordCount: count,
        data: first..<(first + size), prefix: place == 0 ? "" : "\(command) ")
      read(block, at: start)
      guard command.hasAndX, count >= 2, let next = integer(words, 1), let offset = integer(words + 2, 2), offset > start else { return }
      command = SMB1Command(rawValue: UInt8(clamping: next))
      guard command != .none else { return }
      start = offset
    }
  }

  private mutating func nameStatus() {
    guard let status = number(5, 4), let place = fields.firstIndex(where: { $0.name == "Status" }) else { return }
    fields[place].value = "\(NTStatus(rawValue: UInt32(status)))"
  }

  private mutating func read(_ block: Block, at start: Int) {
    addNumber("\(block.prefix)WordCount", start..<(start + 1))
    if block.wordCount > 0 {
      let structure = SMB1Layout.words(of: block.command, isResponse: block.isResponse, wordCount: block.wordCount)
      add(structure, at: block.words, prefix: block.prefix)
    }
    addNumber("\(block.prefix)ByteCount", (block.data.lowerBound - 2)..<block.data.lowerBound)
    guard !block.data.isEmpty else { return }
    switch (block.command, block.isResponse, block.wordCount) {
    case (.negotiate, false, _): readDialects(block)
    case (.negotiate, true, 17): readNegotiateResponse(block)
    case (.sessionSetupAndX, false, 12): addToken(block, lengthAt: 14, then: ["NativeOS", "NativeLanMan"])
    case (.sessionSetupAndX, false, 10), (.sessionSetupAndX, false, 13): readAccount(block)
    case (.sessionSetupAndX, true, 4): addToken(block, lengthAt: 6, then: ["NativeOS", "NativeLanMan"])
    case (.sessionSetupAndX, true, 3): addTexts(["NativeOS", "NativeLanMan", "PrimaryDomain"], block, at: block.data.lowerBound)
    case (.treeConnectAndX, false, 4): readTreeConnect(block)
    case (.treeConnectAndX, true, 2...):
      let end = addText("Service", block, at: block.data.lowerBound, isUnicode: false)
      addTexts(["NativeFileSystem"], block, at: end)
    default: add("\(block.prefix)data behind the words", block.data.clamped(to: 0..<count))
    }
  }

  private mutating func readDialects(_ block: Block) {
    var dialects: [String] = []
    var offset = block.data.lowerBound
    // Each has a 0x02 before it and a NUL behind it.
    while offset < min(block.data.upperBound, count), dialects.count < Limit.dialects {
      var end = offset + 1
      while let byte = number(end, 1), byte != 0, end < block.data.upperBound { end += 1 }
      dialects.append(text((offset + 1)..<end, isUnicode: false))
      offset = end + 1
    }
    add("Dialects", block.data, dialects.joined(separator: ", "), items: dialects)
  }

  private mutating func readNegotiateResponse(_ block: Block) {
    let start = block.data.lowerBound
    // CAP_EXTENDED_SECURITY.
    if (integer(block.words + 19, 4) ?? 0) & 0x8000_0000 != 0, block.data.count >= 16 {
      add("ServerGUID", start..<(start + 16))
      return addWhole("security token", (start + 16)..<block.data.upperBound)
    }
    let length = integer(block.words + 33, 1) ?? 0
    add("Challenge", start..<(start + length))
    addTexts(["DomainName", "ServerName"], block, at: start + length)
  }

  private mutating func addToken(_ block: Block, lengthAt offset: Int, then names: [String]) {
    let length = integer(block.words + offset, 2) ?? 0
    let range = block.data.lowerBound..<(block.data.lowerBound + length)
    addWhole("\(block.prefix)security token", range)
    addTexts(names, block, at: range.upperBound)
  }

  private mutating func readAccount(_ block: Block) {
    let (oem, unicode) = (integer(block.words + 14, 2) ?? 0, block.wordCount == 13 ? integer(block.words + 16, 2) ?? 0 : 0)
    let start = block.data.lowerBound
    add("\(block.prefix)OEMPassword", start..<(start + oem))
    add("\(block.prefix)UnicodePassword", (start + oem)..<(start + oem + unicode))
    addTexts(["AccountName", "PrimaryDomain", "NativeOS", "NativeLanMan"], block, at: start + oem + unicode)
  }

  private mutating func readTreeConnect(_ block: Block) {
    let password = integer(block.words + 6, 2) ?? 0
    let start = block.data.lowerBound
    add("\(block.prefix)Password", start..<(start + password))
    let end = addText("Path", block, at: start + password, isUnicode: block.isUnicode)
    addText("Service", block, at: end, isUnicode: false)
  }

  // MARK: Texts

  private mutating func addTexts(_ names: [String], _ block: Block, at start: Int) {
    var offset = start
    for name in names { offset = addText(name, block, at: offset, isUnicode: block.isUnicode) }
  }

  /// - Returns: where the next one begins.
  @discardableResult
  private mutating func addText(_ name: String, _ block: Block, at offset: Int, isUnicode: Bool) -> Int {
    let width = isUnicode ? 2 : 1
    // UTF-16 begins at an even offset: MS-CIFS 2.2.1.1.
    let start = isUnicode ? (offset + 1) & ~1 : offset
    var end = start
    while end + width <= block.data.upperBound, let unit = integer(end, width), unit != 0 { end += width }
    let range = start..<min(end + width, max(start, block.data.upperBound))
    add("\(block.prefix)\(name)", range, "“\(text(start..<end, isUnicode: isUnicode))”")
    return end + width
  }

  private func text(_ range: Range<Int>, isUnicode: Bool) -> String {
    guard let view = try? ByteView(bytes.span).view(at: range.lowerBound, count: range.count) else { return "" }
    return isUnicode ? view.utf16LittleEndian() : view.text()
  }
}
