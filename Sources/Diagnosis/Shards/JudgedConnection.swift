import Packets
import Rules
package import Transcripts

/// A connection that was judged by itself: all that the diagnosis of the whole recording needs of it.
package struct JudgedConnection: Sendable, Codable {
  var connection: DiagnosedConnection
  /// With remedies for the two peers.
  var findings: [Finding]
  var candidate: Candidate?
  var unshown: Unshown
  var times: [ResponseTimes.Sample]

  /// From 1, in the order in which the connections of the whole recording ended.
  package var id: Int { connection.id }

  package init(_ transcript: Transcript, _ verdict: ConnectionFindings, _ site: Site) {
    (connection, findings) = DiagnosedConnection.make(transcript, verdict, site) {
      DiagnosedConnection.NotChecked(reason: $0.reason, rules: $1, needs: $0.remedy)
    }
    if !findings.isEmpty {
      let facts = RemedyFacts.Source(transcript)
      for index in findings.indices { findings[index].writeRemedies(from: facts) }
    }
    candidate = verdict.candidate
    unshown = Unshown(transcript)
    times = ResponseTimes.samples(of: transcript)
  }
}

/// What is counted of a connection, whether it is listed or not.
struct Unshown: Sendable, Codable {
  var connectionState: Int
  var gaps: Int
  var compressedMessages: Int
  var conflictingSegments: Int
  var unreadableMessages: Int

  init(_ transcript: Transcript) {
    let visibility = transcript.visibility
    connectionState = visibility.limitsReached
    gaps = visibility.lostNotKept
    compressedMessages = transcript.longCompressedMessages
    conflictingSegments = visibility.conflictingSegments
    unreadableMessages = transcript.unreadable.count + transcript.unreadableNotKept
  }
}
