import Packets
package import Protocols

/// What CHALLENGE and AUTHENTICATE show beside the names of the user: MS-NLMP 2.2.1.2, 2.2.1.3.
package struct NTLMExchange: Sendable, Codable {
  /// Of the server, in its CHALLENGE.
  var server = Boxed<NTLMServerNames>()
  /// Where the server sent its CHALLENGE; nil when it was not captured.
  package var challengeFrame: Int?
  /// The server's CHALLENGE has MsvAvTimestamp, so a client of today adds a MIC (MS-NLMP 3.1.5.1.2).
  package var hasServerTime = false
  /// nil without an AUTHENTICATE, or one without a proof.
  package var response: NTLMAuthenticate.Response?
  /// The proof has 24 bytes: no NTLMv2.
  package var isVersion1 = false
  /// MsvAvTargetName: the service that the client believes it talks to, such as `cifs/fs01`.
  package var targetName: String?
  /// The AV pairs of an NTLMv2 response were read.
  package var hasClientPairs = false
  package var clientFlags = NTLMAVPairs.Flags(rawValue: 0)
  package var hasChannelBindings = false
  /// The time of the NTLMv2 response, which is that of the server's CHALLENGE or of the client's own clock: seconds since 1970;
  /// 0 when there is none.
  package var clientSeconds: UInt32 = 0
  /// Of the CHALLENGE; empty when it is not in the capture.
  package var serverFlags = NTLMFlags(rawValue: 0)
  /// Of the client's first message; empty when it is not in the capture.
  package var askedFlags = NTLMFlags(rawValue: 0)
  /// Flags of the AUTHENTICATE, if they contradict the encoding of names agreed in CHALLENGE.
  package var contradictingFlags: NTLMFlags?
  /// MsvAvSingleHost: identifies the client's computer. 0 if there is none.
  package var machineID: UInt64 = 0
  /// Of the client's first message that has one, and of the CHALLENGE.
  package var clientVersion: NTLMVersion?
  package var serverVersion: NTLMVersion?
  package var hasChallenge = false

  package var nbComputerName: String? { server.read { $0.nbComputerName } }
  package var nbDomainName: String? { server.read { $0.nbDomainName } }
  package var dnsComputerName: String? { server.read { $0.dnsComputerName } }
  package var dnsDomainName: String? { server.read { $0.dnsDomainName } }

  /// The server belongs to a domain: it calls itself otherwise than its domain.
  package var isDomainMember: Bool {
    // MS-NLMP 2.2.2.5: a server that answers for itself alone says so, whatever the name of its workgroup.
    guard !serverFlags.contains(.targetTypeServer), let computer = nbComputerName?.lowercased(), let domain = nbDomainName?.lowercased()
    else { return false }
    return !computer.isEmpty && !domain.isEmpty && computer != domain
  }

  /// What the client asks for and the CHALLENGE does not grant; empty without both.
  package var flagsNotGranted: NTLMFlags {
    hasChallenge ? askedFlags.intersection([.sign, .seal, .keyExchange, .extendedSessionSecurity, .key128]).subtracting(serverFlags) : []
  }

  mutating func read(_ challenge: NTLMChallenge) {
    serverFlags = challenge.flags
    hasChallenge = true
    serverVersion = challenge.version
    guard let info = challenge.targetInfo else { return }
    server.value = NTLMServerNames(
      nbComputerName: info.nbComputerName?.clippedName, nbDomainName: info.nbDomainName?.clippedName,
      dnsComputerName: info.dnsComputerName?.clippedName, dnsDomainName: info.dnsDomainName?.clippedName)
    hasServerTime = info.timestamp != nil
  }

  mutating func read(_ proof: NTLMAuthenticate) {
    response = proof.response
    isVersion1 = proof.ntResponseCount == 24
    if clientVersion == nil { clientVersion = proof.version }
    if let time = proof.clientTime.flatMap({ FileTime(rawValue: $0).timestamp }) {
      clientSeconds = UInt32(clamping: time.nanoseconds / 1_000_000_000)
    }
    guard let pairs = proof.clientPairs else { return }
    hasClientPairs = true
    clientFlags = pairs.flags
    hasChannelBindings = pairs.hasChannelBindings
    targetName = pairs.targetName?.clippedName
    machineID = pairs.machineID ?? 0
  }

  /// MS-NLMP 2.2.2.5: NTLMSSP_NEGOTIATE_UNICODE of the CHALLENGE is what both sides agreed, whatever the flags of the
  /// AUTHENTICATE say.
  mutating func settleEncoding(of proof: inout NTLMAuthenticate) {
    guard serverFlags.contains(.unicode), !proof.flags.contains(.unicode) else { return }
    contradictingFlags = proof.flags
    proof.readNamesAsUnicode()
  }
}
