package import Packets
package import Protocols
package import Transcripts

/// What is kept of a connection to be judged when the rest of the recording is known.
package struct Candidate: Sendable, Codable {
  package var connection: Int
  package var tcpStream: Int
  package var server: Server
  package var clientGUID: GUID
  package var offered: [SMB2Dialect]
  package var chosen: SMB2Dialect
  package var requestFrame: Int
  package var responseFrame: Int
  package var isAdditionalChannel: Bool

  /// By its ServerGuid, since several may stand behind one address; by the address where it tells none.
  package enum Server: Hashable, Sendable, Codable {
    case identified(GUID)
    case at(IPAddress)
  }
}

extension Candidate {
  package init?(_ transcript: borrowing Transcript) {
    guard let negotiation = transcript.negotiation, let request = negotiation.request, let chosen = negotiation.chosen,
      let requestFrame = negotiation.requestStamp?.frame, let responseFrame = negotiation.responseStamp?.frame
    else { return nil }
    let guid = negotiation.response?.serverGUID
    self.init(
      connection: transcript.id, tcpStream: transcript.tcpStream,
      server: guid.flatMap { $0.isZero ? nil : .identified($0) } ?? .at(transcript.server.address),
      clientGUID: request.clientGUID, offered: request.dialects, chosen: chosen, requestFrame: requestFrame,
      responseFrame: responseFrame, isAdditionalChannel: transcript.isAdditionalChannel)
  }

  /// Whether another connection may show more than this one negotiated.
  package var isWorthKeeping: Bool { !isAdditionalChannel && chosen != .smb311 }
}

/// What servers and clients negotiated elsewhere in the recording.
package struct RecordingIndex: Sendable {
  /// Servers and clients remembered; more than a recording of one network has.
  private static let limit = 16_384

  package struct Choice: Sendable {
    package var dialect: SMB2Dialect
    package var frame: Int
  }

  private var highestChoice: [Candidate.Server: Choice] = [:]
  private var longestOffer: [GUID: (dialects: [SMB2Dialect], frame: Int)] = [:]
  package private(set) var limitsReached = 0

  package init() {}

  package mutating func record(_ candidate: Candidate) {
    guard !candidate.isAdditionalChannel else { return }
    if let known = highestChoice[candidate.server], known.dialect >= candidate.chosen {
    } else if highestChoice.count < Self.limit || highestChoice[candidate.server] != nil {
      highestChoice[candidate.server] = Choice(dialect: candidate.chosen, frame: candidate.responseFrame)
    } else {
      limitsReached += 1
    }
    guard !candidate.clientGUID.isZero else { return }
    if let known = longestOffer[candidate.clientGUID], known.dialects.count >= candidate.offered.count { return }
    if longestOffer.count < Self.limit || longestOffer[candidate.clientGUID] != nil {
      longestOffer[candidate.clientGUID] = (candidate.offered, candidate.requestFrame)
    } else {
      limitsReached += 1
    }
  }

  /// The highest dialect this server chose anywhere in the recording.
  package func highestChoice(of server: Candidate.Server) -> Choice? { highestChoice[server] }

  /// The longest list this client offered anywhere; never compared between clients.
  package func longestOffer(of client: GUID) -> (dialects: [SMB2Dialect], frame: Int)? { longestOffer[client] }
}
