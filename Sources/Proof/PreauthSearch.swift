package import Cryptography
import Packets
import Protocols

/// Finds which bytes of a NEGOTIATE exchange differed at the other side, by one signature of that side.
///
/// On 3.1.1 the key of a session depends on every byte of NEGOTIATE and SESSION_SETUP (MS-SMB2 3.1.4.2). A side that has
/// received other bytes derives another key. The search undoes each possible change, one after another. The change with which
/// the signature becomes right is the one that was made.
package struct PreauthSearch {
  private let search: SignatureSearch
  private let library: Libcrypto
  private let sessionKey: Secret
  /// NEGOTIATE request and response, then all of SESSION_SETUP that counts.
  private let messages: [[UInt8]]
  private let signed: [UInt8]
  /// Bytes that may still be hashed.
  private var budget: Int
  private var agreement: Agreement
  /// Of other connections: a device may have put another in its place.
  private let guids: [[UInt8]]

  /// - Parameter signed: the message whose signature is wrong.
  package init?(
    _ library: Libcrypto, _ agreement: Agreement, sessionKey: Secret, messages: [[UInt8]], signed: [UInt8], guids: [[UInt8]] = [],
    budget: Int
  ) {
    guard messages.count > 2, let nonce = try? Signer.nonce(of: ByteView(signed.span)),
      let search = SignatureSearch(
        library, sessionKey: SessionKeys.firstHalf(sessionKey.bytes), messages: messages, signed: signed, nonce: nonce)
    else { return nil }
    (self.agreement, self.search, self.messages, self.budget) = (agreement, search, messages, budget)
    (self.library, self.sessionKey, self.guids, self.signed) = (library, sessionKey, guids, signed)
  }

  /// PreauthIntegrityHashValue before the first message: 3.2.5.2.
  package static var start: [UInt8] { [UInt8](repeating: 0, count: 64) }

  /// What is left of the bytes that may be hashed.
  package var budgetLeft: Int { max(0, budget) }

  package mutating func find() -> Alteration? {
    findField() ?? findList() ?? findLogonField() ?? findByte() ?? findPair() ?? findWord()
  }

  // MARK: Trying

  /// Whether the signature is right with `candidate` in the place of a message.
  private mutating func isRight(_ candidate: [UInt8], at index: Int, _ agreement: Agreement) -> Bool {
    // A device may have changed the dialect of the answer: only with 3.1.1 in its place there is something to hash.
    guard agreement.dialect == .smb311 else { return false }
    budget -= candidate.count + signed.count
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

  /// - Parameter bytes: where the candidate differs.
  private func alteration(_ candidate: [UInt8], at index: Int, bytes: [Int]) -> Alteration {
    var fields: [FieldPlace] = []
    for byte in bytes {
      let field = FieldPlace(at: byte, in: messages[index])
      if !fields.contains(where: { $0.range == field.range }) { fields.append(field) }
    }
    func join(_ words: [String]) -> String {
      words.count < 2 ? words.joined() : words.dropLast().joined(separator: ", ") + " and " + words[words.count - 1]
    }
    return Alteration(
      place: place(index), field: join(fields.map(\.name)), here: join(fields.map { $0.value(in: messages[index]) }),
      signed: join(fields.map { $0.value(in: candidate) }))
  }

  private func differences(_ candidate: [UInt8], at index: Int) -> [Int] {
    candidate.indices.filter { candidate[$0] != messages[index][$0] }
  }

  // MARK: Candidates

  /// Numbers in the place of numbers.
  private mutating func findField() -> Alteration? {
    for index in 0...1 {
      for field in NegotiateField.all(in: messages[index], guids: guids) {
        if let found = find(field, in: messages[index], at: index) { return found }
      }
    }
    return nil
  }

  private mutating func find(_ field: NegotiateField, in message: [UInt8], at index: Int) -> Alteration? {
    for value in field.values {
      var candidate = message
      guard field.set(value, in: &candidate) else { continue }
      if isRight(candidate, at: index, agreement(with: candidate, at: index)) {
        return alteration(candidate, at: index, bytes: differences(candidate, at: index))
      }
      guard budget > 0 else { return nil }
    }
    return nil
  }

  /// Two of them.
  private mutating func findPair() -> Alteration? {
    for index in 0...1 {
      let fields = NegotiateField.all(in: messages[index], guids: guids)
      for (place, first) in fields.enumerated() {
        for value in first.values {
          var candidate = messages[index]
          guard first.set(value, in: &candidate) else { continue }
          for second in fields.dropFirst(place + 1) {
            if let found = find(second, in: candidate, at: index) { return found }
            guard budget > 0 else { return nil }
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

  /// A number in SESSION_SETUP: a device changes it in every request of the logon.
  private mutating func findLogonField() -> Alteration? {
    let requests = messages.indices.filter { $0 > 1 && place($0) == .sessionSetup(isResponse: false) }
    for field in NegotiateField.ofLogon {
      for value in field.values {
        var candidates = messages
        let changed = requests.filter { field.set(value, in: &candidates[$0]) }
        guard let first = changed.first, isRight(candidates) else { continue }
        return alteration(candidates[first], at: first, bytes: differences(candidates[first], at: first))
      }
    }
    return nil
  }

  /// Whether the signature is right with all of these messages.
  private mutating func isRight(_ candidates: [[UInt8]]) -> Bool {
    for message in candidates { budget -= message.count }
    guard budget > 0, agreement.dialect == .smb311, let nonce = try? Signer.nonce(of: ByteView(signed.span)),
      let search = SignatureSearch(
        library, sessionKey: SessionKeys.firstHalf(sessionKey.bytes), messages: candidates, signed: signed, nonce: nonce)
    else { return false }
    return search.isRight(candidates[0], at: 0, agreement.signing)
  }

  /// Any number of 16 bits, where devices and peers may write what they like.
  private mutating func findWord() -> Alteration? {
    for (index, offset) in [(0, 70), (0, 14), (1, 14)] {
      let field = NegotiateField(offset: offset, width: 2, numbers: (0...0xffff).map { UInt64($0) })
      if let found = find(field, in: messages[index], at: index) { return found }
      guard budget > 0 else { return nil }
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
            return alteration(candidate, at: index, bytes: [offset])
          }
        }
        candidate[offset] = here
        guard budget > 0 else { return nil }
      }
    }
    return nil
  }
}
