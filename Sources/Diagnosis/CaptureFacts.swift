package import Packets
import Rules
package import Transcripts

/// Facts about the capture itself: its files, frames, times and losses.
package struct CaptureFacts: Sendable, Codable {
  /// All of the files, those that the filter given with -f rejected too.
  package var frames = 0
  /// nil without a filter.
  package var rejectedFrames: Int?
  /// On the wire, which may be more than was captured.
  package var bytes = 0
  package var linkTypes: [String] = []
  /// All files were made with the recorders of Windows, so the next recording will be made there, too.
  package var isOfWindows = false
  package var firstTime: Timestamp?
  package var lastTime: Timestamp?
  /// False when a file is damaged or cut short.
  package var isComplete = true
  package var warnings: [CaptureWarning] = []
  /// How often each named limit was reached.
  package var limitsReached: [String: Int] = [:]
  package var tcpConnections = 0
  package var fragments = FragmentTable.Counts()
  package var malformedFrames = 0
  /// Unreadable frames that may contain SMB.
  package var unreadFrames = 0
  package var truncatedFrames = 0
  /// Packets that the recorders say they lost.
  package var lostPackets = 0
  /// The largest step back in time from one frame to the next.
  package var largestStepBack = TimeSpan.zero
  /// Packets left out because of their checksums; nil unless the user wants them to be looked at.
  package var wrongChecksums: Int?
  /// Segments whose bytes contradict an earlier copy.
  package var conflictingSegments = 0
  package var unreadableMessages = 0
  package var unreadableKerberosMessages = 0

  package init() {}

  /// - Parameters:
  ///   - tracker: after its `finish()`.
  ///   - isFiltered: it saw only the frames that a filter let pass.
  ///   - locate: finds the file of a frame.
  init(_ tracker: Tracker, _ source: CaptureSource, isFiltered: Bool, locate: ((Int) -> FramePlace?)?) {
    let counts = tracker.counts
    frames = source.frames ?? counts.frames
    rejectedFrames = isFiltered ? frames - counts.frames : nil
    bytes = counts.bytes
    linkTypes = source.linkTypes
    isOfWindows = source.isOfWindows
    firstTime = counts.firstTime
    lastTime = counts.lastTime
    isComplete = source.isComplete && source.damage.isEmpty
    warnings = source.warnings + source.damage + Self.warningsOfUnread(counts, source, locate)
    tcpConnections = tracker.connectionCount
    fragments = counts.fragments
    recordLimit("fragments", fragments.limitsReached)
    malformedFrames = counts.malformedFrames
    unreadFrames = counts.unreadFrames
    truncatedFrames = counts.truncatedFrames
    lostPackets = source.lostPackets.reduce(source.lostOnInterfaces) { sum, lost in
      let (total, overflow) = sum.addingReportingOverflow(lost.count)
      return overflow ? .max : total
    }
    largestStepBack = counts.largestStepBack
    wrongChecksums = counts.wrongChecksums
    unreadableKerberosMessages = tracker.unreadableKerberosMessages
    recordLimit("open-connections", tracker.evictedConnections)
    recordLimit("held-bytes", tracker.heldLimitsReached)
    recordLimit("icmp-errors", tracker.noticesNotKept)
    recordLimit("kerberos", tracker.kerberosLimitsReached)
    recordLimit("names", tracker.nameLimitsReached)
    recordLimit("keys", tracker.keyLimitsReached)
    recordLimit("surroundings", tracker.precedentLimitsReached)
    for (name, count) in source.limitsReached { recordLimit(name, count) }
  }

  /// One for each link type and each encapsulation that is not read, with the file that has the first of its frames.
  private static func warningsOfUnread(
    _ counts: FrameCounts, _ source: CaptureSource, _ locate: ((Int) -> FramePlace?)?
  ) -> [CaptureWarning] {
    func warning(_ message: String, firstFrame: Int) -> CaptureWarning {
      let place = locate?(firstFrame)?.file ?? 0
      let file = source.files.indices.contains(place) ? source.files[place] : ""
      return CaptureWarning(message: message, file: file, frame: nil, byte: nil)
    }
    let links = counts.unreadLinks.map { unread in
      let name = source.linkTypeName(unread.type)
      let were = counted(unread.frames, "frame of link type \(name) was", "frames of link type \(name) were")
      return warning("\(were) not read; they may contain SMB that this report does not cover", firstFrame: unread.firstFrame)
    }
    return links + counts.unread.map { unread in
      warning("\(counted(unread.frames, "frame")) \(unread.content.sentence)", firstFrame: unread.firstFrame)
    }
  }

  package mutating func recordLimit(_ name: String, _ count: Int) {
    if count > 0 { limitsReached[name, default: 0] += count }
  }
}

/// What the reader of a recording knows about it, apart from the frames.
package struct CaptureSource: Sendable {
  /// Their names; empty for what is no file.
  package var files: [String] = []
  /// All of the files; nil for those that were analysed.
  package var frames: Int?
  package var linkTypes: [String] = []
  /// Recorders that come with Windows made all files.
  package var isOfWindows = false
  /// What libpcap calls a link type.
  package var linkTypeName: @Sendable (LinkType) -> String = { "\($0.rawValue)" }
  /// Files that were left out, and what else a user should know.
  package var warnings: [CaptureWarning] = []
  package var damage: [CaptureWarning] = []
  /// By file: packets that recorders say they lost.
  package var lostPackets: [RecordingFacts.LostPackets] = []
  /// Frames that live interfaces lost; a warning says where.
  package var lostOnInterfaces = 0
  /// Nothing is missing but what ``damage`` says.
  package var isComplete = true
  package var limitsReached: [String: Int] = [:]
  /// Of slim recordings: what they say of the frames that they do not have.
  package var leftOutFrames = LeftOutFrames()

  package init() {}

  package mutating func recordLimit(_ name: String, _ count: Int) {
    if count > 0 { limitsReached[name, default: 0] += count }
  }
}

extension UnreadContent {
  private static let tunnels: [UInt16: String] = [1701: "L2TP", 4341: "LISP", 5247: "CAPWAP"]

  /// Behind a number of frames.
  fileprivate var sentence: String {
    switch self {
    case .encryptedWireless:
      "of Wi-Fi are encrypted and unreadable; they may contain SMB that this report does not cover; record on one of the two hosts, where Wi-Fi is not encrypted"
    case .aggregatedWireless:
      "of Wi-Fi have several packets each (A-MSDU) and were not read; they may contain SMB that this report does not cover; record on one of the two hosts"
    case .encryptedMACsec:
      "are encrypted with MACsec and unreadable; they may contain SMB that this report does not cover; record on one of the two hosts"
    case .ipsec:
      "are encrypted with IPsec (ESP) and unreadable; they may contain SMB that this report does not cover; record on one of the two hosts, inside the VPN"
    case .encapsulation(let type):
      "of EtherType 0x\(String(type, radix: 16)) were not read; they may contain SMB that this report does not cover; record on one of the two hosts"
    case .tunnel(let number):
      "of IP protocol \(number) were not read; they may contain SMB that this report does not cover; record on one of the two hosts"
    case .datagrams(51820), .datagrams(41641):
      "are encrypted with WireGuard and unreadable; they may contain SMB that this report does not cover; record on one of the two hosts, inside the VPN"
    case .datagrams(1194):
      "are encrypted with OpenVPN and unreadable; they may contain SMB that this report does not cover; record on one of the two hosts, inside the VPN"
    case .datagrams(let port):
      "of \(Self.tunnels[port, default: "a tunnel"]) (UDP port \(port)) were not read; they may contain SMB that this report does not cover; record on one of the two hosts"
    }
  }
}
