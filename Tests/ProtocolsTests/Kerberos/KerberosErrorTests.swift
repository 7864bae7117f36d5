import Protocols
import Testing

@Suite struct KerberosErrorTests {
  static func error(_ code: Int, eData: [UInt8]? = nil) throws -> KerberosError {
    guard case .error(let error) = try KerberosMessage(KerberosSamples.error(code, eData: eData)) else {
      throw CancellationError()
    }
    return error
  }

  @Test func readsTheFields() throws {
    let error = try Self.error(7)
    #expect(error.errorCode.name == "KDC_ERR_S_PRINCIPAL_UNKNOWN")
    #expect(error.ctime?.secondsSince1970 == 1_795_239_000)
    #expect(error.stime?.secondsSince1970 == 1_795_239_137)
    #expect(error.susec == 123_456)
    #expect(error.crealm == "LAB.EXAMPLE")
    #expect(error.cname?.description == "alice")
    #expect(error.realm == "LAB.EXAMPLE")
    #expect(error.sname?.description == "cifs/fs01.lab.example")
    #expect(error.eText == "no luck")
    #expect(error.eData == nil)
  }

  /// Times around leap days, against `date -u -d … +%s`.
  @Test(
    arguments: [
      ("19700101000000Z", 0), ("20240229120000Z", 1_709_208_000), ("20000301000000Z", 951_868_800),
      ("21000228235959Z", 4_107_542_399), ("21000301000000Z", 4_107_542_400),
    ] as [(String, Int64)])
  func countsSeconds(text: String, seconds: Int64) throws {
    let bytes = application(
      30,
      sequence(
        context(1, integer(30)), context(4, time(text)), context(5, integer(0)), context(6, integer(25)),
        context(9, string("LAB.EXAMPLE"))))
    guard case .error(let error) = try KerberosMessage(bytes) else {
      Issue.record("not a KRB-ERROR")
      return
    }
    #expect(error.stime?.secondsSince1970 == seconds)
  }

  /// A message pared down to its code is still a diagnosis.
  @Test func needsTheCodeAlone() throws {
    let bytes = application(30, sequence(context(1, integer(30)), context(6, integer(25))))
    guard case .error(let error) = try KerberosMessage(bytes) else {
      Issue.record("not a KRB-ERROR")
      return
    }
    #expect(error.errorCode == .preauthRequired)
    #expect(error.stime == nil)
    #expect(error.realm == nil)
  }

  @Test func readsTheOfferOfPreauthenticationRequired() throws {
    let offer = sequence(
      sequence(context(0, integer(18)), context(1, string("LAB.EXAMPLEalice"))), sequence(context(0, integer(23))))
    let eData = sequence(
      KerberosSamples.padata(integer(19), offer), KerberosSamples.padata(integer(2), []),
      KerberosSamples.padata(integer(136), []))
    let data = try #require(try Self.error(25, eData: eData).eData)
    #expect(data.padata.map(\.rawValue) == [19, 2, 136])
    #expect(data.offeredEtypes == [.aes256SHA1, .rc4])
    #expect(data.extendedStatus == nil)
    #expect(!data.isArmored)
  }

  static let extended: [UInt8] = [0x72, 0, 0, 0xC0, 0, 0, 0, 0, 1, 0, 0, 0]

  /// KERB-ERROR-DATA alone, and the same as one of several PA-DATA.
  @Test(arguments: [
    KerberosSamples.padata(integer(3), extended),
    sequence(KerberosSamples.padata(integer(2), []), KerberosSamples.padata(integer(3), extended)),
  ])
  func readsTheExtendedStatus(eData: [UInt8]) throws {
    let status = try Self.error(18, eData: eData).eData?.extendedStatus
    #expect(status?.name == "STATUS_ACCOUNT_DISABLED")
  }

  @Test func takesASaltOfTwelveBytesForASalt() throws {
    let eData = sequence(KerberosSamples.padata(integer(3), Array("LAB.EXAMPLEa".utf8)))
    #expect(try Self.error(25, eData: eData).eData?.extendedStatus == nil)
  }

  @Test func readsSkewRecovery() throws {
    let data = try #require(try Self.error(37, eData: [0x30, 0x05, 0xA1, 0x03, 0x02, 0x01, 0x02]).eData)
    #expect(data.padata == [])
    #expect(data.extendedStatus == nil)
  }

  @Test func seesThatFASTHidesTheReason() throws {
    let eData = sequence(KerberosSamples.padata(integer(136), [0xA0, 0]))
    #expect(try Self.error(24, eData: eData).eData?.isArmored == true)
  }

  @Test func readsTypedData() throws {
    let eData = sequence(
      sequence(context(0, integer(109)), context(1, octets([0]))), sequence(context(0, integer(102))))
    #expect(try Self.error(65, eData: eData).eData?.padata.map(\.rawValue) == [109, 102])
  }

  @Test(arguments: [[], [0xFF, 0xFF], [0x30, 0x03, 0x02, 0x01, 0x00], [0x30, 0x81]] as [[UInt8]])
  func leavesOtherDataAlone(eData: [UInt8]) throws {
    let error = try Self.error(60, eData: eData)
    #expect(error.errorCode.rawValue == 60)
    #expect(error.eData == nil)
  }
}
