package import Packets

/// Writes pcapng (draft-ietf-opsawg-pcapng): one section in little-endian, one interface for each link type, times in
/// nanoseconds. Nothing of size is kept: what was collected is handed over in pieces.
package struct PcapngWriter: ~Copyable {
  /// Why a frame cannot be written, as a sentence.
  package enum Failure: Error, Hashable, CustomStringConvertible {
    case frameTooLong(bytes: Int)
    case linkTypeWithoutNumber(String)

    package var description: String {
      switch self {
      case .frameTooLong(let bytes): "a frame of \(bytes) bytes is longer than the 16 MiB that pcapng readers accept"
      case .linkTypeWithoutNumber(let name): "pcapng has no number for the link type \(name)"
      }
    }
  }

  private enum Limit {
    /// Bytes of one comment or name; longer ones are cut. An option's length has 16 bits.
    static let option = 4_096
    /// More than a host has.
    static let namedInterfaces = 4_096
    /// Comments of one frame; the rest is dropped.
    static let comments = 64
    /// A frame that readers take with its headers and comments.
    static let frame = PcapngReader.maximumBlock - (comments + 1) * (option + 8)
  }

  private enum Option {
    static let end: UInt16 = 0
    static let comment: UInt16 = 1
    static let interfaceName: UInt16 = 2
    static let interfaceDescription: UInt16 = 3
    static let userApplication: UInt16 = 4
    static let timeResolution: UInt16 = 9
  }

  struct Interface: Hashable {
    var linkType: LinkType
    var name: String?
    var description: String?
    /// See ``SlimFormat/interfaceCut``.
    var slimLimit: UInt32?
  }

  private static let pieceSize = 64 * 1024

  private let snapshotLength: UInt32
  private let interfaceName: String?
  private let output: ([UInt8]) -> Void
  private var pending: [UInt8] = []
  /// Numbers of the interfaces written so far.
  private var interfaces: [Interface: UInt32] = [:]

  /// - Parameters:
  ///   - application: what made the file.
  ///   - interfaceName: where the frames were captured, when they are from one place.
  ///   - snapshotLength: bytes that were kept of each frame at most; 0 when there is no limit.
  ///   - comment: on the whole file.
  ///   - output: takes what was collected, piece by piece; the last one at ``flush()``.
  package init(
    application: String, interfaceName: String? = nil, snapshotLength: Int = 0, comment: String? = nil,
    _ output: @escaping ([UInt8]) -> Void
  ) {
    self.interfaceName = interfaceName
    self.snapshotLength = UInt32(clamping: snapshotLength)
    self.output = output
    writeSectionHeader(application, comment)
  }

  /// Bytes written so far, those that ``flush()`` will hand over too.
  package private(set) var byteCount = 0

  /// - Parameters:
  ///   - frame: its number goes unused. A time before 1970 is written as the beginning of 1970.
  ///   - interface: the name of the place where the frame was captured, when its file says so.
  ///   - comments: as Wireshark shows them beside the frame; long ones are cut.
  package mutating func write(
    _ frame: Frame, _ bytes: borrowing ByteView, interface name: String? = nil, comments: [String] = []
  ) throws(Failure) {
    let place = Interface(linkType: frame.linkType, name: name ?? interfaceName)
    let start = try beginPacket(frame, bytes, originalLength: max(frame.originalLength, bytes.count), at: place)
    for comment in comments.prefix(Limit.comments) { appendOption(Option.comment, comment) }
    if !comments.isEmpty { appendEndOfOptions() }
    endPacket(start)
  }

  /// Writes what a slim capture has of a frame: see ``SlimFormat``.
  mutating func write(
    _ frame: Frame, _ bytes: borrowing ByteView, originalLength: Int, at place: Interface, number: Int?
  ) throws(Failure) {
    let start = try beginPacket(frame, bytes, originalLength: originalLength, at: place)
    if let number { appendOption(SlimFormat.packetID, [UInt64(clamping: number)]) }
    if let drop = frame.hostDrop {
      append(SlimFormat.hostDrop)
      append(UInt16(9))
      append(drop.reason)
      append(drop.location)
      pending.append(drop.way.number)
      pad()
    }
    if number != nil || frame.hostDrop != nil { appendEndOfOptions() }
    endPacket(start)
  }

  /// 4.3, without options.
  private mutating func beginPacket(
    _ frame: Frame, _ bytes: borrowing ByteView, originalLength: Int, at place: Interface
  ) throws(Failure) -> Int {
    guard bytes.count <= Limit.frame else { throw .frameTooLong(bytes: bytes.count) }
    let interface = try number(of: place)
    let ticks = UInt64(clamping: frame.time.nanoseconds)
    let start = beginBlock(.enhancedPacket)
    append(interface)
    append(UInt32(truncatingIfNeeded: ticks >> 32))
    append(UInt32(truncatingIfNeeded: ticks))
    append(UInt32(bytes.count))
    append(UInt32(clamping: originalLength))
    bytes.append(to: &pending)
    pad()
    return start
  }

  private mutating func endPacket(_ start: Int) {
    endBlock(start)
    if pending.count >= Self.pieceSize { flush() }
  }

  /// What was collected goes to the output.
  package mutating func flush() {
    output(pending)
    pending.removeAll(keepingCapacity: true)
  }

  // MARK: Blocks

  /// 4.1, with a length of the section that is not said.
  private mutating func writeSectionHeader(_ application: String, _ comment: String?) {
    let start = beginBlock(.sectionHeader)
    append(UInt32(0x1a2b_3c4d))
    append(UInt16(1))
    append(UInt16(0))
    append(UInt32.max)
    append(UInt32.max)
    if let comment { appendOption(Option.comment, comment) }
    appendOption(Option.userApplication, application)
    appendEndOfOptions()
    endBlock(start)
  }

  /// 4.2: the number of the interface, which is described before its first frame.
  private mutating func number(of interface: Interface) throws(Failure) -> UInt32 {
    if let known = interfaces[interface] { return known }
    // After the last distinguishable name, the name is left out.
    guard interfaces.count < Limit.namedInterfaces || interface.name == nil && interface.description == nil else {
      return try number(of: Interface(linkType: interface.linkType, slimLimit: interface.slimLimit))
    }
    guard let number = interface.linkType.numberInFile else { throw .linkTypeWithoutNumber(interface.linkType.name) }
    let start = beginBlock(.interfaceDescription)
    append(number)
    append(UInt16(0))
    append(interface.slimLimit ?? snapshotLength)
    if let name = interface.name { appendOption(Option.interfaceName, name) }
    if let description = interface.description { appendOption(Option.interfaceDescription, description) }
    if let limit = interface.slimLimit { appendOption(SlimFormat.interfaceCut, limit) }
    append(Option.timeResolution)
    append(UInt16(1))
    append(UInt32(9))
    appendEndOfOptions()
    endBlock(start)
    let count = UInt32(interfaces.count)
    interfaces[interface] = count
    return count
  }

  /// Type and a length that is not known yet.
  private mutating func beginBlock(_ type: PcapngSection.BlockType) -> Int {
    let start = pending.count
    append(type.rawValue)
    append(UInt32(0))
    return start
  }

  private mutating func endBlock(_ start: Int) {
    let length = UInt32(pending.count - start + 4)
    append(length)
    for index in 0..<4 { pending[start + 4 + index] = UInt8(truncatingIfNeeded: length >> (8 * index)) }
    byteCount += Int(length)
  }

  // MARK: Values

  private mutating func append(_ value: UInt16) {
    pending.append(UInt8(truncatingIfNeeded: value))
    pending.append(UInt8(truncatingIfNeeded: value >> 8))
  }

  private mutating func append(_ value: UInt32) {
    append(UInt16(truncatingIfNeeded: value))
    append(UInt16(truncatingIfNeeded: value >> 16))
  }

  private mutating func appendOption(_ code: UInt16, _ value: UInt32) {
    append(code)
    append(UInt16(4))
    append(value)
  }

  private mutating func appendOption(_ code: UInt16, _ numbers: [UInt64]) {
    append(code)
    append(UInt16(8 * numbers.count))
    for number in numbers { append(number) }
  }

  private mutating func append(_ value: UInt64) {
    append(UInt32(truncatingIfNeeded: value))
    append(UInt32(truncatingIfNeeded: value >> 32))
  }

  /// 3.5: code, length, value, padding.
  private mutating func appendOption(_ code: UInt16, _ text: String) {
    let text = Self.visible(text)
    // An index within a character means the beginning of that character.
    let end = text.utf8.index(text.startIndex, offsetBy: Limit.option, limitedBy: text.endIndex) ?? text.endIndex
    let value = text[..<end].utf8
    append(code)
    append(UInt16(value.count))
    pending += value
    pad()
  }

  /// Controls, and what turns the direction of text, would hide or forge what readers show.
  private static func visible(_ text: String) -> String {
    func isControl(_ scalar: Unicode.Scalar) -> Bool {
      [.control, .format, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
    }
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    return text.unicodeScalars.reduce(into: "") { result, scalar in
      if isControl(scalar) { result += "\\u{\(String(scalar.value, radix: 16))}" } else { result.unicodeScalars.append(scalar) }
    }
  }

  private mutating func appendEndOfOptions() {
    append(Option.end)
    append(UInt16(0))
  }

  /// Blocks begin at multiples of 4, and so does what is collected.
  private mutating func pad() {
    while pending.count % 4 != 0 { pending.append(0) }
  }
}

// MARK: Blocks of slim captures

extension PcapngWriter {
  mutating func beginSlimBlock(_ kind: SlimFormat.Kind) -> Int {
    let start = beginBlock(.slim)
    append(SlimFormat.blockMagic)
    append(SlimFormat.version)
    append(kind.rawValue)
    return start
  }

  mutating func endSlimBlock(_ start: Int) {
    appendEndOfOptions()
    endBlock(start)
  }

  mutating func appendOption(_ option: SlimFormat.Option, text: String) { appendOption(option, [], texts: (nil, text)) }

  mutating func appendOption(_ option: SlimFormat.Option, _ type: LinkType) {
    appendOption(option.rawValue, UInt32(bitPattern: type.rawValue))
  }

  /// Numbers, and then perhaps a text with its length, and one without.
  mutating func appendOption(_ option: SlimFormat.Option, _ numbers: [UInt64] = [], texts: (String?, String)? = nil) {
    let first = texts?.0.map { Array($0.utf8.prefix(SlimFormat.Limit.text)) }
    let second = Array(texts?.1.utf8.prefix(SlimFormat.Limit.text) ?? "".utf8.prefix(0))
    append(option.rawValue)
    append(UInt16(8 * numbers.count + (first.map { 2 + $0.count } ?? 0) + second.count))
    for number in numbers { append(number) }
    if let first {
      append(UInt16(first.count))
      pending += first
    }
    pending += second
    pad()
  }
}
