package import Packets
package import Protocols

// Sets of options begin as `rawValue: 0` where each connection has one: `[]` goes through generic code.

/// Traits by which the software of client and server is recognised, from the handshake, NEGOTIATE and the logon. Kept small,
/// because a case keeps them for each connection.
package struct PeerTraits: Sendable, Codable {
  package var client = Client()
  package var server = Server()

  package struct Client: Sendable, Codable {
    package var hasNegotiate = false
    package var dialects: [SMB2Dialect] = []
    package var smb1 = SMB1Opening.none
    package var securityMode = SMB2SecurityMode(rawValue: 0)
    package var capabilities: UInt32 = 0
    package var guid = GUIDShape.unknown
    package var contexts = ShortList()
    package var ciphers = ShortList()
    package var signingAlgorithms = ShortList()
    package var compression = ShortList()
    /// SHA-512 is named twice.
    package var repeatsHash = false
    package var logon = Logon()
    package var system: SMB1NativeNames?
    /// Of the SYN; 0 when that was not captured.
    package var hopLimit: UInt8 = 0
    package var tcpOptions = TCPOptions.Kinds(rawValue: 0)
  }

  package struct Server: Sendable, Codable {
    package var hasNegotiate = false
    package var dialect: SMB2Dialect?
    package var securityMode = SMB2SecurityMode(rawValue: 0)
    package var capabilities: UInt32 = 0
    package var guid = GUIDShape.unknown
    package var maxTransactSize: UInt32 = 0
    package var maxReadSize: UInt32 = 0
    package var start = SMB2NegotiateResponse.ServerStart.unset
    package var contexts = ShortList()
    package var mechanisms = SecurityMechanisms(rawValue: 0)
    package var hint = SPNEGOHint.none
    package var hasChallenge = false
    package var challengeVersion: NTLMVersion?
    package var system: SMB1NativeNames?
    package var hopLimit: UInt8 = 0
    package var tcpOptions = TCPOptions.Kinds(rawValue: 0)
    /// The client calls it by a name of Azure Files.
    package var isNamedAsAzureFiles = false
  }

  /// Of the client.
  package struct Logon: Sendable, Codable {
    package var isNTLM = false
    /// NTLMSSP without SPNEGO around it.
    package var isRaw = false
    package var hasProof = false
    package var hasMIC = false
    package var version: NTLMVersion?
    package var offered = SecurityMechanisms(rawValue: 0)
  }
}

/// Up to eight small numbers in their order: contexts, ciphers, algorithms.
package struct ShortList: Hashable, Sendable, Codable, ExpressibleByArrayLiteral {
  private var bits: UInt64 = 0

  package init() {}

  package init(_ numbers: some Sequence<UInt16>) {
    for (index, number) in numbers.prefix(8).enumerated() {
      // 0 means that there is no further one, and 0x100 is POSIX.
      bits |= UInt64(number == 0x100 ? 0xff : min(number, 0xfd) + 1) << UInt64(8 * index)
    }
  }

  package init(arrayLiteral numbers: UInt16...) { self.init(numbers) }

  package var isEmpty: Bool { bits == 0 }
}

/// The dialect strings of an SMB1 NEGOTIATE, where they are those of a known client.
package enum SMB1Opening: UInt8, Sendable, Codable {
  case none, other
  /// NT LM 0.12
  case smb1Only
  /// NT LM 0.12, POSIX 2
  case posix
  /// NT LM 0.12, SMB 2.002
  case upTo202
  /// NT LM 0.12, SMB 2.002, SMB 2.???
  case short
  /// NT LANMAN 1.0, NT LM 0.12, SMB 2.002, SMB 2.???
  case lanman
  /// From PC NETWORK PROGRAM 1.0 on, eight names, or the six of SMB1.
  case windows
  /// One of them is “Samba”.
  case samba

  init(_ names: [String]?) {
    guard let names else {
      self = .none
      return
    }
    let ofWindows = ["PC NETWORK PROGRAM 1.0", "LANMAN1.0", "Windows for Workgroups 3.1a", "LM1.2X002", "LANMAN2.1", "NT LM 0.12"]
    switch names {
    case ["NT LM 0.12"]: self = .smb1Only
    case ["NT LM 0.12", "POSIX 2"]: self = .posix
    case ["NT LM 0.12", "SMB 2.002"]: self = .upTo202
    case ["NT LM 0.12", "SMB 2.002", "SMB 2.???"]: self = .short
    case ["NT LANMAN 1.0", "NT LM 0.12", "SMB 2.002", "SMB 2.???"]: self = .lanman
    case _ where names.starts(with: ofWindows) && names.count <= 8: self = .windows
    case _ where names.contains("Samba"): self = .samba
    default: self = .other
    }
  }
}

extension Transcript {
  /// Gathered on demand; an open connection pays nothing for it.
  package var peerTraits: PeerTraits { peerTraits(of: serverNames) }

  /// - Parameter names: ``serverNames``, for those who have them already.
  func peerTraits(of names: [String]) -> PeerTraits {
    var traits = PeerTraits()
    readOpening(&traits)
    if let request = negotiation?.request { traits.client.read(request) }
    if let response = negotiation?.response {
      traits.server.read(response)
      traits.server.mechanisms = negotiation?.mechanisms ?? []
      traits.server.hint = negotiation?.hint ?? .none
    }
    if let session = sessions.last(where: { $0.ntlm != nil }) ?? sessions.last { traits.read(session) }
    traits.server.isNamedAsAzureFiles = names.contains(where: \.isAzureFilesName)
    return traits
  }

  private func readOpening(_ traits: inout PeerTraits) {
    if handshake.syn != nil {
      (traits.client.hopLimit, traits.client.tcpOptions) = (handshake.synHopLimit, handshake.synOptions.kinds)
    }
    if handshake.synAck != nil {
      (traits.server.hopLimit, traits.server.tcpOptions) = (handshake.synAckHopLimit, handshake.synAckOptions.kinds)
    }
    guard let smb1 else { return }
    traits.client.smb1 = SMB1Opening(smb1.request.flatMap { $0.isCut ? nil : $0.dialects })
    (traits.client.system, traits.server.system) = (smb1.clientSystem, smb1.serverSystem)
  }

  /// What the client calls the server: not by the target name of NTLM, into which some write whatever they have.
  package var serverNames: [String] {
    var names: [String] = []
    if let name = negotiation?.request?.contexts.netName { names.append(name) }
    for index in sessions.indices where !sessions[index].identity.ticket.isAbsent {
      if let name = sessions[index].identity.service.flatMap(serviceHost) { names.append(name) }
    }
    for index in trees.indices {
      if let name = trees[index].host { names.append(name) }
    }
    return names.withoutRepetitionOfNames
  }
}

extension String {
  /// Whether this names a storage account of Azure, in any of its clouds, or its private endpoint.
  package var isAzureFilesName: Bool {
    guard utf8.count > 22 else { return false }
    let name = lowercased()
    return [".file.core.windows.net", ".file.core.chinacloudapi.cn", ".file.core.usgovcloudapi.net", ".file.storage.azure.net"]
      .contains(where: name.hasSuffix)
  }
}

extension PeerTraits.Client {
  fileprivate mutating func read(_ request: SMB2NegotiateRequest) {
    hasNegotiate = true
    dialects = request.dialects
    securityMode = request.securityMode
    capabilities = request.capabilities.rawValue
    guid = GUIDShape(request.clientGUID)
    if request.isWhole { contexts = ShortList(request.contexts.lazy.compactMap(\.type)) }
    ciphers = ShortList((request.contexts.ciphers ?? []).map(\.rawValue))
    signingAlgorithms = ShortList(request.contexts.signingAlgorithms ?? [])
    for case .compression(let algorithms, _) in request.contexts { compression = ShortList(algorithms) }
    for case .preauthIntegrity(let algorithms) in request.contexts { repeatsHash = algorithms == [1, 1] }
  }
}

extension PeerTraits.Server {
  fileprivate mutating func read(_ response: SMB2NegotiateResponse) {
    hasNegotiate = true
    dialect = response.dialectRevision
    securityMode = response.securityMode
    capabilities = response.capabilities.rawValue
    guid = GUIDShape(response.serverGUID)
    (maxTransactSize, maxReadSize) = (response.maxTransactSize, response.maxReadSize)
    start = response.serverStart
    if response.isWhole { contexts = ShortList(response.contexts.lazy.compactMap(\.type)) }
  }
}

extension PeerTraits {
  fileprivate mutating func read(_ session: Session) {
    client.logon.offered = session.identity.offered
    guard let exchange = session.ntlm else { return }
    client.logon.isNTLM = true
    client.logon.isRaw = session.identity.offered.isEmpty
    client.logon.hasProof = exchange.response != nil && exchange.response != NTLMAuthenticate.Response.none
    client.logon.hasMIC = exchange.clientFlags.contains(.hasMIC)
    client.logon.version = exchange.clientVersion
    server.hasChallenge = exchange.hasChallenge
    server.challengeVersion = exchange.serverVersion
  }
}

extension SMB2NegotiateContext {
  /// ContextType: MS-SMB2 2.2.3.1.
  fileprivate var type: UInt16? {
    switch self {
    case .preauthIntegrity: 1
    case .encryption: 2
    case .compression: 3
    case .netName: 5
    case .transport: 6
    case .rdmaTransform: 7
    case .signing: 8
    case .other(let type): type
    case .unreadable: nil
    }
  }
}
