import Packets
import Protocols

extension MessageDetails {
  /// A security buffer of SESSION_SETUP: who authenticates and how.
  mutating func read(token bytes: [UInt8]) {
    add("tokenLength", .signed(bytes.count))
    guard !bytes.isEmpty, let token = try? SPNEGOToken(ByteView(bytes.span)) else { return }
    read(token, depth: 0)
  }

  /// A token in a token is one level deep: SPNEGO does not carry SPNEGO.
  private mutating func read(_ token: SPNEGOToken, depth: Int) {
    switch token {
    case .negTokenInit(let offer):
      add("mechanisms", .texts(offer.mechTypes.map(\.description)))
      if offer.mechToken == nil { say(offer.mechTypes.map(\.description).joined(separator: ", ")) }
      read(inner: offer.mechToken, depth)
    case .negTokenResp(let answer):
      add("negState", answer.negState?.description)
      say(answer.negState?.description)
      read(inner: answer.responseToken, depth)
    case .ntlm(let message): read(message)
    case .kerberos(let token):
      add("mechanism", "kerberos")
      if let message = token.message { readInner(message) } else { say("Kerberos") }
    case .unknown: add("mechanism", "other")
    }
  }

  private mutating func read(inner bytes: [UInt8]?, _ depth: Int) {
    guard depth == 0, let bytes, !bytes.isEmpty, let token = try? SPNEGOToken(ByteView(bytes.span)) else { return }
    read(token, depth: depth + 1)
  }

  private mutating func read(_ message: NTLMMessage) {
    add("mechanism", "ntlm")
    switch message {
    case .negotiate: say("NTLM NEGOTIATE")
    case .challenge(let challenge):
      add("targetName", challenge.targetName)
      add("nbComputerName", challenge.targetInfo?.nbComputerName)
      add("nbDomainName", challenge.targetInfo?.nbDomainName)
      add("dnsComputerName", challenge.targetInfo?.dnsComputerName)
      add("dnsDomainName", challenge.targetInfo?.dnsDomainName)
      say("NTLM CHALLENGE from \(challenge.targetName)")
    case .authenticate(let proof):
      add("user", proof.user)
      add("domain", proof.domain)
      add("workstation", proof.workstation)
      add("service", proof.clientPairs?.targetName)
      add("mic", .flag(proof.hasMIC))
      say(proof.isAnonymous ? "NTLM AUTHENTICATE, anonymous" : "NTLM AUTHENTICATE \(proof.domain)\\\(proof.user)")
    }
  }

  private mutating func readInner(_ message: KerberosMessage) {
    switch message {
    case .apReq(let request):
      add("service", request.ticket.sname.description)
      add("realm", request.ticket.realm)
      say("AP-REQ for \(request.ticket.sname)@\(request.ticket.realm)")
    case .error(let error):
      add("errorCode", .signed(Int(error.errorCode.rawValue)))
      say("KRB-ERROR \(error.errorCode)")
    default: say("\(message.type)")
    }
  }

  /// A message between a client and a KDC.
  init(_ message: KerberosMessage) {
    add("type", .signed(message.type.rawValue))
    add("typeName", message.type.name)
    switch message {
    case .asReq(let request), .tgsReq(let request): read(request)
    case .asRep(let reply), .tgsRep(let reply): read(reply)
    case .error(let error): read(error)
    case .apReq(let request):
      add("realm", request.ticket.realm)
      add("sname", request.ticket.sname.description)
    case .apRep, .other: break
    }
  }

  private mutating func read(_ request: KerberosKDCRequest) {
    add("cname", request.cname?.description)
    add("realm", request.realm)
    add("sname", request.sname?.description)
    add("etypes", .numbers(request.etypes.map { Int($0.rawValue) }))
    add("preauthentication", .flag(request.hasPreauthentication))
    add("armored", .flag(request.isArmored))
    say(request.cname.map { "\($0)@\(request.realm)" })
    say(request.sname.map { "for \($0)" })
  }

  private mutating func read(_ reply: KerberosKDCReply) {
    add("cname", reply.cname.description)
    add("crealm", reply.crealm)
    add("realm", reply.ticket.realm)
    add("sname", reply.ticket.sname.description)
    add("ticketEtype", .signed(Int(reply.ticket.encPart.etype.rawValue)))
    add("etype", .signed(Int(reply.encPart.etype.rawValue)))
    say("\(reply.cname)@\(reply.crealm)")
    say("for \(reply.ticket.sname), \(reply.ticket.encPart.etype)")
  }

  private mutating func read(_ error: KerberosError) {
    add("errorCode", .signed(Int(error.errorCode.rawValue)))
    add("errorName", error.errorCode.name)
    add("cname", error.cname?.description)
    add("crealm", error.crealm)
    add("realm", error.realm)
    add("sname", error.sname?.description)
    add("eText", error.eText)
    say("\(error.errorCode)")
    say(error.sname.map { name in "for \(name)" + (error.realm.map { "@\($0)" } ?? "") })
    say(error.eText.map { "“\($0)”" })
  }
}
