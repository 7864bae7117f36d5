import Packets
import Protocols
package import Transcripts

/// What a capture tells that belongs into remedies: which software both ends run, and the names in use.
package struct RemedyFacts: Hashable, Sendable {
  package var peers = Peers()
  /// The name by which the client reaches the server, else its address.
  package var server: String?
  /// What the server calls itself, without its domain.
  package var hostName: String?
  /// The name in use, where that is another than the server's own.
  package var alias: String?
  package var share: String?
  package var user: String?
  /// The user's, as the client sent it; the server's own where no server can have the one that was sent; empty when the
  /// client named none.
  package var domain: String?
  /// Of the server, as it says itself.
  package var serverDomain: String?
  /// The domain that has a directory: not a workgroup.
  package var directory: String?
  package var realm: String?
  /// The address of the KDC that the client asked last.
  package var kdc: String?

  package init() {}

  /// Of the server, as far as its name tells; without the `$`, which Get-ADComputer does not need.
  var computerAccount: String? {
    hostName ?? server.flatMap { $0.isAddressLiteral ? nil : $0.split(separator: ".").first.map(String.init) }
  }
}

extension RemedyFacts {
  /// Where the facts of a finding come from: its connection, or those of its case.
  package struct Source: Sendable {
    var peers = Peers()
    /// nil where no server was asked.
    var address: IPAddress?
    var names: [String] = []
    var sessions: [Session] = []
    var trees: [Tree] = []
    var ofKDC: (user: String?, realm: String?) = (nil, nil)
    var kdc: IPAddress?

    package init(_ transcript: Transcript) {
      peers = Peers(transcript.peerTraits)
      address = transcript.server.address
      names = transcript.serverNames
      sessions = transcript.sessions
      trees = transcript.trees
    }

    /// What all findings of a case have in common.
    package init(_ one: Case) {
      address = one.server
      names = one.hosts
      read(one.lookups.exchanges)
    }

    /// - Parameter lookups: what a client asked of KDCs and resolvers for no server that is in the recording.
    package init(_ lookups: Lookups) { read(lookups.exchanges) }

    private mutating func read(_ exchanges: [KerberosExchange]) {
      let first = exchanges.prefix(Self.longest).lazy.compactMap(\.request).first { $0.isInitial }
      ofKDC = (first?.cname, first?.realm)
      let turnedBack = exchanges.afterSilentRealm
      kdc = exchanges.last { !turnedBack.contains($0.start.number) }?.kdc.address
    }

    /// With what the connections of one finding tell.
    package func of(_ connections: [Int], in one: Case) -> Source {
      // The connection that got furthest shows the software best, and a few connections are enough.
      let some = connections.prefix(Self.longest).compactMap(one.connection)
      var source = self
      source.peers = Peers(some[...])
      source.sessions = some.flatMap(\.sessions)
      source.trees = some.flatMap(\.trees)
      return source
    }

    private static let longest = 64
  }

  /// - Parameter frames: of the finding's evidence, which tell the share and the logon it is about.
  package init(_ source: Source, frames: [Int]) {
    let cited = Set(frames)
    func isCited(_ request: MessageStamp, _ reply: MessageStamp?) -> Bool {
      cited.contains(request.frame) || reply.map { cited.contains($0.frame) } ?? false
    }
    peers = source.peers
    kdc = source.kdc?.description
    server = source.names.first { $0.isPlainName } ?? source.address?.commandText
    let tree =
      source.trees.last { isCited($0.requestStamp, $0.replyStamp) }
      ?? source.trees.last { !$0.isConnected && !$0.isPipeShare } ?? source.trees.last { !$0.isPipeShare }
    share = tree.flatMap { $0.isNameless ? nil : $0.share }
    let session =
      source.sessions.last { isCited($0.requestStamp, $0.replyStamp) }
      ?? source.sessions.last { $0.id == tree?.sessionID && $0.id != 0 } ?? source.sessions.last
    read(session, source)
  }

  private mutating func read(_ session: Session?, _ source: Source) {
    let identity = session?.identity
    let isKerberos = identity?.mechanism == .kerberos
    user = identity?.user.flatMap(\.nonEmpty) ?? source.ofKDC.user
    let served = source.sessions.lazy.compactMap(\.ntlm).last { $0.nbComputerName != nil }
    let sent = session.flatMap { $0.isEstablished ? nil : $0.foreignDomain?.accepted ?? $0.domainBesideServer } ?? identity?.domain
    // A server of no domain knows its users by plain names.
    if served?.isDomainMember == false, !isKerberos, sent?.nonEmpty == nil { user = user.map { String($0.prefix { $0 != "@" }) }?.nonEmpty }
    domain = user == nil ? sent.flatMap(\.nonEmpty) : sent
    serverDomain = served?.dnsDomainName.flatMap(\.nonEmpty) ?? served?.nbDomainName.flatMap(\.nonEmpty)
    directory = served.map { $0.isDomainMember ? serverDomain : nil } ?? domain.flatMap(\.nonEmpty) ?? (session == nil ? source.ofKDC.realm : nil)
    realm = isKerberos ? identity?.domain : source.ofKDC.realm ?? (served?.isDomainMember == true ? served?.dnsDomainName?.uppercased() : nil)
    guard let own = served?.dnsComputerName.flatMap(\.nonEmpty) ?? served?.nbComputerName.flatMap(\.nonEmpty) else { return }
    hostName = own.split(separator: ".").first.map(String.init)
    let used = source.names.first { $0.isPlainName && !$0.isAddressLiteral }
    if let used, !isSameHost(used, own), !isSameHost(used, served?.nbComputerName ?? own) { alias = used }
  }
}

extension String {
  fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}

extension IPAddress {
  /// IPv6 is written otherwise in the paths of Windows.
  fileprivate var commandText: String? {
    let text = description
    return text.contains(":") ? nil : text
  }
}
