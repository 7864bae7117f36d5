package import Cryptography
import Packets
import Protocols

/// Finds what of a NEGOTIATE exchange the other side has seen otherwise, by one signature that it made.
///
/// On 3.1.1 the key of a session depends on every byte of NEGOTIATE and SESSION_SETUP (MS-SMB2 3.1.4.2). A side that has
/// received other bytes derives another key. Each thing a device may have changed is undone, one after another: the one with
/// which the signature is right is what was changed.
package struct PreauthSearch {
  private let search: SignatureSearch
  /// NEGOTIATE request and response, then all of SESSION_SETUP that counts.
  private let messages: [[UInt8]]
  private let signedCount: Int
  /// Bytes that may still be hashed.
  private var budget: Int
  private var agreement: Agreement

  /// - Parameter signed: the message whose signature is wrong.
  package init?(
    _ library: Libcrypto, _ agreement: Agreement, sessionKey: Secret, messages: [[UInt8]], signed: [UInt8], budget: Int
  ) {
    guard messages.count > 2, agreement.dialect == .smb311, let nonce = try? Signer.nonce(of: ByteView(signed.span)),
      let search = SignatureSearch(
        library, sessionKey: SessionKeys.firstHalf(sessionKey.bytes), messages: messages, signed: signed, nonce: nonce)
    else { return nil }
    (self.agreement, self.search, self.messages, self.budget) = (agreement, search, messages, budget)
    signedCount = signed.count
  }

  /// PreauthIntegrityHashValue before the first message: 3.2.5.2.
  package static var start: [UInt8] { [UInt8](repeating: 0, count: 64) }

  /// What is left of the bytes that may be hashed.
  package var budgetLeft: Int { max(0, budget) }

  package mutating func find() -> Alteration? {
    findField() ?? findList() ?? findByte()
  }

  // MARK: Trying

  /// Whether the signature is right with `candidate` in the place of a message.
  private mutating func isRight(_ candidate: [UInt8], at index: Int, _ agreement: Agreement) -> Bool {
    budget -= candidate.count + signedCount
    for message in messages[(index + 1)...] { budget -= message.count }
    return search.isRight(candidate, at: index, agreement.signing)
  }

  /// The side that has another answer of the server may sign otherwise.
  private func agreement(with candidate: [UInt8], at index: Int) -> Agreement {
    guard index == 1, let response = try? SMB2NegotiateResponse(ByteView(candidate.span)), response.dialectRevision == .smb311
    else { return agreement }
    return Agreement(response)
  }

  private func place(_ index: Int) -> Alteration.Place {
    switch index {
    case 0: .negotiateRequest
    case 1: .negotiateResponse
    default: .sessionSetup(isResponse: messages[index].count > 16 && messages[index][16] & 1 != 0)
    }
  }

  private func alteration(_ candidate: [UInt8], at index: Int, byte: Int) -> Alteration {
    let field = FieldPlace(at: byte, in: messages[index])
    return Alteration(
      place: place(index), field: field.name, here: field.value(in: messages[index]), signed: field.value(in: candidate))
  }

  // MARK: Candidates

  /// Numbers in the place of numbers.
  private mutating func findField() -> Alteration? {
    for index in 0...1 {
      for field in NegotiateFields.all(in: messages[index]) {
        for value in field.values {
          var candidate = messages[index]
          guard field.set(value, in: &candidate), candidate != messages[index] else { continue }
          if isRight(candidate, at: index, agreement(with: candidate, at: index)) {
            return alteration(candidate, at: index, byte: field.offset)
          }
        }
      }
    }
    return nil
  }

  /// Dialects and contexts that were there, or were not.
  private mutating func findList() -> Alteration? {
    for index in 0...1 {
      for candidate in NegotiateLists.variants(of: messages[index]) where candidate.bytes != messages[index] {
        if isRight(candidate.bytes, at: index, agreement(with: candidate.bytes, at: index)) {
          return Alteration(place: place(index), field: candidate.field, here: candidate.here, signed: candidate.value)
        }
      }
    }
    return nil
  }

  /// Any one byte of NEGOTIATE, or of SESSION_SETUP before its token.
  private mutating func findByte() -> Alteration? {
    for index in messages.indices {
      var candidate = messages[index]
      // A longer answer carries a token, in which nothing was changed that the logon would not have noticed.
      let end = index < 2 ? min(candidate.count, 1024) : min(candidate.count, 88)
      for offset in 0..<end {
        let here = candidate[offset]
        for value in UInt8.min...UInt8.max where value != here {
          candidate[offset] = value
          if isRight(candidate, at: index, index == 1 && offset >= 128 ? agreement(with: candidate, at: index) : agreement) {
            return alteration(candidate, at: index, byte: offset)
          }
        }
        candidate[offset] = here
        guard budget > 0 else { return nil }
      }
    }
    return nil
  }
}
