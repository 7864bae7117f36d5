package import Packets
package import Protocols

/// A TREE_CONNECT exchange: MS-SMB2 3.2.5.5, 3.3.5.7.
///
/// One at least for each open connection: the order of the fields leaves no gaps.
package struct Tree: Sendable, Codable {
  package var sessionID: UInt64 = 0
  /// `\\server\share`
  package var path: String
  package var requestStamp: MessageStamp
  /// A CREATE on the share succeeded.
  package internal(set) var hasOpenedFile = false
  /// The client got something on the share: it opened more than the share's own folder, or read, listed, asked about or changed something.
  package internal(set) var isUsed = false
  package var replyStamp: MessageStamp?
  /// The first request for something on the share has its answer.
  package internal(set) var hasTriedFile = false
  package var response: SMB2TreeConnectResponse?
  /// nil until the server has given one.
  package var id: UInt32?
  var rarities = Boxed<Rarities>()

  /// What few trees have as long as they are in use.
  struct Rarities: DefaultInitializable, Sendable, Codable {
    var pendingStamp: MessageStamp?
    var error: SMB2ErrorResponse?
    var deniedCreateFrame: Int?
    var deniedAccess: UInt32 = 0
    var missingPathFrame: Int?
    var brokenCreate: RefusedCreate?
    var lost: LostShare?
    var refusedCreate: RefusedCreate?
    var deniedInClearFrame: Int?
    var disconnectFrame: Int?
    var useInClear: ShareUse?
    var signatureAcceptedFrame: Int?
    var connectedElsewhere: OtherConnect?
    var cutType: SMB2ShareType?
  }

  /// The path was cut off, or the request was not captured.
  package var isNameless: Bool { Self.isNameless(path) }
  /// The server has no such share, and the recording does not show its name.
  package var isMissingAndNameless: Bool { isNameless && replyStamp?.status == .badNetworkName }
  static func isNameless(_ path: String) -> Bool { path == SMBConversation.unknownShare || path == SMBConversation.unreadableShare }

  package var isConnected: Bool { replyStamp?.status == .success }
  /// Not answered, or refused because of the state of the server and not of the user.
  package var isUnavailable: Bool { replyStamp?.status.map(\.isOfUnavailability) ?? true }
  /// STATUS_PENDING, while there is no final answer.
  package var pendingStamp: MessageStamp? { rarities.read { $0.pendingStamp } }
  /// What the data of an error says.
  package var error: SMB2ErrorResponse? { rarities.read { $0.error } }
  /// The first CREATE on the share was refused with ACCESS_DENIED in this frame.
  package var deniedCreateFrame: Int? { rarities.read { $0.deniedCreateFrame } }
  /// What the client asked for in it: MS-SMB2 2.2.13.1. 0 where that is not known.
  package var deniedAccess: UInt32 { rarities.read { $0.deniedAccess } }
  /// The first CREATE on the share named something that is not there, in this frame.
  package var missingPathFrame: Int? { rarities.read { $0.missingPathFrame } }
  /// The first CREATE on the share was refused, and the status says that the share or its server cannot be used.
  package var brokenCreate: RefusedCreate? { rarities.read { $0.brokenCreate } }
  /// The first CREATE on the share was refused, with whatever status.
  package var refusedCreate: RefusedCreate? { rarities.read { $0.refusedCreate } }
  /// The server answered that the share is gone, while the client was using it.
  package var lost: LostShare? { rarities.read { $0.lost } }
  /// The first answer ACCESS_DENIED in clear, of a share that wants encryption.
  package var deniedInClearFrame: Int? { rarities.read { $0.deniedInClearFrame } }
  package var disconnectFrame: Int? { rarities.read { $0.disconnectFrame } }
  /// Of a refused share: where in the recording it was connected in clear.
  package var useInClear: ShareUse? { rarities.read { $0.useInClear } }
  /// Of a refused share: where the server accepted a signature of this client, on whatever connection.
  package var signatureAcceptedFrame: Int? { rarities.read { $0.signatureAcceptedFrame } }
  /// Of a share that the server does not know: where in the recording it was connected, on whatever connection.
  package var connectedElsewhere: OtherConnect? { rarities.read { $0.connectedElsewhere } }
  package var slowReply: SlowReply? { SlowReply(requestStamp, replyStamp) }

  /// The last part of the path.
  package var share: String {
    let name = lastPart
    return name.isEmpty ? path : String(name)
  }
  /// As the answer says, also one of which the capture has only the beginning.
  package var type: SMB2ShareType? { response?.shareType ?? (rarities.isAbsent ? nil : rarities.read { $0.cutType }) }

  /// Takes the type from an answer whose end is missing.
  mutating func recordType(beginning message: borrowing ByteView) {
    if let type = try? SMB2ShareType(ofResponse: message) { rarities.value.cutType = type }
  }

  /// The inter-process share that clients connect for its pipes.
  package var isPipeShare: Bool {
    // Asked often, so by the last byte first, and without a copy of the name.
    type == .pipe || endsLikePipeShare && lastPart.utf8.elementsEqual("ipc$".utf8) { $0 == $1 || $0 | 0x20 == $1 && $0 > 0x40 }
  }

  /// `\\server\share\folder`: more than MS-SMB2 2.2.9 allows.
  package var hasFolderBehindShare: Bool { path.split(separator: "\\").count > 2 }

  /// `ADMIN$`, or the root of a drive: MS-SRVS, shares that Windows makes by itself and opens to administrators only.
  package var isAdministrative: Bool {
    let name = share.lowercased()
    return name == "admin$" || name.utf8.count == 2 && name.hasSuffix("$") && name.first?.isLetter == true
  }

  /// The server, as the client calls it; nil when the path is empty.
  package var host: String? {
    guard let start = path.utf8.firstIndex(where: { $0 != Self.backslash }) else { return nil }
    return String(Substring(path.utf8[start...].prefix { $0 != Self.backslash }))
  }

  private static let backslash = UInt8(ascii: "\\")

  private var endsLikePipeShare: Bool { path.utf8.last.map { $0 == UInt8(ascii: "$") || $0 == Self.backslash } ?? false }

  private var lastPart: Substring {
    let backslash = Self.backslash
    guard let last = path.utf8.lastIndex(where: { $0 != backslash }) else { return "" }
    let start = path.utf8[..<last].lastIndex(of: backslash).map(path.utf8.index(after:)) ?? path.startIndex
    return Substring(path.utf8[start...last])
  }

  /// Whether its answers are still of interest.
  var isWatched: Bool {
    guard let response, disconnectFrame == nil else { return false }
    return !isUsed || response.shareFlags.contains(.encryptData) && deniedInClearFrame == nil
  }

  /// Takes an answer to a request on the connected share.
  mutating func record(_ command: SMB2Command, _ status: NTStatus, asked: PassedHeader.Asked, isDecrypted: Bool, frame: Int) {
    // Too little room for all that was asked for is an answer, too.
    if status == .success || command == .queryInfo && status.isWarning {
      recordUse(command, asked: asked)
    } else if command == .create || command == .queryInfo && asked.isAboutFile, !hasTriedFile, status != .pending {
      recordRefusal(command, status, asked: asked, frame)
    }
    if status == .accessDenied, !isDecrypted, deniedInClearFrame == nil, response?.shareFlags.contains(.encryptData) == true {
      rarities.value.deniedInClearFrame = frame
    }
  }
}

extension Tree {
  private mutating func recordRefusal(_ command: SMB2Command, _ status: NTStatus, asked: PassedHeader.Asked, _ frame: Int) {
    hasTriedFile = true
    let refused = RefusedCreate(status: status, frame: frame, isQuery: command == .queryInfo, nameLength: command == .create ? asked.nameLength : 0)
    if status == .accessDenied { (rarities.value.deniedCreateFrame, rarities.value.deniedAccess) = (frame, asked.desiredAccess) }
    if status == .objectNameNotFound || status == .objectPathNotFound { rarities.value.missingPathFrame = frame }
    if status.isOfBrokenShare { rarities.value.brokenCreate = refused }
    if status.rawValue >> 31 == 1 { rarities.value.refusedCreate = refused }
  }

  // A program opens the folder of a share and asks about the file system before it uses either.
  private mutating func recordUse(_ command: SMB2Command, asked: PassedHeader.Asked) {
    switch command {
    case .create:
      hasOpenedFile = true
      if asked.nameLength != 0 { isUsed = true }
      // Asked for in another way, the folder opens.
      if !isUsed, refusedCreate?.isOfRoot == true { forgetRefusal() }
    case .queryInfo: if asked.isAboutFile { isUsed = true }
    case .read, .write, .queryDirectory, .setInfo: isUsed = true
    default: return
    }
    if isUsed { hasTriedFile = true }
  }

  private mutating func forgetRefusal() {
    hasTriedFile = false
    (rarities.value.deniedCreateFrame, rarities.value.missingPathFrame) = (nil, nil)
    (rarities.value.brokenCreate, rarities.value.refusedCreate) = (nil, nil)
  }
}

/// An answer that refuses a CREATE, or a QUERY_INFO about the share's own folder.
package struct RefusedCreate: Sendable, Codable {
  package var status: NTStatus
  package var frame: Int
  /// It answers a question about the share's own folder, which is open.
  package var isQuery = false
  /// Bytes; nil where it is not known.
  var nameLength: UInt16?

  package var command: SMB2Command { isQuery ? .queryInfo : .create }
  /// The client asked for the share's own folder.
  package var isOfRoot: Bool { nameLength == 0 }
  /// It asked for a name of one character: a slash or a backslash, nearly always.
  package var isOfOneCharacter: Bool { nameLength == 2 }
}

/// A connected share that the server no longer has.
package struct LostShare: Sendable, Codable {
  package var status: NTStatus
  package var answer: FrameStamp
  /// Time since the server had said something before.
  package var idle: TimeSpan
}

/// An answer by which a server refuses work on a file or folder.
package struct WorkRefusal: Sendable {
  package var command: SMB2Command
  package var status: NTStatus
  /// nil where the capture ends before it.
  package var sessionID: UInt64?
  /// nil as well.
  package var treeID: UInt32?
  package var stamp: FrameStamp
  /// What a refused CREATE asked for: MS-SMB2 2.2.13.1. 0 where that is not known.
  package var access: UInt32 = 0

  /// What was asked for is not there.
  package var isOfMissingPath: Bool { status == .objectNameNotFound || status == .objectPathNotFound }

  /// The disk is full, a quota is used up, or the medium is write-protected: whoever asks.
  package var isOfStorage: Bool { status.isOfStorage }
}

/// A DFS referral: MS-DFSC 3.1.5.1, inside FSCTL_DFS_GET_REFERRALS.
package struct Referral: Sendable, Codable {
  package var path: String
  package var requestStamp: MessageStamp
  package var replyStamp: MessageStamp?
  /// `\\server\share`, the first few.
  package var targets: [String] = []
  /// The answer is a list without entries.
  package var isEmpty = false

  /// It names a share or a link, and not only a server or a domain.
  var namesShare: Bool { path.split(separator: "\\").count > 1 }

  /// It names a share, and the answer gives no target.
  var leadsNowhere: Bool { targets.isEmpty && namesShare }
}

/// A path that the server has no data of, because the DFS namespace leads elsewhere: STATUS_PATH_NOT_COVERED to a CREATE.
package struct UncoveredPath: Sendable, Codable {
  package var sharePath: String
  package var frame: Int
}
