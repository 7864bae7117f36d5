import Diagnosis
import TestSupport
import Testing

@testable import Packets
@testable import Protocols
@testable import Rules
@testable import Transcripts

/// Logons with NTLM in cases whose Kerberos side is made up.
@Suite struct NTLMInsteadTests {
  private static let rules: Set<String> = [
    "kerberos-fallback-to-ntlm", "ntlm-used-instead-of-kerberos", "ntlm-blocked-by-client",
    "kerberos-not-possible-ip-literal", "kerberos-not-attempted",
  ]

  /// A logon of alice with NTLM on a share of `host`; frames 1 to 11, at the end of the exchanges of `inquiries`.
  private func fired(
    host: String = "fs01.lab.example", logon: NTLMLogon = NTLMLogon(), offered: SecurityMechanisms = .ntlm,
    server: SecurityMechanisms = [.kerberos, .ntlm], isGuest: Bool = false, _ exchanges: KerberosExchange...
  ) throws -> [String] {
    let judged = Judged {
      $0.negotiate()
      $0.setUpSession(flags: isGuest ? 1 : 0, logon: logon.with { $0.service = nil })
      $0.connectTree(path: #"\\\#(host)\data"#)
    }
    var brief = ConnectionBrief(try #require(judged.transcripts.first))
    brief.mechanisms = server
    brief.sessions[0].identity.offered = offered
    return fired(brief, exchanges)
  }

  private func fired(_ brief: ConnectionBrief, _ exchanges: [KerberosExchange]) -> [String] {
    var one = Case(id: 1, brief)
    one.lookups = Lookups(exchanges, [])
    return Engine().judge(one).map(\.rule.id).filter(Self.rules.contains)
  }

  @Test func fallsBackAfterAFailure() throws {
    #expect(try fired(KerberosRuleTests.failed(7)) == ["kerberos-fallback-to-ntlm"])
    #expect(try fired(KerberosRuleTests.silent(.unanswered, tries: 3, waited: 30)) == ["kerberos-fallback-to-ntlm"])
    // Overcome, a step, an answer that the capture lacks, somebody who is nobody.
    var overcome = KerberosRuleTests.failed(7)
    overcome.succeededLater = true
    #expect(try fired(overcome).isEmpty)
    #expect(try fired(KerberosRuleTests.failed(25)).isEmpty)
    #expect(try fired(KerberosRuleTests.silent(.notCaptured, tries: 1, waited: 30)).isEmpty)
    #expect(try fired(logon: .anonymous, KerberosRuleTests.failed(7)).isEmpty)
    #expect(try fired(isGuest: true, KerberosRuleTests.failed(7)).isEmpty)
  }

  @Test func usesNTLMAlthoughBothOfferKerberos() throws {
    let both: SecurityMechanisms = [.kerberos, .ntlm]
    #expect(try fired(offered: both) == ["ntlm-used-instead-of-kerberos"])
    // Only one of them offers it, an address, a server of its own, a known reason.
    #expect(try fired(offered: .ntlm).isEmpty)
    #expect(try fired(offered: both, server: .ntlm).isEmpty)
    #expect(try fired(host: "10.0.0.2", offered: both) == ["kerberos-not-possible-ip-literal"])
    #expect(try fired(logon: NTLMLogon().with { $0.serverDomain = "FS01" }, offered: both).isEmpty)
    #expect(try fired(offered: both, KerberosRuleTests.failed(7)) == ["kerberos-fallback-to-ntlm"])
  }

  @Test func doesNotTryKerberos() throws {
    #expect(try fired(host: "fs01") == ["kerberos-not-attempted"])
    #expect(try fired(host: "fs01", server: .ntlm).isEmpty)
    #expect(try fired(host: "fs01", KerberosRuleTests.failed(6, KerberosRuleTests.request("krbtgt/LAB"))) == ["kerberos-fallback-to-ntlm"])
    #expect(try fired(host: "fe80::1") == ["kerberos-not-possible-ip-literal"])
  }

  /// DNS is not in the capture, but the server tells its name.
  @Test(arguments: [("dc01.lab.example", "kerberos-missing-spn-for-cname"), ("files.lab.example", "kerberos-spn-not-found")])
  func learnsTheServersNameFromItself(serverName: String, expected: String) throws {
    let judged = Judged {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon().with { $0.serverDNSName = serverName })
      $0.connectTree(path: #"\\files.lab.example\data"#)
    }
    let brief = ConnectionBrief(try #require(judged.transcripts.first))
    var exchange = KerberosRuleTests.failed(7, KerberosRuleTests.request("cifs/files.lab.example"))
    exchange.client = Endpoint.testClient.address
    exchange.start = FrameStamp(number: 5, time: Timestamp(nanoseconds: 1_000_000_000))
    exchange.reply = exchange.start
    let one = try #require(CaseBook.cases(of: [brief], joining: Lookups([exchange], [])).cases.first)
    let found = Engine().judge(one).map(\.rule.id)
    #expect(found.contains(expected), "\(found)")
    #expect(found.contains("kerberos-fallback-to-ntlm"))
  }

  @Test func leavesWithoutALogon() throws {
    func brief(_ ending: Conversation.Host) throws -> ConnectionBrief {
      let judged = Judged {
        $0.negotiate()
        $0.send(ending, flags: [.fin, .ack])
      }
      return ConnectionBrief(try #require(judged.transcripts.first))
    }
    #expect(fired(try brief(.client), [KerberosRuleTests.failed(7)]) == ["ntlm-blocked-by-client"])
    #expect(fired(try brief(.server), [KerberosRuleTests.failed(7)]).isEmpty)
    #expect(fired(try brief(.client), []).isEmpty)
    // A wrong password is wrong for NTLM too.
    #expect(fired(try brief(.client), [KerberosRuleTests.failed(24, KerberosRuleTests.request("krbtgt/LAB.EXAMPLE"))]).isEmpty)
  }
}
