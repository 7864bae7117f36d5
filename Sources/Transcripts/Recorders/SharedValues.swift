import Packets
import Protocols

/// What many connections have in common, kept once for all of them.
final class SharedValues {
  /// Kinds of clients and servers with shared values; further ones keep their own copies.
  private static let limit = 1024
  /// No client offers as many dialects; a longer list is not worth keeping.
  private static let longestOffer = 16

  private var offers: Set<[SMB2Dialect]> = []
  private var servers: Set<Boxed<NTLMServerNames>> = []

  /// Puts the common copies into the place of what a connection has for itself, once this command was answered.
  func share(_ transcript: inout Transcript, after command: SMB2Command) {
    if command == .negotiate, let own = transcript.negotiation?.request?.dialects, own.count <= Self.longestOffer {
      transcript.negotiation?.request?.dialects = Self.common(own, among: &offers)
    }
    if command == .sessionSetup, let index = transcript.sessions.indices.last, !transcript.sessions[index].isEstablished,
      let own = transcript.sessions[index].ntlm?.server
    {
      transcript.sessions[index].ntlmExchange[0].server = Self.common(own, among: &servers)
    }
  }

  private static func common<Value: Hashable>(_ own: Value, among values: inout Set<Value>) -> Value {
    values.count < limit ? values.insert(own).memberAfterInsert : values.firstIndex(of: own).map { values[$0] } ?? own
  }
}
