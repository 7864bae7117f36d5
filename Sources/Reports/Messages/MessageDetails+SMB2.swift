import Packets
import Protocols

extension MessageDetails {
  init(_ body: SMB2Body?) {
    switch body {
    case .negotiateRequest(let body): read(body)
    case .negotiateResponse(let body): read(body)
    case .sessionSetupRequest(let body):
      read(token: body.securityBuffer)
      add("binding", .flag(body.isBinding))
      if body.previousSessionID != 0 { add("previousSessionID", hexadecimal(body.previousSessionID)) }
      if body.isBinding { say("binds a channel") }
    case .sessionSetupResponse(let body):
      add("sessionFlags", hexadecimal(body.sessionFlags.rawValue))
      if body.sessionFlags.contains(.isGuest) { say("guest") }
      if body.sessionFlags.contains(.isNull) { say("anonymous") }
      if body.sessionFlags.contains(.encryptData) { say("encrypt data") }
      read(token: body.securityBuffer)
    case .treeConnectRequest(let body):
      add("path", body.path)
      say(body.path)
    case .treeConnectResponse(let body): read(body)
    case .ioctlRequest(let body): read(body)
    case .ioctlResponse(let body): read(body)
    case .treeConnectError(let body): read(body)
    case .statusOnly, .empty, nil: break
    }
  }

  private mutating func read(_ body: SMB2NegotiateRequest) {
    let dialects = body.dialects.map(\.hex)
    add("dialects", .texts(dialects))
    addCommon(body.securityMode, body.capabilities, body.clientGUID)
    if !body.contexts.isEmpty { add("contexts", .objects(body.contexts.map(\.fields))) }
    say("dialects \(dialects.joined(separator: " "))")
    say("\(body.securityMode)")
    say(body.contexts.netName.map { "to \($0)" })
  }

  private mutating func read(_ body: SMB2NegotiateResponse) {
    add("dialect", body.dialectRevision.hex)
    addCommon(body.securityMode, body.capabilities, body.serverGUID)
    add("maxTransactSize", .number(UInt64(body.maxTransactSize)))
    add("maxReadSize", .number(UInt64(body.maxReadSize)))
    add("maxWriteSize", .number(UInt64(body.maxWriteSize)))
    add("systemTime", body.systemTime.timestamp?.rfc3339)
    if !body.contexts.isEmpty { add("contexts", .objects(body.contexts.map(\.fields))) }
    say("dialect \(body.dialectRevision.hex)")
    say("\(body.securityMode)")
  }

  private mutating func addCommon(_ mode: SMB2SecurityMode, _ capabilities: SMB2Capabilities, _ guid: GUID) {
    fields += Self.common(mode, capabilities, guid)
  }

  private static func common(
    _ mode: SMB2SecurityMode, _ capabilities: SMB2Capabilities, _ guid: GUID
  ) -> [Field] {
    [
      Field("securityMode", .text(hexadecimal(mode.rawValue))),
      Field("capabilities", .text(hexadecimal(capabilities.rawValue))), Field("guid", .text(guid.description)),
    ]
  }

  private mutating func read(_ body: SMB2TreeConnectResponse) {
    add("shareType", "\(body.shareType)")
    add("shareFlags", hexadecimal(body.shareFlags.rawValue))
    add("capabilities", hexadecimal(body.capabilities))
    add("maximalAccess", hexadecimal(body.maximalAccess))
    say("\(body.shareType), access \(hexadecimal(body.maximalAccess))")
    if body.shareFlags.contains(.encryptData) { say("encrypt data") }
  }

  private mutating func read(_ body: SMB2ErrorResponse) {
    if body.redirectsShare {
      add("redirect", .flag(true))
      say("the share has moved")
    }
    add("maximumDialect", body.maximumDialect?.hex)
  }

  private mutating func read(_ body: SMB2IoctlRequest) {
    addControl(body.controlCode)
    add("referralPath", body.referralPath)
    say(body.referralPath)
    guard let input = body.validateNegotiate else { return }
    let dialects = input.dialects.map(\.hex)
    add(
      "validateNegotiate",
      .object(
        Self.common(input.securityMode, input.capabilities, input.clientGUID) + [Field("dialects", .texts(dialects))]))
    say("dialects \(dialects.joined(separator: " "))")
    say("\(input.securityMode)")
  }

  private mutating func read(_ body: SMB2IoctlResponse) {
    addControl(body.controlCode)
    add("outputCount", .number(UInt64(body.outputCount)))
    if !body.referralTargets.isEmpty {
      add("referralTargets", .texts(body.referralTargets))
      say("targets \(body.referralTargets.joined(separator: ", "))")
    }
    guard let output = body.validateNegotiate else { return }
    add(
      "validateNegotiate",
      .object(
        Self.common(output.securityMode, output.capabilities, output.serverGUID)
          + [Field("dialect", .text(output.dialect.hex))]))
    say("dialect \(output.dialect.hex)")
    say("\(output.securityMode)")
  }

  private mutating func addControl(_ code: SMB2ControlCode) {
    add("controlCode", hexadecimal(code.rawValue))
    say("\(code)")
  }
}

extension SMB2NegotiateContext {
  fileprivate var fields: [MessageDetails.Field] {
    switch self {
    case .preauthIntegrity(let algorithms): named(1, "preauthIntegrity", .numbers(algorithms.map(Int.init)))
    case .encryption(let ciphers): named(2, "encryption", .texts(ciphers.map(\.description)))
    case .compression(let algorithms, let isChained):
      named(3, "compression", .numbers(algorithms.map(Int.init))) + [MessageDetails.Field("chained", .flag(isChained))]
    case .netName(let name): named(5, "netName", .text(name))
    case .transport(let flags): named(6, "transport", .text(hexadecimal(flags)))
    case .rdmaTransform(let transforms): named(7, "rdmaTransform", .numbers(transforms.map(Int.init)))
    case .signing(let algorithms): named(8, "signing", .numbers(algorithms.map(Int.init)))
    case .other(let type): [MessageDetails.Field("type", .number(UInt64(type)))]
    case .unreadable(let error): [MessageDetails.Field("unreadable", .text("\(error.reason)"))]
    }
  }

  private func named(
    _ type: UInt64, _ name: String, _ value: MessageDetails.Value
  ) -> [MessageDetails.Field] {
    [
      MessageDetails.Field("type", .number(type)), MessageDetails.Field("name", .text(name)),
      MessageDetails.Field("value", value),
    ]
  }
}
