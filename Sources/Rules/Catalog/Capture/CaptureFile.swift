import Packets
import Transcripts

/// The file, frame by frame.
extension Rule {
  static let notACapture = Rule(
    id: "not-a-capture",
    severity: .critical,
    phase: .capture,
    nature: .note,
    summary: "The input is not a packet capture.",
    explanation: """
      The input does not match any format that smbdx reads: pcap, pcapng, Network Monitor, snoop, AIX iptrace, \
      Windows event traces (.etl), and text with the bytes of packets, also compressed with gzip, zstd, lz4 or xz. \
      The message says what it is, or what it begins with.
      """,
    whenBenign: "Always. It says nothing about SMB.",
    howToVerify: "“file NAME” shows what kind of file it is.",
    causes: ["a file of another kind", "the beginning of the file is lost or overwritten"],
    remedies: [.captureWhole, .captureWholeWindows],
    references: ["pcap-savefile(5)", "draft-ietf-opsawg-pcapng"],
    // Without frames there are no facts; whoever opens the input says so.
    judge: .capture { _ in [] })

  static let captureTruncatedFile = Rule(
    id: "capture-truncated-file",
    severity: .warning,
    phase: .capture,
    nature: .note,
    summary: "The capture file is cut short or damaged.",
    explanation: """
      The file ends inside a packet, or a record in it makes no sense. smbdx read and judged everything before that \
      place. It does not know what happened afterwards.
      """,
    whenBenign: "If the file was copied while the recorder was still writing it.",
    howToVerify: "Compare the file's size with that of the original.",
    causes: ["the recording program was killed, or the disk was full", "the file was copied while it was being written"],
    remedies: [Remedy("Copy the file again after the recording has been stopped.")],
    references: ["pcap-savefile(5)"],
    judge: .capture { facts in
      facts.damage.prefix(8).map { damage in
        let place = [damage.frame.map { "frame \($0)" }, damage.byte.map { "byte \($0)" }].compactMap(\.self)
        let at = place.isEmpty ? "" : " at \(place.joined(separator: ", "))"
        return Observation(.proven, "\(damage.file) is damaged\(at): \(damage.message)", evidence: [])
      }
    })

  static let captureTruncated = Rule(
    id: "capture-truncated",
    severity: .warning,
    phase: .capture,
    nature: .note,
    summary: "Packets were recorded only in part.",
    explanation: """
      The recording kept only the first bytes of each packet (snapshot length). If this cut off SMB messages that \
      set up a connection, smbdx could not read them and did not judge what depends on them. If it cut off only file \
      contents, this is only a note.
      """,
    whenBenign: "If you used a short snapshot length to keep file contents out of the recording. 512 bytes are usually enough, but Kerberos tickets need more.",
    howToVerify: "Look at the connections under “not checked”.",
    causes: ["the recording program was set to keep only the beginning of each packet"],
    remedies: [.captureWhole, .captureWholeWindows],
    references: ["pcap-savefile(5)"],
    judge: .capture { facts in
      guard facts.counts.truncatedFrames > 0 else { return [] }
      let what = "\(counted(facts.counts.truncatedFrames, "packet")) recorded only in part, with at most \(facts.counts.snapshotLength) bytes"
      guard facts.cut.count > 0 else { return [Observation(.proven, what, evidence: [], severity: .info)] }
      return [
        Observation(
          .proven, "\(what), which hides messages of \(counted(facts.cut.count, "SMB connection"))",
          evidence: facts.cut.examples.map {
            Evidence($0.ends, $0.lost, "\(counted($0.lost.count, "byte")) of the \($0.lost.sender.rawValue) not recorded")
          })
      ]
    })

  static let captureOutOfOrder = Rule(
    id: "capture-out-of-order",
    severity: .info,
    phase: .capture,
    nature: .note,
    summary: "The packets are not in the order of their times.",
    explanation: """
      Some packets carry an earlier time than the packet before them. smbdx puts streams in order by their sequence \
      numbers, so nothing is lost. For two packets close together it is uncertain which came first.
      """,
    whenBenign: "Always. Network cards with several queues and captures on several interfaces do this all the time.",
    howToVerify: "Sort the file by time and compare.",
    remedies: [Remedy("Sort the file before looking at it elsewhere:", command: "reordercap in.pcapng out.pcapng")],
    references: ["draft-ietf-opsawg-pcapng"],
    judge: .capture { facts in
      guard facts.counts.misorderedFrames > 0 else { return [] }
      return [
        Observation(
          .proven,
          "\(counted(facts.counts.misorderedFrames, "packet")) out of order, by \(facts.counts.largestStepBack.nanoseconds < 100_000 ? "less than 0.1 ms" : "up to \(facts.counts.largestStepBack)")",
          evidence: [Evidence(facts.counts.firstMisorderedFrame, nil, "the first packet with an earlier time than the one before it")].compactMap(\.self))
      ]
    })

  static let duplicatePackets = Rule(
    id: "duplicate-packets",
    severity: .info,
    phase: .capture,
    nature: .note,
    summary: "Packets were recorded more than once.",
    explanation: """
      The recording has the same segments, with the same IP identification, twice: it was made on several \
      interfaces, or a mirror port copies both the way in and the way out. smbdx counts them once. Other tools may \
      show them as retransmissions.
      """,
    whenBenign: "Always. It does not change the diagnosis.",
    howToVerify: "Compare hop limits and hardware addresses of the copies: they differ from interface to interface.",
    remedies: [Remedy("Remove the copies before counting anything in another tool:", command: "editcap -d in.pcapng out.pcapng")],
    references: ["RFC 6864 4"],
    judge: .capture { facts in
      // A few may have been made by the network itself.
      guard facts.copiedSegments >= 5, facts.copiedSegments * 20 >= facts.segments else { return [] }
      return [
        Observation(
          .likely, "\(facts.copiedSegments) of \(counted(facts.segments, "TCP segment")) with SMB recorded more than once",
          evidence: [])
      ]
    })
}
