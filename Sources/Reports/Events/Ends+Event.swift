import Algorithms
import Diagnosis
import Packets
import Transcripts

extension DiagnosedConnection {
  /// Who spoke to whom, and as which user.
  ///
  /// - Parameter names: further ones of the server.
  func writeEnds(names: [String], to json: JSONWriter) {
    json.object("network") {
      json.member("transport", "tcp")
      json.member("type", client.address.isIPv4 ? "ipv4" : "ipv6")
      json.member("protocol", "smb")
      json.member("community_id", communityID(client, server))
    }
    for (name, end) in [("source", client), ("client", client), ("destination", server), ("server", server)] {
      json.object(name) { end.writeEvent(to: json) }
    }
    let user = identity?.user.flatMap { $0.isEmpty ? nil : $0 }
    if let user {
      json.object("user") {
        json.member("name", user)
        if let domain = identity?.domain, !domain.isEmpty { json.member("domain", domain) }
      }
    }
    json.object("related") {
      json.member("ip", [client, server].map(\.address.description).uniqued().map(\.self))
      let hosts = hostNames(and: names)
      if !hosts.isEmpty { json.member("hosts", hosts) }
      if let user { json.member("user", [user]) }
    }
  }

  private func hostNames(and names: [String]) -> [String] {
    let ofShares = shares.compactMap { $0.split(separator: "\\").first.map(String.init) }
    let all = [clientName, identity?.workstation, serverName].compactMap(\.self) + names + ofShares
    return all.filter { !$0.isEmpty && $0 != server.address.description }.uniqued().map(\.self)
  }
}

extension Endpoint {
  fileprivate func writeEvent(to json: JSONWriter) {
    json.member("address", address.description)
    json.member("ip", address.description)
    json.member("port", Int(port))
  }
}

extension IPAddress {
  /// The one who asked, where no connection is known.
  func writeClient(to json: JSONWriter) {
    for name in ["source", "client"] {
      json.object(name) {
        json.member("address", description)
        json.member("ip", description)
      }
    }
    json.object("related") { json.member("ip", [description]) }
  }
}
