import Cryptography
import Diagnosis
import Foundation
import Packets
import Protocols
import Reports
import Rules
import TestSupport
import Testing

@testable import Proof

/// Whatever a device changes between the recording and the server, one capture names it: the server signs with the key that
/// comes from what it has seen, and not from what is recorded.
@Suite struct NegotiateFieldTests {
  struct Field: Sendable, CustomTestStringConvertible {
    var isResponse: Bool
    var offset: Int
    var name: String
    var testDescription: String { "\(isResponse ? "response" : "request") \(name) at \(offset)" }
  }

  private static let recording = "signed-aes-gmac"

  /// Each field of both messages: of the header, of the fixed part, and behind it a byte of each thing.
  static let fields: [Field] = [false, true].flatMap { isResponse -> [Field] in
    guard let recording = try? KeyedRecording(recording), let message = try? recording.message(0, isResponse: isResponse),
      let body = SMB2Layout.body(of: .negotiate, isResponse: isResponse, structureSize: isResponse ? 65 : 36)
    else { return [] }
    let fixed = SMB2Layout.header.fields.map { Field(isResponse: isResponse, offset: $0.offset, name: "\($0.name)") }
      + body.fields.map { Field(isResponse: isResponse, offset: 64 + $0.offset, name: "\($0.name)") }
    let rest: [(Int, String)] =
      isResponse
      ? [(128, "SecurityBuffer, byte 0"), (140, "SecurityBuffer, byte 12")]
      : [(70, "Reserved"), (98, "Reserved"), (100, "Dialects"), (102, "Dialects")]
    return fixed + rest.map { Field(isResponse: isResponse, offset: $0.0, name: $0.1) } + contexts(of: message, isResponse)
  }

  private static func contexts(of message: [UInt8], _ isResponse: Bool) -> [Field] {
    func word(_ offset: Int) -> Int { Int(message[offset]) | Int(message[offset + 1]) << 8 }
    var place = word(isResponse ? 124 : 92)
    var fields: [Field] = []
    for _ in 0..<word(isResponse ? 70 : 96) {
      place += (8 - place % 8) % 8
      let name = "\(SMB2NegotiateContext.name(ofType: UInt16(word(place)))) context"
      for (offset, part) in [(0, ", ContextType"), (2, ", DataLength"), (4, ", Reserved"), (8, ""), (10, "")] {
        fields.append(Field(isResponse: isResponse, offset: place + offset, name: name + part))
      }
      place += 8 + word(place + 2)
    }
    return fields
  }

  @Test func knowsEachField() {
    #expect(Self.fields.filter { !$0.isResponse }.count > 35)
    #expect(Self.fields.filter(\.isResponse).count > 35)
  }

  @Test(arguments: fields)
  func namesTheField(field: Field) throws {
    let summary = try summary(isResponse: field.isResponse, isRecorded: field.isResponse && field.offset >= 128) { $0[field.offset] ^= 0x15 }
    let message = "NEGOTIATE \(field.isResponse ? "response" : "request")"
    // The recording has a context of another kind there.
    if field.isResponse, field.name.hasSuffix("ContextType") {
      #expect(summary.hasPrefix("a device changed context 0x00") && summary.contains(", ContextType in the \(message): the server sent 0x00"), "\(summary)")
      return
    }
    #expect(summary.contains("a device changed \(field.name) in the \(message): the server \(field.isResponse ? "sent" : "received")"), "\(summary)")
  }

  // MARK: More than a byte

  struct Change: Sendable, CustomTestStringConvertible {
    var isResponse: Bool
    var name: String
    var seen: String
    var change: @Sendable (inout [UInt8]) -> Void
    var testDescription: String { "\(isResponse ? "response" : "request") \(name)" }
  }

  static let changes: [Change] = [
    Change(isResponse: false, name: "ClientGuid", seen: "00000000000000000000000000000000") { $0.put([UInt8](repeating: 0, count: 16), 76) },
    Change(isResponse: true, name: "ServerGuid", seen: "ffffffffffffffffffffffffffffffff") { $0.put([UInt8](repeating: 255, count: 16), 72) },
    Change(isResponse: true, name: "MaxTransactSize, MaxReadSize and MaxWriteSize", seen: "0x00010000, 0x00010000 and 0x00010000") {
      $0.put([0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0], 92)
    },
    Change(isResponse: true, name: "SecurityMode and Capabilities", seen: "0x0003 and 0x00000001") {
      $0.put([3, 0], 66)
      $0.put([1, 0, 0, 0], 88)
    },
    Change(isResponse: false, name: "SecurityMode and Capabilities", seen: "0x0000 and 0x00000000") {
      $0.put([0, 0], 68)
      $0.put([0, 0, 0, 0], 72)
    },
    Change(isResponse: false, name: "ENCRYPTION context", seen: "AES-128-GCM") { $0.replaceContext(2, with: [1, 0, 2, 0]) },
    Change(isResponse: false, name: "ENCRYPTION context", seen: "AES-256-CCM, AES-128-CCM, AES-256-GCM") { $0.replaceContext(2, with: [3, 0, 3, 0, 1, 0, 4, 0]) },
    Change(isResponse: false, name: "SIGNING context", seen: "AES-CMAC, HMAC-SHA256") { $0.replaceContext(8, with: [2, 0, 1, 0, 0, 0]) },
    Change(isResponse: false, name: "NegotiateContextList", seen: "PREAUTH_INTEGRITY, ENCRYPTION, NETNAME") { $0.replaceContext(8, with: nil) },
  ]

  @Test(arguments: changes)
  func namesWhatIsMoreThanAByte(change: Change) throws {
    let summary = try summary(isResponse: change.isResponse, change.change)
    #expect(summary.contains("a device changed \(change.name) in the NEGOTIATE \(change.isResponse ? "response" : "request")"), "\(summary)")
    #expect(summary.contains("the server \(change.isResponse ? "sent" : "received") \(change.seen), and"), "\(summary)")
  }

  /// A proxy shows the server its own identifier, which another connection of the recording shows too.
  @Test func triesTheIdentifiersOfOtherConnections() throws {
    let other = try KeyedRecording("signed-aes-cmac")
    let guid = Array(try other.message(0, isResponse: false)[76..<92])
    var recording = try KeyedRecording(Self.recording)
    try recording.sign(asSeen: { $0.put(guid, 76) }, isResponse: false)
    recording.frames = other.frames + recording.frames
    let finding = try recording.report(with: KeyedRecording.ring()).finding("preauth-hash-differs")
    #expect(finding.observation.confidence == .proven)
    #expect(finding.observation.summary.contains("a device changed ClientGuid in the NEGOTIATE request"))
  }

  /// - Parameter isRecorded: the changed message is the one in the recording. Then the server chose algorithms by its own.
  private func summary(isResponse: Bool, isRecorded: Bool = false, _ change: (inout [UInt8]) -> Void) throws -> String {
    var recording = try KeyedRecording(Self.recording)
    if isRecorded {
      var message = try recording.message(0, isResponse: isResponse)
      change(&message)
      recording.set(message, at: try #require(recording.places(0, isResponse: isResponse).last), 0)
    } else {
      try recording.sign(asSeen: change, isResponse: isResponse)
    }
    let finding = try recording.report(with: KeyedRecording.ring()).finding("preauth-hash-differs")
    #expect((finding.severity, finding.observation.confidence) == (.critical, .proven))
    return finding.observation.summary
  }
}

extension KeyedRecording {
  /// A message that fills its segment.
  func message(_ command: UInt16, isResponse: Bool, last: Bool = true) throws -> [UInt8] {
    let places = places(command, isResponse: isResponse)
    let place = try #require(last ? places.last : places.first)
    return Array(frames[place.frame - 1].bytes[place.header...])
  }

  /// Signs the end of the logon as the server does that has seen another NEGOTIATE.
  mutating func sign(asSeen change: (inout [UInt8]) -> Void, isResponse: Bool) throws {
    var negotiate = [try message(0, isResponse: false), try message(0, isResponse: true)]
    let agreement = try Self.agreement(negotiate[1])
    change(&negotiate[isResponse ? 1 : 0])
    let legs = [try message(1, isResponse: false, last: false), try message(1, isResponse: true, last: false), try message(1, isResponse: false)]
    let ring = try Self.ring()
    let made = SessionKeys.signer(
      ring.library, agreement, sessionKey: try sessionKey(), hash: ring.preauthHash(of: negotiate + legs))
    let signature = try Self.signature(of: try message(1, isResponse: true), try #require(made))
    set(signature, at: try #require(places(1, isResponse: true).last), 48)
  }

  private static func agreement(_ response: [UInt8]) throws -> Agreement {
    let view = ByteView(response.span)
    return Agreement(try SMB2NegotiateResponse(view))
  }

  private static func signature(of message: [UInt8], _ signer: Signer) throws -> [UInt8] {
    let view = ByteView(message.span)
    let nonce = try Signer.nonce(of: view)
    let bytes = message.span
    let made = signer.sign(bytes.extracting(0..<48), hole: 16, bytes.extracting(64..<message.count), nonce: nonce)
    guard let made else { throw NoKey() }
    return [made.0, made.1].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) } }
  }
}

extension [UInt8] {
  fileprivate mutating func put(_ bytes: [UInt8], _ offset: Int) { replaceSubrange(offset..<(offset + bytes.count), with: bytes) }

  /// In a NEGOTIATE request: other data in a context, or the context left out.
  fileprivate mutating func replaceContext(_ type: UInt8, with data: [UInt8]?) {
    let start = Int(self[92]) | Int(self[93]) << 8
    var (place, list) = (start, [[UInt8]]())
    while place + 8 <= count {
      let end = place + 8 + Int(self[place + 2])
      if self[place] != type { list.append(Array(self[place..<end])) } else if let data { list.append([type, 0, UInt8(data.count), 0, 0, 0, 0, 0] + data) }
      place = (end + 7) / 8 * 8
    }
    removeSubrange(start...)
    for context in list {
      while count % 8 != 0 { append(0) }
      self += context
    }
    self[96] = UInt8(list.count)
  }
}
