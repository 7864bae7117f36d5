import Packets
import Protocols

// What is kept of messages of KDCs, with names and text of limited length: a hostile one may hold 100 KiB of them.

extension KerberosRequestFacts {
  init(_ request: KerberosKDCRequest, isInitial: Bool, _ stamp: FrameStamp) {
    let limit = KerberosRecorder.Limit.text
    self.init(
      stamp: stamp, isInitial: isInitial, cname: request.cname?.description.clipped(to: limit),
      realm: request.realm.clipped(to: limit), sname: request.sname?.description.clipped(to: limit) ?? "",
      etypes: Array(request.etypes.prefix(KerberosRecorder.Limit.etypes)),
      hasPreauthentication: request.hasPreauthentication, proofEtype: request.proofEtype,
      presented: request.presentedTicket.map {
        KerberosKeyUse(ticketEtype: $0.encPart.etype, kvno: $0.encPart.kvno, sessionEtype: request.authenticator?.etype)
      }, isArmored: request.isArmored, options: request.kdcOptions, nonce: request.nonce)
  }
}

extension KerberosError {
  func clipped(to limit: Int) -> Self {
    var copy = self
    copy.crealm = crealm?.clipped(to: limit)
    copy.realm = realm?.clipped(to: limit)
    copy.eText = eText?.clipped(to: limit)
    copy.cname = cname?.clipped(to: limit)
    copy.sname = sname?.clipped(to: limit)
    copy.eData?.padata = Array((eData?.padata ?? []).prefix(KerberosRecorder.Limit.etypes))
    copy.eData?.offeredEtypes = Array((eData?.offeredEtypes ?? []).prefix(KerberosRecorder.Limit.etypes))
    return copy
  }
}

extension KerberosPrincipal {
  fileprivate func clipped(to limit: Int) -> Self {
    var copy = self
    copy.components = components.prefix(8).map { $0.clipped(to: limit) }
    return copy
  }
}

extension String {
  func clipped(to limit: Int) -> String { utf8.count <= limit ? self : String(prefix(limit)) }
}
