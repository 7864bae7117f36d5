import Diagnosis
import Packets
import Rules
import Transcripts

extension Report {
  /// Writes `smbdx-report/1`, for which `Schema/smbdx-report-1.schema.json` is the contract.
  package func writeJSON(to write: @escaping (String) -> Void) {
    let json = JSONWriter(.indented, write: write)
    json.object {
      json.head(schema: Self.schema, toolVersion: toolVersion)
      json.object("capture") { capture.write(to: json, files: files) }
      if let shown { json.object("shown") { shown.write(to: json) } }
      json.array("connections") { for connection in connections { json.object { connection.write(to: json) } } }
      json.array("cases") { for one in cases { json.object { one.write(to: json) } } }
      json.array("findings") { for finding in findings { json.object { finding.write(to: json, of: self) } } }
      let overview = Overview(self)
      json.array("groups") { for group in overview.groups { json.object { group.write(to: json, in: overview) } } }
      diagnosis.responseTimes.write(to: json)
      json.object("summary") { summary.write(to: json) }
    }
  }
}

extension CaptureFacts {
  func write(to json: JSONWriter, files: [String]) {
    json.member("files", files)
    json.member("frames", frames)
    json.member("bytes", bytes)
    json.member("linkTypes", linkTypes)
    json.member("firstTime", firstTime?.rfc3339)
    json.member("lastTime", lastTime?.rfc3339)
    json.member("complete", isComplete)
    json.object("limitsReached") {
      for (name, count) in limitsReached.sorted(by: { $0.key < $1.key }) { json.member(name, count) }
    }
    json.array("warnings") {
      for warning in warnings {
        json.object {
          json.member("message", warning.message)
          json.member("file", warning.file)
          json.member("frame", warning.frame)
          json.member("byte", warning.byte)
        }
      }
    }
    json.object("counts") {
      if let rejectedFrames { json.member("rejectedFrames", rejectedFrames) }
      json.member("tcpConnections", tcpConnections)
      json.member("fragments", fragments.fragments)
      json.member("fragmentedPackets", fragments.reassembled)
      json.member("incompletePackets", fragments.incomplete)
      json.member("conflictingFragments", fragments.conflicts)
      json.member("malformedFrames", malformedFrames)
      json.member("truncatedFrames", truncatedFrames)
      if lostPackets > 0 { json.member("lostPackets", lostPackets) }
      if let wrongChecksums { json.member("wrongChecksums", wrongChecksums) }
      json.member("conflictingSegments", conflictingSegments)
      json.member("unreadableMessages", unreadableMessages)
      json.member("unreadableKerberosMessages", unreadableKerberosMessages)
    }
  }
}

extension DiagnosedConnection {
  func write(to json: JSONWriter) {
    writeFacts(to: json)
    json.array("notChecked") {
      for entry in notChecked {
        json.object {
          json.member("reason", entry.reason)
          json.member("rules", entry.rules)
          json.member("needs", entry.needs)
        }
      }
    }
    json.array("unreadable") { for message in unreadable { json.object { message.write(to: json) } } }
    if !proofs.isEmpty { json.array("proofs") { for proof in proofs { json.object { proof.write(to: json) } } } }
  }

  /// Without what could not be judged.
  func writeFacts(to json: JSONWriter) {
    json.member("id", id)
    json.member("transport", "tcp")
    json.member("tcpStream", tcpStream)
    json.member("communityId", communityID(client, server))
    json.object("client") { client.write(to: json, name: clientName) }
    json.object("server") { server.write(to: json, name: serverName) }
    json.member("firstFrame", firstFrame)
    json.member("lastFrame", lastFrame)
    json.member("firstTime", startTime.rfc3339)
    json.member("lastTime", endTime.rfc3339)
    json.member("protocol", dialectFamily)
    json.member("dialect", dialect)
    let peers = Peers(brief.peerTraits)
    write(peers.client, as: "clientSoftware", to: json)
    write(peers.server, as: "serverSoftware", to: json)
    writeIdentity(to: json)
    json.member("shares", shares)
    json.object("stages") {
      for (stage, outcome) in stageOutcomes { json.member(stage.rawValue, outcome.rawValue) }
    }
    json.member("outcome", outcome.rawValue)
    json.member("overcome", isSuperseded)
    writeEnding(to: json)
  }

  private func write(_ peer: PeerIdentity?, as key: String, to json: JSONWriter) {
    guard let peer else { return json.null(key) }
    json.object(key) { peer.write(to: json) }
  }

  private func writeIdentity(to json: JSONWriter) {
    guard let identity else { return json.null("identity") }
    json.object("identity") {
      json.member("mechanism", identity.mechanism?.rawValue)
      json.member("user", identity.user)
      json.member("domain", identity.domain)
      json.member("workstation", identity.workstation)
      json.member("service", identity.service)
      json.member("anonymous", identity.isAnonymous)
      json.member("guest", isGuest)
    }
  }

  private func writeEnding(to json: JSONWriter) {
    guard let ending else { return json.null("ended") }
    json.object("ended") {
      json.member("by", ending.peer.rawValue)
      json.member("how", ending.kind.rawValue)
      json.member("frame", ending.frame)
    }
  }
}

extension DiagnosedCase {
  func write(to json: JSONWriter) {
    json.member("id", id)
    json.member("client", client.description)
    json.member("server", server.description)
    json.member("serverNames", serverNames)
    json.member("connections", connections)
    json.member("overcome", superseded)
    json.member("outcome", outcome.rawValue)
    json.member("primary", primary)
  }
}

extension UnreadableMessage {
  fileprivate func write(to json: JSONWriter) {
    json.member("frame", frame)
    json.member("byte", error.offset)
    json.member("sender", sender.rawValue)
    json.member("message", description)
  }
}

extension Endpoint {
  fileprivate func write(to json: JSONWriter, name: String?) {
    json.member("address", address.description)
    json.member("port", Int(port))
    if let name { json.member("name", name) }
  }
}

extension Summary {
  func write(to json: JSONWriter) {
    json.member("connections", connections)
    json.member("failed", failed)
    json.member("overcome", superseded)
    json.member("critical", critical)
    json.member("error", error)
    json.member("warning", warning)
    json.member("info", info)
    json.member("established", established)
    json.member("inconclusive", inconclusive)
    json.member("notSMB", notSMB)
  }
}
