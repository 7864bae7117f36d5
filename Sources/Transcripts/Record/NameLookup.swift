package import Packets
package import Protocols

/// A name that a client asked a resolver for, with the repetitions of the query: RFC 1035 4.
package struct NameLookup: Sendable, Codable {
  package struct Service: Hashable, Sendable, Codable {
    package var host: String
    package var port: UInt16
  }

  package var client: IPAddress
  package var resolver: Endpoint
  /// In lower case.
  package var name: String
  package var type: DNSRecordType
  /// The first query, or the answer when no query was captured.
  package var start: FrameStamp
  /// Queries sent; the same packet captured twice counts once.
  package var tries = 1
  package var answer: FrameStamp?
  package var responseCode: DNSResponseCode?
  /// The names that the name is an alias of, one after the other; the last one is the host's own.
  package var aliases: [String] = []
  package var addresses: [IPAddress] = []
  package var services: [Service] = []
  /// The name exists, without what was asked for.
  package var hasNoData = false
  /// The resolver answers with no error and with nothing but the names of an alias, which leaves a client with nothing as well.
  package var isEmpty = false
  /// The resolver's host, or a router, says by ICMP that the question did not arrive.
  package var refusal: FrameStamp?
  /// The answer did not fit into UDP, was cut, or could not be read to its end.
  package var isIncomplete = false
  /// Nanoseconds without an answer, up to the end of the recording.
  package var waited = TimeSpan.zero
  /// The client got an address of the same name, for the other version of IP or later.
  package var hasOtherAddress = false
  /// A connection with SMB of the same client is in the recording.
  package var isBesideSMB = false
}

extension NameLookup {
  package var isAnswered: Bool { answer != nil }

  /// The resolver knows nothing of the type asked for: no such name, or no such data.
  package var foundNothing: Bool {
    isAnswered && !isIncomplete && addresses.isEmpty && (responseCode == .nameError || hasNoData || isEmpty)
  }

  /// The resolver answers that it cannot, or will not, answer.
  package var isServerError: Bool {
    isAnswered && !isIncomplete && addresses.isEmpty && responseCode.map { $0 != .noError && $0 != .nameError } ?? false
  }

  /// The host's own name, when the name asked for is an alias.
  package var canonicalName: String? { aliases.last }
}

