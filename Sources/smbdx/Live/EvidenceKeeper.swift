import Capture
import Diagnosis
import Packets
import Reports
import Rules
import SystemPackage

/// Writes the frames that prove a finding to a file of their own, as soon as the finding is reported.
final class EvidenceKeeper {
  private enum Limit {
    /// Files of one run; further findings get no file.
    static let files = 10_000
    /// Files written at the same time, in one pass over the frames in memory.
    static let filesAtOnce = 128
  }

  private let directory: EvidenceDirectory
  private let snapshotLength: Int
  private var frames = RecentFrames()
  private var fileCount = 0
  /// Findings without a file, because there are too many.
  private(set) var findingsWithoutFile = 0
  /// Files that lack frames, which had left memory.
  private(set) var incompleteFiles = 0
  /// Why no more is written.
  private(set) var failure: String?

  /// - Parameter snapshotLength: bytes captured of each frame.
  init(_ directory: EvidenceDirectory, snapshotLength: Int) {
    self.directory = directory
    self.snapshotLength = snapshotLength
  }

  func record(_ frame: Frame, _ bytes: borrowing ByteView) { frames.append(frame, bytes) }

  /// Takes reported findings. Notes get no file, and updates keep the file of their finding.
  func keep(_ updates: [FindingChange]) {
    let news = updates.filter { $0.kind == .finding && $0.finding.severity > .info }
    guard !news.isEmpty, failure == nil else { return }
    let kept = news.prefix(Limit.files - fileCount)
    fileCount += kept.count
    findingsWithoutFile += news.count - kept.count
    let flows = frames.flows(of: Set(kept.flatMap { $0.finding.evidence.map(\.frame) }))
    var rest = kept
    while !rest.isEmpty {
      do throws(EvidenceDirectory.Failure) {
        try write(rest.prefix(Limit.filesAtOnce), flows)
      } catch {
        failure = error.description
        return Smbdx.complain("\(error); smbdx stops keeping evidence")
      }
      rest = rest.dropFirst(Limit.filesAtOnce)
    }
  }

  private func write(_ updates: ArraySlice<FindingChange>, _ flows: [Int: FlowHash.Value]) throws(EvidenceDirectory.Failure) {
    var files: [EvidenceFile] = []
    var byFlow: [FlowHash.Value: [Int]] = [:]
    var byNumber: [Int: [Int]] = [:]
    for update in updates {
      for flow in ownFlows(update, flows) { byFlow[flow, default: []].append(files.count) }
      for number in Set(update.finding.evidence.map(\.frame)) { byNumber[number, default: []].append(files.count) }
      files.append(
        try EvidenceFile(
          update, named: "\(update.time.inFileName)-\(update.finding.id).pcapng", in: directory,
          snapshotLength: snapshotLength))
    }
    frames.forEach { byFlow[$0.flow] != nil || byNumber[$0.frame.number] != nil } _: { kept, bytes in
      for index in Set((byFlow[kept.flow] ?? []) + (byNumber[kept.frame.number] ?? [])) {
        files[index].take(kept.frame, bytes)
      }
    }
    for file in files {
      try file.finish()
      if !file.isComplete { incompleteFiles += 1 }
    }
  }

  /// The connections that the evidence is from.
  private func ownFlows(_ update: FindingChange, _ flows: [Int: FlowHash.Value]) -> Set<FlowHash.Value> {
    var ours = Set(update.finding.evidence.compactMap { flows[$0.frame] }).subtracting([FlowHash.none])
    if let connection = update.connection { ours.insert(frames.flow(of: connection.client, connection.server)) }
    return ours
  }
}

extension Timestamp {
  /// `20261124T023005Z`: no character that a file system or a shell dislikes.
  fileprivate var inFileName: String { rfc3339.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z" }
}
