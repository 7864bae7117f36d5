import Packets
import Protocols

/// Values that many connections have in common, kept once for all of them.
final class SharedValues {
  /// Kinds of clients and servers with shared values; further ones keep their own copies.
  fileprivate static let limit = 1024
  /// No client offers as many dialects; a longer list is not worth keeping.
  private static let longestOffer = 16

  private var offers = Pool<[SMB2Dialect]>()
  private var servers = Pool<Boxed<NTLMServerNames>>()

  /// Puts the common copies into the place of what a connection has for itself, once this command was answered.
  func share(_ transcript: inout Transcript, after command: SMB2Command) {
    if command == .negotiate, let own = transcript.negotiation?.request?.dialects, own.count <= Self.longestOffer {
      transcript.negotiation?.request?.dialects = offers.common(own)
    }
    if command == .sessionSetup, let index = transcript.sessions.indices.last, !transcript.sessions[index].isEstablished,
      let own = transcript.sessions[index].ntlm?.server
    {
      transcript.sessions[index].ntlmExchange[0].server = servers.common(own)
    }
  }
}

/// Values of which there are a few, again and again.
private struct Pool<Value: Hashable> {
  private var values: Set<Value> = []
  /// Comparing is faster than looking it up.
  private var last: Value?

  mutating func common(_ own: Value) -> Value {
    if let last, last == own { return last }
    let common = values.count < SharedValues.limit ? values.insert(own).memberAfterInsert : values.firstIndex(of: own).map { values[$0] } ?? own
    last = common
    return common
  }
}
