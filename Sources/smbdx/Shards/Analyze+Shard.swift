import ArgumentParser
import Capture
import Diagnosis
import Packets
import Reports
import Rules
import System
import Transcripts

/// `2/7`
extension Shard: ExpressibleByArgument {
  public init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let number = parts[0], let count = parts[1] else { return nil }
    self.init(number: number, of: count)
  }
}

extension Analyze {
  func validateShard() throws {
    guard shown.format == .text else { throw ValidationError("--shard writes a file for smbdx merge, which makes the report: remove --format.") }
    guard !perFile else { throw ValidationError("--shard takes all files as one recording: remove --per-file.") }
    guard !redact else { throw ValidationError("--redact replaces names differently in each run: remove --shard.") }
    guard !keysOption.areGiven else { throw ValidationError("--shard does not work with keys: remove --keys and --keytab.") }
    guard choice.value.isEmpty else {
      throw ValidationError("--shard judges all connections of its clients; choose what to show with smbdx merge.")
    }
    guard !input.paths.contains("-") else { throw ValidationError("--shard needs files: every shard reads all of them.") }
  }

  /// Judges a share of the clients, and writes what ``Merge`` needs of them.
  func run(_ shard: Shard, _ confinement: Confinement, _ settings: Settings, _ options: Analysis.Options) throws {
    let recording = try input.open(confinement, writing: shown.output)
    let out = try Output(path: shown.output, sparing: input.paths)
    var options = options
    options.site = settings.site(today: today)
    options.shard = shard
    Interruption.startHandling()
    let names = Report(toolVersion: Smbdx.version, files: recording.fileNames, paths: recording.filePaths, diagnosis: Diagnosis(capture: CaptureFacts()))
    let header = ShardFile.Header(
      toolVersion: Smbdx.version, shard: shard, options: fileOptions(options, settings), files: names.files, paths: recording.filePaths,
      arguments: input.paths)
    let failure = writeShard(of: recording, options, header, shard, to: out)
    Interruption.stopHandling()
    if let failure { throw OutputError(description: failure) }
    out.finish()
  }

  private func fileOptions(_ options: Analysis.Options, _ settings: Settings) -> ShardFile.Options {
    var values = ShardFile.Options(rules: options.rules.map(\.id))
    values.severities = settings.severities
    values.thresholds = settings.thresholds
    values.site = options.site
    values.filter = input.filter
    values.verifiesChecksums = options.tracking.verifiesChecksums
    values.maximumConnections = options.tracking.maximumConnections
    values.smbPorts = options.tracking.ports.smb
    values.kerberosPorts = options.tracking.ports.kerberos
    values.failOn = shown.threshold(settings).rawValue
    return values
  }

  /// - Returns: why there is no shard, as a sentence.
  private func writeShard(
    of recording: Recording, _ options: Analysis.Options, _ header: ShardFile.Header, _ shard: Shard, to out: Output
  ) -> String? {
    var writer = ShardWriter(header) { out.write($0) }
    let end = judge(recording, options) { writer.write($0) }
    guard !recording.isInterrupted, let end else { return "stopped; there is no shard" }
    let (runs, unknownFrom) = recording.places
    let places = FramePlaces(
      runs.map { FramePlaces.Run(firstFrame: $0.firstFrame, file: $0.file, firstFileFrame: $0.firstFileFrame) }, unknownFrom: unknownFrom)
    writer.end(
      ShardFile.Closing(
        shard, ownConnections: writer.connections, connections: end.connections, recording: end.recording, lookups: end.lookups,
        places: runs.isEmpty ? nil : places))
    return writer.failure.map { "cannot write the shard: \($0)" }
  }

  private func judge(
    _ recording: Recording, _ options: Analysis.Options, _ take: @escaping (JudgedConnection) -> Void
  ) -> (connections: Int, recording: RecordingPart, lookups: ShardLookups)? {
    var options = options
    options.isFiltered = recording.isFiltered
    var analysis = Analysis(options, onJudged: take)
    let progress = Progress(isShown: Output.standardError.isTerminal && !Screen().isDumb, byteCount: recording.byteCount)
    recording.forEachFrame { frame, _, bytes in
      analysis.accept(frame, bytes)
      progress.record(frame.number, bytes.count)
    }
    progress.end()
    return analysis.finishShard(CaptureSource(recording)) { frame in
      recording.place(of: frame).map { FramePlace(file: $0.file, frame: $0.frame) }
    }
  }
}
