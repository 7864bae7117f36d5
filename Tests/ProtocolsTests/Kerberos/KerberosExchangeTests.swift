import Protocols
import Testing

@Suite struct KerberosExchangeTests {
  @Test func readsAnASRequest() throws {
    guard case .asReq(let request) = try KerberosMessage(KerberosSamples.asReq) else {
      Issue.record("not an AS-REQ")
      return
    }
    #expect(request.padata.map(\.rawValue) == [2, 128])
    #expect(request.hasPreauthentication)
    #expect(!request.isArmored)
    #expect(request.presentedTicket == nil)
    #expect(request.kdcOptions == [.forwardable, .renewable, .canonicalize, .renewableOK])
    #expect(request.cname?.description == "alice")
    #expect(request.realm == "LAB.EXAMPLE")
    #expect(request.sname?.description == "krbtgt/LAB.EXAMPLE")
    #expect(request.sname?.nameType == 2)
    #expect(request.till?.secondsSince1970 == 2_136_422_885)
    #expect(request.nonce == 0x7EAD_BEEF)
    #expect(request.etypes.map(\.rawValue) == [18, 17, 23, -133])
  }

  /// A service may be left out, and 128 be written as the one byte 0x80.
  @Test func readsAnASRequestOfAnOddClient() throws {
    let bytes = KerberosSamples.request(
      10, padata: KerberosSamples.padata([0x02, 0x01, 0x80], []), KerberosSamples.padata(integer(136), []),
      body: KerberosSamples.body(cname: KerberosSamples.alice, sname: nil, etypes: []))
    guard case .asReq(let request) = try KerberosMessage(bytes) else {
      Issue.record("not an AS-REQ")
      return
    }
    #expect(request.sname == nil)
    #expect(request.padata.map(\.rawValue) == [128, 136])
    #expect(request.isArmored)
    #expect(!request.hasPreauthentication)
  }

  @Test func readsTheTicketThatATGSRequestPresents() throws {
    guard case .tgsReq(let request) = try KerberosMessage(KerberosSamples.tgsReq) else {
      Issue.record("not a TGS-REQ")
      return
    }
    #expect(request.cname == nil)
    #expect(request.sname?.components == ["cifs", "fs01.lab.example"])
    let ticket = try #require(request.presentedTicket)
    #expect(ticket.realm == "LAB.EXAMPLE")
    #expect(ticket.sname.description == "krbtgt/LAB.EXAMPLE")
    #expect(ticket.encPart.etype == .aes256SHA1)
    #expect(ticket.encPart.kvno == 2)
  }

  @Test func readsATGSReply() throws {
    guard case .tgsRep(let reply) = try KerberosMessage(KerberosSamples.tgsRep) else {
      Issue.record("not a TGS-REP")
      return
    }
    #expect(reply.crealm == "LAB.EXAMPLE")
    #expect(reply.cname.description == "alice")
    #expect(reply.ticket.sname.description == "cifs/fs01.lab.example")
    #expect(reply.ticket.encPart.etype == .rc4)
    #expect(reply.encPart.etype == .aes256SHA1)
    #expect(reply.encPart.kvno == 3)
  }

  /// The number is FNV-1a of 01 02 03 04, worked out by another program.
  @Test func knowsATicketAgain() throws {
    guard case .asRep(let issued) = try KerberosMessage(KerberosSamples.asRep),
      case .tgsReq(let presented) = try KerberosMessage(KerberosSamples.tgsReq),
      case .apReq(let other) = try KerberosMessage(KerberosSamples.apReq(KerberosSamples.fileTicket))
    else {
      Issue.record("not the expected messages")
      return
    }
    #expect(issued.ticket.fingerprint == 0xBE7A_5E77_5165_785D)
    #expect(presented.presentedTicket?.fingerprint == issued.ticket.fingerprint)
    #expect(other.ticket.fingerprint != issued.ticket.fingerprint)
    #expect(other.apOptions == .mutualRequired)
    #expect(other.authenticator.etype == .aes128SHA1)
  }
}
