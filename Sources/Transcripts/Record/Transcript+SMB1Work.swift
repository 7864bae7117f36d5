import Packets
package import Protocols

// Results of requests on a connected SMB1 share: MS-CIFS 2.2.4. They are kept under the equivalent command of SMB2.
extension Transcript {
  /// Takes an answer to a request on a share.
  mutating func recordWork(_ header: SMB1Header, _ message: borrowing ByteView, _ frame: FrameStamp) {
    guard let command = header.command.work(message), let share = trees.lastIndex(where: { $0.isConnected && $0.id == UInt32(header.treeID) }),
      !trees[share].isPipeShare, trees[share].disconnectFrame == nil
    else { return }
    let isRefused = header.status.rawValue >> 30 == 3
    guard isRefused || header.status == .success else { return }
    // Names are looked up and folders are listed without opening them first.
    if !trees[share].hasOpenedFile {
      trees[share].record(.create, header.status.ofMissingFile, asked: .unseen, isDecrypted: false, frame: frame.number)
    }
    if isRefused {
      guard PassedHeader.refusesWork(command, header.status) else { return }
      recordWorkRefusal(
        WorkRefusal(command: command, status: header.status, sessionID: trees[share].sessionID, treeID: trees[share].id, stamp: frame))
    } else {
      traffic.lastWorkDoneFrame = frame.number
      traffic.workDone += 1
      if command == .read || command == .write { traffic.hasMovedData = true }
      if command == .queryDirectory { traffic.hasListed = true }
    }
  }

  /// Nothing of the connection is SMB2.
  package var isSMB1: Bool { negotiation == nil && smb1 != nil }

  /// The name of a command in the dialect in use.
  package func name(of command: SMB2Command) -> String {
    guard isSMB1 else { return command.name }
    return switch command {
    case .create: "SMB1 open"
    case .read: "SMB_COM_READ_ANDX"
    case .write: "SMB_COM_WRITE_ANDX"
    case .queryDirectory: "TRANS2_FIND_FIRST2"
    default: command.name
    }
  }
}

extension SMB1Command {
  /// nil for a command that does nothing with a file or folder.
  ///
  /// - Parameter answer: its first bytes.
  fileprivate func work(_ answer: borrowing ByteView) -> SMB2Command? {
    switch rawValue {
    // CREATE_DIRECTORY, OPEN, CREATE, QUERY_INFORMATION, CHECK_DIRECTORY, OPEN_ANDX, NT_CREATE_ANDX.
    case 0x00, 0x02, 0x03, 0x08, 0x10, 0x2d, 0xa2: .create
    case 0x2e: .read
    case 0x2f: .write
    // 2.2.4.46.2, TotalParameterCount: a listing has parameters of 8 bytes and more, a file 2, a volume or a referral none.
    // An error does not say what was asked.
    case 0x32: (try? answer.u8(at: SMB1Header.length)).flatMap { $0 == 0 ? 8 : try? answer.u16le(at: SMB1Header.length + 1) }
      .flatMap { $0 >= 8 ? .queryDirectory : $0 == 2 ? .create : nil }
    default: nil
    }
  }
}

extension NTStatus {
  /// A listing of a single name says in its own way that it is not there.
  fileprivate var ofMissingFile: NTStatus { self == .noSuchFile ? .objectNameNotFound : self }
}
