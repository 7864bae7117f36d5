package import Packets

/// The commands of an SMB1 message that establish or end something, chained by AndX (MS-CIFS 2.2.3.4).
package struct SMB1Body: Equatable, Sendable {
  package enum Command: Equatable, Sendable {
    case sessionSetupRequest(SMB1SessionSetupRequest)
    case sessionSetupResponse(SMB1SessionSetupResponse)
    case treeConnectRequest(SMB1TreeConnectRequest)
    case treeConnectResponse(SMB1TreeConnectResponse)
    /// A refusal, which has no words, or a command without fields of interest.
    case other(SMB1Command)
  }

  enum Limit {
    /// Commands of one message; a logon with its share has two.
    static let commands = 4
  }

  package private(set) var commands: [Command] = []
  /// Why the rest could not be read.
  package private(set) var damage: DecodeError?

  package init(_ message: borrowing ByteView, header: SMB1Header) {
    do throws(DecodeError) {
      try read(message, header)
    } catch {
      damage = error
    }
  }

  private mutating func read(_ message: borrowing ByteView, _ header: SMB1Header) throws(DecodeError) {
    var command = header.command
    var start = SMB1Header.length
    for _ in 0..<Limit.commands {
      let block = try SMB1Block(message, at: start)
      commands.append(try Self.command(message, command, block, header))
      guard command.hasAndX, block.wordCount >= 2 else { return }
      command = SMB1Command(rawValue: try message.u8(at: block.words))
      guard command != .none else { return }
      let next = Int(try message.u16le(at: block.words + 2))
      guard next > start else {
        throw DecodeError(offset: block.words + 2, reason: .unexpected(field: "AndXOffset", value: UInt64(next)))
      }
      start = next
    }
  }

  private static func command(
    _ message: borrowing ByteView, _ command: SMB1Command, _ block: SMB1Block, _ header: SMB1Header
  ) throws(DecodeError) -> Command {
    // An error has no words, except that with MORE_PROCESSING_REQUIRED.
    if header.isResponse, block.wordCount == 0 { return .other(command) }
    let isUnicode = header.flags.contains(.unicode)
    return switch (command, header.isResponse) {
    case (.sessionSetupAndX, false):
      .sessionSetupRequest(try SMB1SessionSetupRequest(message, block, isUnicode: isUnicode))
    case (.sessionSetupAndX, true): .sessionSetupResponse(try SMB1SessionSetupResponse(message, block, isUnicode: isUnicode))
    case (.treeConnectAndX, false):
      .treeConnectRequest(try SMB1TreeConnectRequest(message, block, isUnicode: isUnicode))
    case (.treeConnectAndX, true): .treeConnectResponse(try SMB1TreeConnectResponse(message, block))
    default: .other(command)
    }
  }
}
