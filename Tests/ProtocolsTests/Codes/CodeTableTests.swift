import Protocols
import Testing

@Suite struct NTStatusTests {
  @Test func showsNameAndNumber() {
    let status = NTStatus(rawValue: 0xC000_006D)
    #expect(status.name == "STATUS_LOGON_FAILURE")
    #expect(status.description == "STATUS_LOGON_FAILURE (0xC000006D)")
    #expect(status.meaning?.contains("password") == true)
    #expect(NTStatus.pending.description == "STATUS_PENDING (0x00000103)")
  }

  @Test func keepsAnUnlistedNumber() {
    let status = NTStatus(rawValue: 0x0BAD_CAFE)
    #expect(status.name == nil)
    #expect(status.meaning == nil)
    #expect(status.description == "0x0BADCAFE")
  }

  @Test(
    arguments: [
      (0x0000_0000, false), (0x0000_0103, false), (0x4000_0000, false), (0x8000_0006, false), (0xC000_0022, true),
    ] as [(UInt32, Bool)])
  func tellsErrorsFromWarnings(code: UInt32, isError: Bool) {
    #expect(NTStatus(rawValue: code).isError == isError)
  }

  /// The statuses that the diagnoses of SESSION_SETUP and TREE_CONNECT name.
  @Test(
    arguments: [
      0xC000_0022, 0xC000_0064, 0xC000_006D, 0xC000_0072, 0xC000_00CC, 0xC000_015B, 0xC000_018B, 0xC000_0203,
      0xC000_0224, 0xC000_0234, 0xC000_0257, 0xC000_035C, 0xC000_0388, 0xC000_0413, 0xC000_0418, 0xC000_0466,
      0xC000_0480, 0xC000_A000, 0xC05D_0000, 0xC05D_0001,
    ] as [UInt32])
  func namesAndExplainsADecisiveStatus(code: UInt32) {
    #expect(NTStatus(rawValue: code).name != nil)
    #expect(NTStatus(rawValue: code).meaning != nil)
  }
}

@Suite struct KerberosCodeTests {
  @Test func showsNameAndNumber() {
    let code = KerberosErrorCode.preauthRequired
    #expect(code.description == "KDC_ERR_PREAUTH_REQUIRED (25)")
    #expect(KerberosErrorCode(rawValue: 37).description == "KRB_AP_ERR_SKEW (37)")
    #expect(KerberosErrorCode(rawValue: 52).description == "KRB_ERR_RESPONSE_TOO_BIG (52)")
    #expect(KerberosErrorCode(rawValue: 4711).description == "4711")
  }

  @Test(arguments: Int32(0)...110)
  func explainsWhatItNames(number: Int32) {
    let code = KerberosErrorCode(rawValue: number)
    #expect((code.name == nil) == (code.meaning == nil))
  }

  @Test func knowsTheStepsOfPreauthentication() {
    let steps = (Int32(0)...110).filter { KerberosErrorCode(rawValue: $0).isStepOfPreauthentication }
    #expect(steps == [25, 52, 68, 91])
  }

  @Test(
    arguments: [
      (18, false, "aes256-cts-hmac-sha1-96 (18)"), (20, false, "aes256-cts-hmac-sha384-192 (20)"),
      (23, true, "rc4-hmac (23)"), (3, true, "des-cbc-md5 (3)"), (-133, true, "rc4-hmac-old (-133)"), (99, false, "99"),
    ] as [(Int32, Bool, String)])
  func describesAnEncryptionType(number: Int32, isWeak: Bool, description: String) {
    let etype = KerberosEncryptionType(rawValue: number)
    #expect(etype.isWeak == isWeak)
    #expect(etype.description == description)
  }
}
