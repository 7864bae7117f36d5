package import Packets

/// A query, or its answer: RFC 1035 4.1. Big-endian. Only what asks one question is read.
///
/// Of an answer the answer section is read: authority and additional records do not answer the question.
package struct DNSMessage: Hashable, Sendable {
  /// Answer records read from one message; a name has a handful.
  package static let maximumAnswers = 64
  /// RFC 1035 4.1.1: the header.
  private static let headerCount = 12

  package var id: UInt16
  package var isResponse: Bool
  /// TC: the answer did not fit, and the client asks again over TCP.
  package var isTruncated: Bool
  package var responseCode: DNSResponseCode
  package var question: DNSQuestion
  package var answers: [DNSRecord] = []
  /// Records in the authority section, which are not read.
  package var authorityCount: Int
  /// Why the answer section could not be read to its end: damage, a cut packet, or ``maximumAnswers``.
  package var answersCutShort: DecodeError?

  /// Reads one message, without the length that precedes it on TCP (RFC 1035 4.2.2).
  ///
  /// - Throws: ``DecodeError`` when header or question cannot be read, or it is another kind of message.
  package init(_ message: borrowing ByteView) throws(DecodeError) {
    id = try message.u16be(at: 0)
    let flags = try message.u16be(at: 2)
    guard Self.mayBeOne(flags: flags, questions: try message.u16be(at: 4)) else {
      throw DecodeError(offset: 2, reason: .unexpected(field: "DNS flags", value: UInt64(flags)))
    }
    isResponse = flags & 0x8000 != 0
    isTruncated = flags & 0x0200 != 0
    responseCode = DNSResponseCode(rawValue: UInt8(flags & 0x000F))
    let count = Int(try message.u16be(at: 6))
    authorityCount = Int(try message.u16be(at: 8))
    let (name, end) = try DNSName.read(message, at: Self.headerCount)
    question = DNSQuestion(
      name: name, type: DNSRecordType(rawValue: try message.u16be(at: end)), class: try message.u16be(at: end + 2))
    readAnswers(message, at: end + 4, count: isResponse ? count : 0)
  }

  private mutating func readAnswers(_ message: borrowing ByteView, at start: Int, count: Int) {
    var offset = start
    do throws(DecodeError) {
      for index in 0..<count {
        guard index < Self.maximumAnswers else {
          throw DecodeError(offset: 6, reason: .unexpected(field: "ANCOUNT", value: UInt64(count)))
        }
        let (record, end) = try DNSRecord.read(message, at: offset)
        answers.append(record)
        offset = end
      }
    } catch {
      answersCutShort = error
    }
  }

  /// OPCODE 0 (QUERY) and one question, as every resolver asks.
  private static func mayBeOne(flags: UInt16, questions: UInt16) -> Bool { flags & 0x7800 == 0 && questions == 1 }
}

extension DNSMessage {
  /// The name exists, without what was asked for: RFC 2308 2.2. The zone's SOA vouches for it; without that the answer may
  /// be a referral, or an error that only EDNS has a code for.
  package var hasNoData: Bool {
    responseCode == .noError && authorityCount > 0 && answers.allSatisfy { $0.type == .cname }
  }
}

/// What a query asks: RFC 1035 4.1.2.
package struct DNSQuestion: Hashable, Sendable {
  /// In the spelling on the wire.
  package var name: String
  package var type: DNSRecordType
  package var `class`: UInt16

  /// RFC 1035 3.2.4, IN; multicast DNS uses the highest bit for something else.
  package var isInternet: Bool { `class` & 0x7FFF == 1 }
}

/// One resource record: RFC 1035 4.1.3.
package struct DNSRecord: Hashable, Sendable {
  package enum Content: Hashable, Sendable {
    case address(IPAddress)
    /// The name that ``DNSRecord/name`` is an alias of.
    case alias(of: String)
    /// RFC 2782. Weight is left out.
    case service(priority: UInt16, port: UInt16, target: String)
    case other
  }

  package var name: String
  package var type: DNSRecordType
  /// Seconds.
  package var timeToLive: UInt32
  package var content: Content

  /// NAME, TYPE (2), CLASS (2), TTL (4), RDLENGTH (2), RDATA.
  static func read(_ message: borrowing ByteView, at offset: Int) throws(DecodeError) -> (DNSRecord, end: Int) {
    let (name, start) = try DNSName.read(message, at: offset)
    let type = DNSRecordType(rawValue: try message.u16be(at: start))
    let timeToLive = try message.u32be(at: start + 4)
    let count = Int(try message.u16be(at: start + 8))
    let data = try message.view(at: start + 10, count: count)
    let content: Content
    switch type {
    case .a where count == 4:
      content = .address(IPAddress(ipv4: try data.u32be(at: 0)))
    case .aaaa where count == 16:
      content = .address(IPAddress(high: try data.u64be(at: 0), low: try data.u64be(at: 8)))
    case .cname:
      content = .alias(of: try DNSName.read(message, at: start + 10).name)
    case .srv:
      content = .service(
        priority: try data.u16be(at: 0), port: try data.u16be(at: 4),
        target: try DNSName.read(message, at: start + 16).name)
    default: content = .other
    }
    return (DNSRecord(name: name, type: type, timeToLive: timeToLive, content: content), start + 10 + count)
  }
}
