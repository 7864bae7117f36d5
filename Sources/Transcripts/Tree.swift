package import Protocols

/// A TREE_CONNECT exchange: MS-SMB2 3.2.5.5, 3.3.5.7.
package struct Tree: Sendable {
  /// nil until the server has given one.
  package var id: UInt32?
  package var sessionID: UInt64 = 0
  /// `\\server\share`
  package var path: String
  package var requestStamp: MessageStamp
  package var replyStamp: MessageStamp?
  package var response: SMB2TreeConnectResponse?
  package var disconnectFrame: Int?
  /// STATUS_PENDING, while there is no final answer; none or one.
  var interims: [MessageStamp] = []
  /// What the data of an error says; none or one.
  var errors: [SMB2ErrorResponse] = []
  /// The first CREATE on the share was refused with ACCESS_DENIED in this frame; 0 when it was not.
  package internal(set) var deniedCreateFrame = 0
  /// A CREATE on the share succeeded.
  package internal(set) var hasOpenedFile = false
  /// The first CREATE has its answer.
  var hasTriedFile = false
  /// The first answer ACCESS_DENIED in clear, of a share that wants encryption; 0 when there is none.
  package internal(set) var deniedInClearFrame = 0

  package var isConnected: Bool { replyStamp?.status == .success }
  package var pendingStamp: MessageStamp? { interims.last }
  package var error: SMB2ErrorResponse? { errors.first }
  package var slowReply: SlowReply? { SlowReply(requestStamp, replyStamp) }

  /// The last part of the path.
  package var share: String { path.split(separator: "\\").last.map(String.init) ?? path }
  /// The inter-process share that clients connect for its pipes.
  package var isPipeShare: Bool { response?.shareType == .pipe || share.lowercased() == "ipc$" }

  /// Whether its answers are still of interest.
  var isWatched: Bool {
    guard let response, disconnectFrame == nil, response.shareType == .disk else { return false }
    return !hasOpenedFile || response.shareFlags.contains(.encryptData) && deniedInClearFrame == 0
  }

  /// Takes an answer to a request on the connected share.
  mutating func note(_ command: SMB2Command, _ status: NTStatus, frame: Int) {
    if command == .create {
      if status == .success { hasOpenedFile = true }
      if status == .accessDenied, !hasTriedFile { deniedCreateFrame = frame }
      hasTriedFile = true
    }
    if status == .accessDenied, deniedInClearFrame == 0, response?.shareFlags.contains(.encryptData) == true {
      deniedInClearFrame = frame
    }
  }
}

/// A DFS referral: MS-DFSC 3.1.5.1, inside FSCTL_DFS_GET_REFERRALS.
package struct Referral: Sendable {
  package var path: String
  package var requestStamp: MessageStamp
  package var replyStamp: MessageStamp?
  /// `\\server\share`, the first few.
  package var targets: [String] = []
}

/// A path that the server has no data of, because the DFS namespace leads elsewhere: STATUS_PATH_NOT_COVERED to a CREATE.
package struct UncoveredPath: Sendable {
  package var sharePath: String
  package var frame: Int
}
