extension SMBConversation {
  enum Limit {
    /// Setup requests that wait for their answer; clients have one or two.
    static let openRequests = 256
    /// Answers kept for requests that a misordered capture shows later.
    static let earlyReplies = 32
    /// Characters of a share's path that are kept: server names have at most 255, share names at most 80.
    static let path = 384
    /// Messages of one packet that wait for its end; no client puts more than a dozen into one packet.
    static let incomplete = 256
    /// Logons remembered for one connection; terminal servers put some tens of users on one.
    static let sessions = 64
    /// Shares of one connection that are remembered.
    static let trees = 64
    /// Open Validate Negotiate exchanges; clients have one for each tree.
    static let validations = 64
    /// DFS referrals remembered of one connection.
    static let referrals = 16
    /// Failed renewals of one established session.
    static let reauthentications = 4
    /// Sessions of one connection that were used after they expired.
    static let expiredSessions = 16
    /// Unreadable messages; the first ones show what is wrong with the others.
    static let unreadable = 16
    /// Losses of bytes of one side that are listed individually.
    static let lost = 8
    /// Packets of the NetBIOS session service; a connection begins with two.
    static let sessionPackets = 8
    /// No NBSS packet is longer than 16 MiB, so twice as much contains a boundary, or no SMB.
    static let searchedBytes = 32 * 1024 * 1024
    /// On a non-standard port a first segment may look like an NBSS header by chance.
    static let searchedBytesElsewhere = 64
  }
}
