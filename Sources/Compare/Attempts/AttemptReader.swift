package import Diagnosis
package import Packets
package import Proof
import Rules
import Transcripts

/// A recording of one or more attempts.
package struct AttemptRecording: Sendable {
  package var name: String
  package var diagnosis: Diagnosis
  /// The one that is compared; nil when there is none.
  package var attempt: Attempt?
  /// SMB connections that were there to choose from.
  package var connections: Int
}

/// Reads a recording for the attempt in it.
package struct AttemptReader {
  private enum Limit {
    /// Connections to choose from; of more, only the first ones.
    static let attempts = 4096
    /// Clients that asked resolvers and KDCs and opened no connection, likewise.
    static let clients = 256
  }

  /// Takes transcripts while frames are read.
  private final class Collection {
    var attempts: [Attempt] = []
    private var places: [Int: Int] = [:]
    var count = 0

    func take(_ transcript: Transcript) {
      guard transcript.outcome != .notSMB else { return }
      count += 1
      guard attempts.count < Limit.attempts else { return }
      places[transcript.id] = attempts.count
      attempts.append(Attempt(transcript))
    }

    func take(_ lookups: Lookups, of one: Case?) {
      if let one {
        for connection in one.connections { if let place = places[connection.id] { attempts[place].read(lookups) } }
      } else {
        for client in lookups.byClient.prefix(Limit.clients) {
          guard let address = client.exchanges.first?.client ?? client.names.first?.client else { continue }
          attempts.append(Attempt(client, of: address))
        }
      }
    }

    func settle(by diagnosis: Diagnosis) {
      for connection in diagnosis.connections { if let place = places[connection.id] { attempts[place].settle(connection) } }
    }
  }

  private var analysis: Analysis
  private let collection: Collection
  private let name: String

  package init(name: String, _ options: Analysis.Options = Analysis.Options()) {
    self.name = name
    let collection = Collection()
    self.collection = collection
    analysis = Analysis(options, onTranscript: { collection.take($0) }, onLookups: { collection.take($0, of: $1) })
  }

  /// What became of the keys; nil without any.
  package var keyUse: KeyUse? { analysis.keyUse }

  package mutating func accept(_ frame: Frame, _ bytes: borrowing ByteView) { analysis.accept(frame, bytes) }

  /// The recording is over. Can be asked once.
  ///
  /// - Returns: the recording, and the attempts in it.
  package mutating func finish(_ source: CaptureSource = CaptureSource()) -> (recording: AttemptRecording, choices: [Attempt]) {
    let diagnosis = analysis.finish(source)
    collection.settle(by: diagnosis)
    let recording = AttemptRecording(name: name, diagnosis: diagnosis, attempt: nil, connections: collection.count)
    let hidden = diagnosis.hidden.prefix(Limit.clients).map { Attempt($0) }
    return (recording, (collection.attempts + hidden).sorted { $0.firstFrame ?? 0 < $1.firstFrame ?? 0 })
  }
}

/// Which attempts of two recordings are compared.
enum AttemptChoice {
  /// The attempt with the gravest finding, else the first that failed, else the last one.
  static func failed(_ bad: (recording: AttemptRecording, choices: [Attempt])) -> Attempt? {
    let connections = bad.choices.filter { $0.connection != nil }
    let others = bad.choices.filter { $0.connection == nil && $0.hidden == nil }
    let hidden = bad.choices.filter { $0.hidden != nil }
    let explained = bad.recording.diagnosis.findings.filter { $0.isPrimary && !$0.connections.isEmpty }.max { $0.severity < $1.severity }
    if let id = explained?.connections.first, let one = connections.first(where: { $0.connection?.id == id }) { return one }
    if let one = connections.first(where: { $0.outcome == .failed }) { return one }
    // A client that gets no address or no ticket opens no connection.
    if let one = others.first(where: \.hasFailure), connections.allSatisfy({ $0.client != one.client }) { return one }
    return connections.last ?? hidden.first(where: \.hasFailure) ?? hidden.last ?? others.last
  }

  /// One that worked: for the same share, from or to the same host where there is one.
  static func working(_ choices: [Attempt], like other: Attempt?) -> Attempt? {
    func likeness(_ one: Attempt) -> Int {
      guard let other else { return 0 }
      let server = one.connection?.server.address
      return (one.outcome == .established ? 16 : 0) + (one.connection != nil ? 8 : one.hidden != nil ? 6 : 0) + (one.share == other.share && one.share != nil ? 4 : 0)
        + (server == other.connection?.server.address ? 2 : 0) + (one.client == other.client ? 1 : 0)
    }
    return choices.enumerated().max { (likeness($0.element), -$0.offset) < (likeness($1.element), -$1.offset) }?.element
  }
}

extension Attempt {
  /// Of an attempt without a connection: it came to nothing.
  var hasFailure: Bool { facts.contains(where: \.isFailure) }
}
