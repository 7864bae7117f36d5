import Packets

/// SPNEGO tokens in the usual form: definite lengths, each field once and in order, mechanisms that have a name here. They are
/// read in place: building a tree of nodes would take longer than the rest of a SESSION_SETUP.
///
/// Any other form gives `nil`: swift-asn1 then reads or refuses the token.
extension SPNEGOToken {
  /// NegotiationToken: RFC 4178 4.2.
  static func plain(_ token: borrowing ByteView) -> SPNEGOToken? {
    guard let choice = try? BERElement(token), choice.count <= KerberosMessage.maximumCount,
      let content = try? choice.content(in: token), let fields = Self.only(0x30, in: content)
    else { return nil }
    switch choice.identifier {
    case 0xA0: return SPNEGONegTokenInit(plain: fields).map { .negTokenInit($0) }
    case 0xA1: return SPNEGONegTokenResp(plain: fields).map { .negTokenResp($0) }
    default: return nil
    }
  }

  /// The content of the one element that fills `view`.
  @_lifetime(copy view)
  fileprivate static func only(_ identifier: UInt8, in view: borrowing ByteView) -> ByteView? {
    guard let element = try? BERElement(view, expecting: identifier), element.count == view.count else { return nil }
    return try? element.content(in: view)
  }

  /// Hands on what the explicit tags of a SEQUENCE hold, from [0] to [3] and in this order.
  ///
  /// - Returns: whether that is all there is, and all of it was read.
  fileprivate static func readFields(
    _ sequence: borrowing ByteView, _ read: (_ tag: UInt8, _ value: borrowing ByteView) -> Bool
  ) -> Bool {
    var offset = 0
    var lowest: UInt8 = 0xA0
    while offset < sequence.count {
      guard let rest = try? sequence.view(from: offset), let field = try? BERElement(rest), field.identifier >= lowest,
        field.identifier <= 0xA3, let value = try? field.content(in: rest), read(field.identifier & 0x1F, value)
      else { return false }
      lowest = field.identifier + 1
      offset += field.count
    }
    return true
  }

  fileprivate static func octets(_ value: borrowing ByteView) -> [UInt8]? { only(0x04, in: value)?.copy() }
}

extension SPNEGONegTokenInit {
  fileprivate init?(plain sequence: borrowing ByteView) {
    self.init(mechTypes: [])
    let isRead = SPNEGOToken.readFields(sequence) { tag, value in
      switch tag {
      case 0:
        guard let list = SPNEGOToken.only(0x30, in: value), let mechanisms = Self.mechanisms(list) else { return false }
        mechTypes = mechanisms
      case 2:
        mechToken = SPNEGOToken.octets(value)
        return mechToken != nil
      case 3:
        // negHints in NegTokenInit2, otherwise mechListMIC, which is not read.
        guard let hints = SPNEGOToken.only(0x30, in: value) else { return SPNEGOToken.only(0x04, in: value) != nil }
        guard let name = SPNEGOToken.only(0xA0, in: hints), let text = SPNEGOToken.only(0x1B, in: name) else { return false }
        hintName = String(decoding: text.prefix(Self.longestHint).copy(), as: UTF8.self)
      default: return false
      }
      return true
    }
    guard isRead else { return nil }
  }

  private static func mechanisms(_ list: borrowing ByteView) -> [SecurityMechanism]? {
    var mechanisms: [SecurityMechanism] = []
    var offset = 0
    while offset < list.count {
      guard let rest = try? list.view(from: offset), let element = try? BERElement(rest, expecting: 0x06),
        let content = try? element.content(in: rest), let mechanism = SecurityMechanism(encoded: content)
      else { return nil }
      mechanisms.append(mechanism)
      offset += element.count
    }
    return mechanisms
  }
}

extension SPNEGONegTokenResp {
  fileprivate init?(plain sequence: borrowing ByteView) {
    self.init()
    let isRead = SPNEGOToken.readFields(sequence) { tag, value in
      switch tag {
      case 0:
        guard let state = SPNEGOToken.only(0x0A, in: value), state.count == 1, let number = try? state.u8(at: 0), number < 0x80
        else { return false }
        negState = State(rawValue: Int(number))
        return true
      case 1:
        guard let identifier = SPNEGOToken.only(0x06, in: value) else { return false }
        supportedMech = SecurityMechanism(encoded: identifier)
        return supportedMech != nil
      case 2:
        responseToken = SPNEGOToken.octets(value)
        return responseToken != nil
      default: return SPNEGOToken.only(0x04, in: value) != nil
      }
    }
    guard isRead else { return nil }
  }
}

extension SecurityMechanism {
  /// The content octets of those that have a name here: X.690 8.19.
  private static let encodings: [(octets: [UInt8], mechanism: SecurityMechanism)] = [
    ([0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x02, 0x0a], .ntlm),
    ([0x2b, 0x06, 0x01, 0x05, 0x05, 0x02], .spnego),
    ([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02], .kerberos),
    ([0x2a, 0x86, 0x48, 0x82, 0xf7, 0x12, 0x01, 0x02, 0x02], .microsoftKerberos),
    ([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02, 0x03], .kerberosUserToUser),
    ([0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x02, 0x1e], .negoex),
    ([0x2b, 0x06, 0x01, 0x05, 0x02, 0x05], .iakerb),
  ]

  /// `nil` for every other identifier.
  init?(encoded octets: borrowing ByteView) {
    for known in Self.encodings where octets.matches(known.octets) {
      self = known.mechanism
      return
    }
    return nil
  }
}

extension ByteView {
  fileprivate func matches(_ bytes: [UInt8]) -> Bool {
    guard count == bytes.count else { return false }
    for index in bytes.indices where (try? u8(at: index)) != bytes[index] { return false }
    return true
  }
}
