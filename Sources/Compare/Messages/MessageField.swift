import Packets
import Protocols

/// A named part of a message: where it lies, and what it says.
struct MessageField: Sendable {
  var name: String
  var range: Range<Int>
  /// For people.
  var value: String
  /// What it consists of, where that is a list.
  var items: [String] = []
  var bytes: ArraySlice<UInt8>
}

extension PointMessage {
  /// The named parts of the message, as far as its bytes were kept.
  var fields: [MessageField] { fields(by: self) }

  /// The named parts, where another message has them: what its counts, offsets and lengths say.
  func fields(by layout: PointMessage) -> [MessageField] {
    var reader = FieldReader(bytes, layout: layout.bytes)
    switch layout.identity.form {
    case .smb2(let command): reader.readSMB2(command, isResponse: layout.identity.isResponse)
    case .smb1(let command): reader.readSMB1(command, isResponse: layout.identity.isResponse)
    case .session, .encrypted, .compressed, .unread: break
    }
    return reader.fields
  }
}

/// Names the parts of one message by the tables of its layout.
struct FieldReader {
  let bytes: [UInt8]
  /// The message that says where the parts lie: the same, or what it was before a device changed it.
  private let layout: [UInt8]
  var fields: [MessageField] = []

  var count: Int { bytes.count }

  init(_ bytes: [UInt8], layout: [UInt8]) { (self.bytes, self.layout) = (bytes, layout) }

  // MARK: Bytes

  private static func number(_ bytes: [UInt8], _ offset: Int, _ width: Int) -> UInt64? {
    guard offset >= 0, width <= 8, offset <= bytes.count - width else { return nil }
    return (0..<width).reversed().reduce(0) { $0 << 8 | UInt64(bytes[offset + $1]) }
  }

  /// What it says.
  func number(_ offset: Int, _ width: Int) -> UInt64? { Self.number(bytes, offset, width) }

  /// What decides where other parts lie.
  func integer(_ offset: Int, _ width: Int) -> Int? { Self.number(layout, offset, width).map(Int.init(clamping:)) }

  mutating func add(_ name: String, _ range: Range<Int>, _ value: String? = nil, items: [String] = []) {
    guard range.lowerBound >= 0, range.upperBound <= bytes.count, !range.isEmpty else { return }
    let shown = value ?? Self.digits(bytes[range])
    fields.append(MessageField(name: name, range: range, value: shown, items: items, bytes: bytes[range]))
  }

  /// A number as it is written, little-endian; of more than eight bytes the first ones in their order.
  private static func digits(_ bytes: ArraySlice<UInt8>) -> String {
    let shown = bytes.count <= 8 ? Array(bytes.reversed()) : Array(bytes.prefix(16))
    let text = shown.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    return bytes.count <= 8 ? "0x\(text)" : bytes.count > 16 ? "\(text)… (\(bytes.count) bytes)" : text
  }

  /// - Parameter prefix: for the fields of SMB1, of which none means what one of the same name means in SMB2.
  mutating func add(_ structure: WireStructure, at start: Int, prefix: String? = nil) {
    for field in structure.fields {
      let range = (start + field.range.lowerBound)..<(start + field.range.upperBound)
      let name = "\(field.name)"
      add((prefix ?? "") + name, range, prefix == nil ? value(of: name, at: range) : nil)
    }
  }

  mutating func addNumber(_ name: String, _ range: Range<Int>) {
    add(name, range, number(range.lowerBound, range.count).map { "\($0)" })
  }

  /// What people compare, where that is more than a number.
  private func value(of name: String, at range: Range<Int>) -> String? {
    switch name {
    case "SecurityMode": return number(range.lowerBound, range.count).map { "\(SMB2SecurityMode(rawValue: UInt16($0)))" }
    case "ClientGuid", "ServerGuid", "Guid": return try? GUID(ByteView(bytes.span), at: range.lowerBound).description
    case "DialectRevision", "Dialect": return number(range.lowerBound, 2).map { hexadecimal(UInt16($0)) }
    case "SystemTime", "ServerStartTime":
      return number(range.lowerBound, 8).flatMap { FileTime(rawValue: $0).timestamp?.rfc3339 }
    case "StructureSize", "DialectCount", "NegotiateContextCount", "MaxTransactSize", "MaxReadSize", "MaxWriteSize",
      "SecurityBufferLength", "PathLength", "CreditRequest, CreditResponse", "MessageId", "NegotiateContextOffset":
      return number(range.lowerBound, range.count).map { "\($0)" }
    default: return nil
    }
  }

  // MARK: SMB2

  mutating func readSMB2(_ command: SMB2Command, isResponse: Bool) {
    add(SMB2Layout.header, at: 0)
    nameHeader(isResponse: isResponse)
    let start = SMB2Header.length
    guard let size = integer(start, 2) else { return }
    if let body = SMB2Layout.body(of: command, isResponse: isResponse, structureSize: size) {
      add(body, at: start)
    } else if isResponse, size == 9 {
      add(SMB2Layout.error, at: start)
    }
    switch (command, isResponse, size) {
    case (.negotiate, false, 36): readNegotiateRequest()
    case (.negotiate, true, 65): readNegotiateResponse()
    case (.sessionSetup, false, 25): addBuffer("security token", offsetAt: 76, lengthAt: 78, widths: (2, 2))
    case (.sessionSetup, true, 9): addBuffer("security token", offsetAt: 68, lengthAt: 70, widths: (2, 2))
    case (.treeConnect, false, 9): addPath()
    case (.ioctl, _, 49), (.ioctl, _, 57): readValidation(isResponse: isResponse)
    default: break
    }
  }

  /// Some fields of the header have another meaning in requests than in answers.
  private mutating func nameHeader(isResponse: Bool) {
    for index in fields.indices {
      switch fields[index].name {
      case "Status, ChannelSequence":
        fields[index].name = isResponse ? "Status" : "ChannelSequence"
        if isResponse, let status = number(8, 4) { fields[index].value = "\(NTStatus(rawValue: UInt32(status)))" }
      case "CreditRequest, CreditResponse": fields[index].name = isResponse ? "CreditResponse" : "CreditRequest"
      case Self.treeOrAsync: fields[index].name = "AsyncId"
      default: break
      }
    }
    // MS-SMB2 2.2.1.2: a sync header has four reserved bytes and four of the tree instead.
    guard (integer(16, 4) ?? 0) & Int(SMB2Flags.async.rawValue) == 0, fields.contains(where: { $0.name == "AsyncId" }) else { return }
    fields.removeAll { $0.name == "AsyncId" }
    add("Reserved", 32..<36)
    add("TreeId", 36..<40)
  }

  private static let treeOrAsync = "AsyncId, or Reserved and TreeId"

  private mutating func readNegotiateRequest() {
    let count = integer(66, 2) ?? 0
    addDialects("Dialects", at: 100, count: count)
    let dialects = (0..<count).compactMap { integer(100 + 2 * $0, 2) }
    if dialects.contains(Int(SMB2Dialect.smb311.rawValue)) {
      addContexts(at: integer(92, 4) ?? 0, count: integer(96, 2) ?? 0)
    } else {
      // The same bytes have another meaning: MS-SMB2 2.2.3.
      fields.removeAll { $0.name.hasPrefix("NegotiateContext") || $0.name == "Reserved2" }
      add("ClientStartTime", 92..<100)
    }
  }

  private mutating func readNegotiateResponse() {
    // MS-SMB2 2.2.4, which is 0 on all servers of today.
    add("ServerStartTime", 112..<120, value(of: "ServerStartTime", at: 112..<120))
    addBuffer("security token", offsetAt: 120, lengthAt: 122, widths: (2, 2))
    if integer(68, 2) == Int(SMB2Dialect.smb311.rawValue) {
      addContexts(at: integer(124, 4) ?? 0, count: integer(70, 2) ?? 0)
    }
  }

  private mutating func addDialects(_ name: String, at start: Int, count: Int) {
    guard count > 0, count <= 64 else { return }
    let dialects = (0..<count).compactMap { number(start + 2 * $0, 2) }.map { hexadecimal(UInt16($0)) }
    add(name, start..<(start + 2 * count), dialects.joined(separator: " "), items: dialects)
  }

  /// MS-SMB2 2.2.3.1.
  private mutating func addContexts(at start: Int, count: Int) {
    var offset = start
    for _ in 0..<min(count, 16) {
      guard offset >= SMB2Header.length, let type = integer(offset, 2), let length = integer(offset + 2, 2) else { return }
      let end = offset + 8 + length
      let name = SMB2NegotiateContext.name(ofType: UInt16(clamping: type))
      let data = offset + 8
      var shown: String?
      if end <= bytes.count, let view = try? ByteView(bytes.span).view(at: data, count: length),
        let context = try? SMB2NegotiateContext(type: UInt16(clamping: type), view)
      {
        shown = Self.words(context, length)
      }
      if let other = number(offset, 2), Int(other) != type { shown = "type \(hexadecimal(UInt16(clamping: other)))" }
      if let other = number(offset + 2, 2), Int(other) != length { shown = "a DataLength of \(other)" }
      add("\(name) context", offset..<end, shown)
      offset = (end + 7) & ~7
    }
  }

  private static func words(_ context: SMB2NegotiateContext, _ length: Int) -> String {
    switch context {
    case .preauthIntegrity(let algorithms):
      "hash \(algorithms.map { $0 == 1 ? "SHA-512" : hexadecimal($0) }.joined(separator: ", ")), with its salt"
    case .encryption(let ciphers): ciphers.map(\.description).joined(separator: ", ")
    case .signing(let algorithms): algorithms.map(SMB2NegotiateContext.signingName).joined(separator: ", ")
    case .netName(let name): name
    case .compression(let algorithms, _): "algorithms \(algorithms.map(String.init).joined(separator: ", "))"
    default: "\(length) bytes"
    }
  }

  private mutating func addBuffer(_ name: String, offsetAt: Int, lengthAt: Int, widths: (Int, Int)) {
    guard let offset = integer(offsetAt, widths.0), let length = integer(lengthAt, widths.1), length > 0,
      offset >= SMB2Header.length
    else { return }
    addWhole(name, offset..<(offset + length))
  }

  /// A token; what is beyond the bytes that were kept is compared as a whole.
  mutating func addWhole(_ name: String, _ range: Range<Int>) {
    let kept = range.clamped(to: 0..<bytes.count)
    if !kept.isEmpty { add(name, kept, words(ofToken: kept, range.count)) }
  }

  private func words(ofToken range: Range<Int>, _ length: Int) -> String {
    guard range.count == length, let view = try? ByteView(bytes.span).view(at: range.lowerBound, count: range.count),
      let token = try? SPNEGOToken(view)
    else { return "\(length) bytes" }
    switch token {
    case .negTokenInit(let offer): return "\(length) bytes, mechanisms \(offer.mechTypes.map(\.description).joined(separator: ", "))"
    case .negTokenResp(let answer): return "\(length) bytes" + (answer.negState.map { ", \($0)" } ?? "")
    default: return "\(length) bytes"
    }
  }

  private mutating func addPath() {
    guard let offset = integer(68, 2), let length = integer(70, 2), length > 0, offset + length <= bytes.count else { return }
    let path = (try? ByteView(bytes.span).view(at: offset, count: length).utf16LittleEndian())
    add("Path", offset..<(offset + length), path)
  }

  /// MS-SMB2 2.2.31.4, 2.2.32.6.
  private mutating func readValidation(isResponse: Bool) {
    guard integer(68, 4) == Int(SMB2ControlCode.validateNegotiateInfo.rawValue) else { return }
    let offset = integer(isResponse ? 96 : 88, 4) ?? 0
    guard offset >= SMB2Header.length else { return }
    add(isResponse ? SMB2Layout.validateNegotiateResponse : SMB2Layout.validateNegotiateRequest, at: offset)
    if !isResponse { addDialects("Dialects", at: offset + 24, count: integer(offset + 22, 2) ?? 0) }
  }
}
