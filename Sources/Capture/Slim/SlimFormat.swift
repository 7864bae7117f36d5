import Packets

/// How a slim capture is written in pcapng (draft-ietf-opsawg-pcapng), so that other programs read it too: what only smbdx
/// knows is in blocks and options of the ranges for local use, which they skip.
///
/// - A block of ``blockMagic`` stands behind the section header and names the files of the original. Another one at the end
///   has the counts of what was left out, and everything else that the frames do not say.
/// - A packet's epb_packetid is its number in the original; without one it follows the packet before it.
/// - An interface with ``interfaceCut`` has packets of which the end may be left out. Its original had the first bytes of
///   each, up to this limit; nothing reads those that are not here.
enum SlimFormat {
  /// Behind type and length: magic 4, version 2, kind 2, options.
  static let blockMagic: UInt32 = 0x736d_6264
  static let version: UInt16 = 1

  enum Kind: UInt16 {
    case beginning = 1
    case end = 2
  }

  /// Of an interface: 4 bytes; 0 is no limit.
  static let interfaceCut: UInt16 = 0x8001
  /// epb_packetid, 4.3.
  static let packetID: UInt16 = 5
  /// Of a packet that the recording host threw away: reason 4, location 4, way 1.
  static let hostDrop: UInt16 = 0x8001

  static let noFault = UInt64.max - 1

  enum Limit {
    /// Bytes of a frame of which the end may be left out: an IP packet behind any link header. Longer ones stay as they are, so that a few bytes cannot claim much.
    static let frame = 65_536 + 1_024
    /// Of a frame: a recording that is longer would take years.
    static let number: UInt64 = 1 << 40
    /// Bytes of a name or sentence that are kept.
    static let text = 4_096
    /// Lengths to which the original had cut its frames, as a rule one. Frames of further lengths stay as they are.
    static let lengths = 64
    /// Names of files in the comment for people; all of them are in the blocks for smbdx.
    static let namesInComment = 16
  }

  /// Options of the blocks.
  enum Option: UInt16 {
    /// A name; one for each file of the original, in its order.
    case file = 1
    /// 8 bytes: packets that the recorder of a file says it lost. In the order of the files.
    case lost = 2
    /// 4 bytes, in the order in which the original has them.
    case linkType = 3
    /// ``LeftOutFrames``: 8 numbers of 8 bytes.
    case leftOut = 4
    /// Three numbers of 8 bytes: the first frame in the original, its file, and its number there.
    case run = 5
    /// Frame 8, byte 8 (all bits set: not known; ``noFault``: the file is not to blame), file name and message.
    case damage = 6
    /// File name and sentence.
    case remark = 7
    /// Name of a file that was not read, and why.
    case skipped = 8
    /// A name.
    case empty = 9
    /// Nothing behind it: recorders that come with Windows made all files.
    case windows = 10
  }
}
