import Packets
import Protocols
import Transcripts

/// Why the name that the client means the server by may not be accepted: “Server SPN target name validation”.
enum NameMismatch {
  /// A name that is not the server's own.
  case otherName(host: String, own: [String])
  /// An address that the packets do not go to.
  case otherAddress(host: String)
  /// `cifs/host@REALM`, where servers compare with `cifs/host`.
  case withRealm(service: String)
  /// `HTTP/host`: no client of a file server asks for that.
  case otherService(String)
  /// `host`, without the service before it.
  case withoutService(String)
  /// `host/unspecified`: the client's program names no server.
  case placeholder(String)
  /// The same user got in by another name before, in a frame.
  case acceptedByOtherName(String, other: String, frame: Int)
  case missing

  /// Names that no server calls itself, or that it refused before: not only a form that strict servers may refuse.
  var isCertain: Bool { confidence >= .likely }

  var confidence: Confidence {
    switch self {
    case .otherName, .otherAddress: .likely
    case .placeholder, .acceptedByOtherName: .likely
    case .withRealm, .otherService, .withoutService, .missing: .possible
    }
  }

  var note: String {
    switch self {
    case .otherName(let host, let own): "the client uses the name \(host), but the server calls itself \(own.withoutRepetitionOfNames.joined(separator: " and "))"
    case .otherAddress(let host): "the client uses the address \(host), but talks to another address"
    case .withRealm(let service): "the client uses the service name \(service), with a realm at its end, which a strict server does not accept as its own"
    case .otherService(let service): "the logon is meant for \(service), which is no file service"
    case .withoutService(let name): "the client uses the service name \(name), without “cifs/” before it, which a strict server does not accept as its own"
    case .placeholder(let name): "the client names no server: its service name is the placeholder \(name)"
    case .acceptedByOtherName(let name, let other, let frame): "the client uses the name \(name), and the same user got in with the name \(other) before, in frame \(frame)"
    case .missing: "the client sends no service name, which a strict server demands"
    }
  }

  var causes: [String] {
    let rest = "not the name: the user lacks the right to log on, or NTLM is restricted"
    return switch self {
    case .otherName: [
      "the client uses an alias (CNAME) that the server does not know as its own name",
      "the name leads to another server, or through a load balancer", rest,
    ]
    case .otherAddress: ["the client uses an address that a load balancer or NAT translates", rest]
    case .withRealm: [
      "the server checks the target name (SPN validation), and the client's software writes it as cifs/host@realm instead of cifs/host", rest,
    ]
    case .otherService: [
      "the logon was made for another service and passed on to this server: an attack that relays logons, or a proxy that does the same", rest,
    ]
    case .withoutService: [
      "the server checks the target name (SPN validation), and the client's software writes it without the service: it has to be cifs/host", rest,
    ]
    case .placeholder: ["the server checks the target name (SPN validation), and the client's program does not set it", rest]
    case .acceptedByOtherName: ["the server checks the target name (SPN validation), and takes only the name that worked before"]
    case .missing: ["the server checks the target name (SPN validation), and the client's software sends none", rest]
    }
  }

  var remedies: [Remedy] {
    switch self {
    case .otherName, .otherAddress: [.allowedServerNames, .nameHardeningOff, .userRights, .serverLogs]
    case .otherService: [.findRelay, .serverLogs, .userRights]
    case .acceptedByOtherName: [.allowedServerNames, .nameHardeningOff, .serverLogs]
    case .withRealm, .withoutService, .placeholder, .missing: [.targetNameOfClient, .nameHardeningOff, .userRights, .serverLogs]
    }
  }
}

extension Transcript {
  enum Denial {
    case binding
    case name(NameMismatch)
    /// The server demands encryption, and the connection has none.
    case encryption(Confidence)
    /// Ciphers were offered and none was agreed upon, which has a rule of its own.
    case cipher
    case other
  }

  /// Why a logon most likely was answered with STATUS_ACCESS_DENIED.
  func denial(of session: Session) -> Denial {
    if session.isBinding { return .binding }
    if session.hasNoKey { return .other }
    if hasNoCommonCipher { return .cipher }
    // A server that demands encryption of everybody lets nobody in without it.
    let mayLackEncryption = mayLackEncryption && session.admittedOthers?.clearFrame == nil
    // Of a proof that was cut off nothing may be left.
    let isBeforeProof = !visibility.isCut && (session.ntlm.map { $0.response == nil } ?? (session.identity.service == nil))
    if isBeforeProof {
      // MS-SMB2 3.3.5.5: a connection without encryption is refused before authentication starts.
      return session.legs == 1 && mayLackEncryption ? .encryption(.likely) : .other
    }
    // Azure Files refuses connections without encryption from outside its region, and knows its alias as its own name.
    if isAzureFiles { return canEncrypt == false && session.admittedOthers?.clearFrame == nil ? .encryption(.likely) : .other }
    let mismatch = mayCheckNames(session) ? nameMismatch(of: session) : nil
    // Windows refuses who cannot encrypt before it asks for a proof; what is wrong with a name can be seen.
    let checksNames = session.ntlm?.serverVersion.map { $0.build > 0 } ?? false
    let isTooOld = !checksNames && mayLackEncryption && dialect.map { $0 < .smb300 } ?? false
    if let mismatch, mismatch.isCertain && !isTooOld || checksNames { return .name(mismatch) }
    if mayLackEncryption, let dialect, dialect < .smb300 || announcesNoEncryption { return .encryption(.possible) }
    return mismatch.map { .name($0) } ?? .other
  }

  /// A storage account, by the name that the client uses.
  var isAzureFiles: Bool { serverName.isAzureFilesName }

  /// The connection cannot encrypt, and not because the server cannot: one that chose a dialect without encryption
  /// although SMB 3 was offered demands none.
  var mayLackEncryption: Bool { canEncrypt == false && !stopsBelowSMB3 && !hasEncryptionOff }

  /// SMB 3.1.1: the answer has an ENCRYPTION context, and CipherId 0 in it.
  var hasNoCommonCipher: Bool {
    guard dialect == .smb311, negotiation?.request?.contexts.ciphers?.isEmpty == false else { return false }
    return negotiation?.response?.contexts.ciphers?.first == SMB2Cipher.none
  }

  /// SMB 3.1.1: ciphers were offered, and the answer does not speak of encryption. A server that has it on answers, except
  /// where the client's Capabilities lack it: Samba 4.17 then agrees to no cipher.
  var hasEncryptionOff: Bool {
    guard dialect == .smb311, negotiation?.request?.contexts.ciphers?.isEmpty == false, !announcesNoEncryption,
      let response = negotiation?.response, response.isWhole
    else { return false }
    return response.contexts.error == nil && response.contexts.ciphers == nil
  }

  /// SMB 3.0 and 3.0.2: the client can encrypt, and the server does not. It has encryption off, or only ciphers of 3.1.1.
  var lacksEncryptionOfServer: Bool {
    guard let dialect, dialect == .smb300 || dialect == .smb302, let request = negotiation?.request, let response = negotiation?.response
    else { return false }
    return request.capabilities.contains(.encryption) && !response.capabilities.contains(.encryption)
  }

  /// SMB 3, and the client does not set SMB2_GLOBAL_CAP_ENCRYPTION (MS-SMB2 2.2.3), even if it offers ciphers.
  var announcesNoEncryption: Bool {
    guard let dialect, dialect >= .smb300, let request = negotiation?.request, !request.capabilities.contains(.encryption)
    else { return false }
    return dialect != .smb311 || request.contexts.ciphers?.isEmpty == false
  }

  /// Samba checks no names. It calls itself Windows without a build, and so do servers that are made of it.
  private func mayCheckNames(_ session: Session) -> Bool {
    // A name that no server calls itself is worth a word, whatever the server looks like.
    if session.ntlm?.targetName?.contains("@") == true { return true }
    let isOther = serverSoftware.map { [.samba, .ksmbd, .impacket].contains($0) } ?? isLikeKsmbd
    return !isOther && session.ntlm?.serverVersion.map { $0.build > 0 } ?? true
  }

  /// What is wrong with the service that the client means.
  private func nameMismatch(of session: Session) -> NameMismatch? {
    let name = session.ntlm?.targetName
    // With the same name it was let in before.
    if let before = session.acceptedBefore, !before.isOfOtherServer, (before.targetName ?? "").lowercased() == (name ?? "").lowercased() { return nil }
    if let known = foreignName(of: session) { return known }
    if let name, name.contains("@") { return .withRealm(service: name) }
    if let name, !name.isEmpty, !name.contains("/") { return .withoutService(name) }
    return session.lacksTargetName ? .missing : nil
  }

  /// The service that the client means is not among the names the server gives itself.
  private func foreignName(of session: Session) -> NameMismatch? {
    guard let host = session.serviceHost?.lowercased() else { return nil }
    if host == "unspecified", let service = session.ntlm?.targetName { return .placeholder(service) }
    if let before = session.acceptedBefore, let other = before.targetName, !before.isOfOtherServer, let name = session.ntlm?.targetName,
      !name.isEmpty, !other.isEmpty, other.lowercased() != name.lowercased()
    {
      return .acceptedByOtherName(name, other: other, frame: before.frame)
    }
    if let service = session.ntlm?.targetName, let kind = service.split(separator: "/").first?.lowercased(), !["cifs", "host"].contains(kind) {
      return .otherService(service)
    }
    if host.isAddressLiteral {
      // Its own address is one of the server's names.
      return host == server.address.description.lowercased() ? nil : .otherAddress(host: host)
    }
    guard let ntlm = session.ntlm else { return nil }
    let own = [ntlm.nbComputerName, ntlm.dnsComputerName].compactMap { $0?.lowercased() }.filter { !$0.isEmpty }
    guard !own.isEmpty, !own.contains(host), !own.contains(where: { $0.split(separator: ".").first.map(String.init) == host })
    else { return nil }
    return .otherName(host: host, own: own)
  }
}

extension Session {
  /// The proof names no server, although it has room for it.
  var lacksTargetName: Bool { ntlm.map { $0.hasClientPairs && $0.targetName?.isEmpty != false } ?? false }
}

extension Transcript {
  /// The client closed the connection behind the answer to NEGOTIATE, and asked nothing else.
  var leavesAfterNegotiate: Bool {
    guard negotiation?.response != nil, sessions.isEmpty, trees.isEmpty, traffic.encryptedMessages == 0, !isAdditionalChannel,
      !visibility.mayHideMessages(from: .client), let ending
    else { return false }
    return peer(ending.side) == .client
  }
}

extension Remedy {
  fileprivate static let findRelay = Remedy(
    "Find out which machine sent this logon (the client's address in the evidence), and whether the user meant to use this server. Require signing on the server: a relayed logon is then of no use.")
}
