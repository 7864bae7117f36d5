import Packets
import Protocols

// Keys under which requests, failures and steps are found again.
extension KerberosRecorder {
  /// The ends of a flow: UDP answers go back to the client's port.
  struct Flow: Hashable {
    var client: Endpoint
    var kdc: Endpoint
  }

  /// What makes two requests the same one, tried again.
  struct Goal: Hashable {
    var client: IPAddress
    var isInitial: Bool
    var realm: String
    /// nil in a TGS-REQ with a ticket whose issue is not in the recording.
    var user: String?
    var sname: String

    init(_ request: KerberosRequestFacts, of user: String?, _ client: IPAddress) {
      self.client = client
      isInitial = request.isInitial
      realm = request.realm.lowercased()
      self.user = user?.lowercased()
      sname = request.sname.lowercased()
    }

    /// The same of a user who is not known.
    var ofAnyone: Goal {
      var goal = self
      goal.user = nil
      return goal
    }
  }

  /// A service's host by its first label, as one client calls it.
  struct ServiceHost: Hashable {
    var client: IPAddress
    var label: Substring
  }

  /// What a client has to do next.
  struct Step: Hashable {
    enum Kind: Hashable {
      case askOverTCP
      /// nil when the request was not captured.
      case prove(user: String?)
      case askElsewhere(than: String)
      case use(ticket: UInt64)
    }

    var client: IPAddress
    var kind: Kind
  }
}

extension KerberosExchange {
  /// What the answer leaves the client to do; nil when the recording need not show it.
  var step: KerberosRecorder.Step? {
    if let ticket = firstTicket { return KerberosRecorder.Step(client: client, kind: .use(ticket: ticket)) }
    guard isStep else { return nil }
    let kind: KerberosRecorder.Step.Kind =
      switch error?.errorCode {
      case .responseTooBig?: .askOverTCP
      case .wrongRealm?: .askElsewhere(than: request?.realm.lowercased() ?? "")
      default: .prove(user: request?.cname?.lowercased())
      }
    return KerberosRecorder.Step(client: client, kind: kind)
  }

  /// The host of a service that the KDC does not know.
  var unknownHost: KerberosRecorder.ServiceHost? {
    guard error?.errorCode == .serviceUnknown, let fileServer else { return nil }
    return KerberosRecorder.ServiceHost(client: client, label: fileServer.lowercased().prefix { $0 != "." })
  }
}
