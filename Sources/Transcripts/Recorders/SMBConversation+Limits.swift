extension SMBConversation {
  enum Limit {
    /// Establishment requests waiting for their answer; clients have one or two.
    static let openRequests = 256
    /// Answers kept for requests that a misordered capture shows later.
    static let earlyReplies = 32
    /// Characters of a share's path that are kept: names of servers have 255 of them at most, those of shares 80.
    static let path = 384
    /// Messages of one packet that wait for its end; no client puts more than a dozen into one.
    static let incomplete = 256
    /// Authentications remembered of one connection; terminal servers put some tens of users on one.
    static let sessions = 64
    /// Shares connected over one connection that are remembered.
    static let trees = 64
    /// Validate Negotiate exchanges that are not settled; clients have one for each tree.
    static let validations = 64
    /// DFS referrals remembered of one connection.
    static let referrals = 16
    /// Failed authentications of one session that stands.
    static let reauthentications = 4
    /// Sessions of one connection that were used after their time.
    static let expiredSessions = 16
    /// Messages that could not be read; the first ones tell what is wrong with the others.
    static let unreadable = 16
    /// Losses of bytes of one side that are told one by one.
    static let lost = 8
    /// Packets of the NetBIOS session service; a connection begins with two.
    static let sessionPackets = 8
    /// No NBSS packet is longer than 16 MiB, so in twice as much there is a boundary, or no SMB.
    static let searchedBytes = 32 * 1024 * 1024
    /// On a port that is not SMB's a first segment may look like the beginning of an NBSS header by chance.
    static let searchedBytesElsewhere = 64
  }
}
