import Packets
import Protocols

/// A share that was connected without encryption, here or on another connection.
package struct ShareUse: Sendable {
  /// The answer that connected it last.
  package var frame: Int
  package var user: String?
  /// It was still connected when it was asked for again, or its connection had closed less than a few seconds before.
  package var isOpen: Bool
}

/// Which shares of which servers are used in clear: a share that is does not demand encryption, and a user who has it
/// open may use it.
final class SharesInUse {
  /// Shares remembered; more than a recording of one network has.
  private static let limit = 4096

  private struct Key: Hashable {
    var server: IPAddress
    var share: String
  }

  private struct Entry {
    var use: ShareUse
    /// The connection that has it open.
    var connection: ObjectIdentifier
  }

  private var uses: [Key: Entry] = [:]

  private static func key(_ tree: Tree, _ transcript: Transcript) -> Key {
    Key(server: transcript.server.address, share: tree.share.lowercased())
  }

  /// Takes an answer to this command: a share that was connected, refused or let go.
  func note(_ transcript: inout Transcript, after command: SMB2Command, of connection: ObjectIdentifier) {
    switch command {
    case .treeConnect: noteLastAnswer(&transcript, of: connection)
    case .treeDisconnect, .logoff: close(transcript, connection) { $0.disconnectFrame != nil || command == .logoff }
    default: break
    }
  }

  /// The connection is over.
  func end(_ transcript: Transcript, _ connection: ObjectIdentifier) { close(transcript, connection) { _ in true } }

  private func noteLastAnswer(_ transcript: inout Transcript, of connection: ObjectIdentifier) {
    guard
      let index = transcript.trees.indices.last(where: { transcript.trees[$0].replyStamp != nil }),
      !transcript.trees[index].isPipeShare
    else { return }
    let tree = transcript.trees[index]
    let key = Self.key(tree, transcript)
    if tree.replyStamp?.status == .accessDenied {
      guard let known = uses[key] else { return }
      transcript.trees[index].rarities.value.useInClear = known.use
    } else if tree.isConnected, let response = tree.response, let frame = tree.replyStamp?.frame,
      uses.count < Self.limit || uses[key] != nil
    {
      let session = transcript.sessions.last { $0.id == tree.sessionID }
      guard !response.shareFlags.contains(.encryptData), session?.flags.contains(.encryptData) != true,
        transcript.traffic.encryptedMessages + transcript.traffic.decryptedMessages == 0
      else { return }
      uses[key] = Entry(use: ShareUse(frame: frame, user: session?.identity.user, isOpen: true), connection: connection)
    }
  }

  private func close(_ transcript: Transcript, _ connection: ObjectIdentifier, _ isClosed: (Tree) -> Bool) {
    guard !uses.isEmpty else { return }
    for tree in transcript.trees where tree.isConnected && isClosed(tree) {
      let key = Self.key(tree, transcript)
      if let place = uses.index(forKey: key), uses.values[place].connection == connection { uses.values[place].use.isOpen = false }
    }
  }
}
