import Protocols
import Transcripts

extension MessageDetails {
  init(_ header: SMB1Header, _ exchange: SMB1Negotiation?, _ body: SMB1Body?) {
    if header.command == .negotiate {
      read(exchange, isResponse: header.isResponse)
    } else {
      isUnreadable = body?.damage != nil
    }
    if isUnreadable { add("unreadable", .flag(true)) }
    for (index, command) in (body?.commands ?? []).enumerated() { read(command, isFirst: index == 0) }
  }

  private mutating func read(_ exchange: SMB1Negotiation?, isResponse: Bool) {
    // The message that was just read left nothing behind.
    isUnreadable = isResponse ? exchange?.response == nil : exchange?.request == nil
    if isResponse {
      add("dialect", .text(exchange?.chosen))
      add("extendedSecurity", .flag(exchange?.response?.hasExtendedSecurity ?? false))
      say(exchange?.chosen)
    } else {
      let dialects = exchange?.request?.dialects ?? []
      add("dialects", .texts(dialects))
      words += dialects
    }
  }

  private mutating func read(_ command: SMB1Body.Command, isFirst: Bool) {
    if !isFirst { say("and \(command.name)") }
    switch command {
    case .sessionSetupRequest(let request):
      switch request.logon {
      case .token(let token): read(token: token)
      case .account(let account):
        add("user", account.name)
        add("domain", account.domain)
        say(account.isAnonymous ? "anonymous" : "\(account.domain)\\\(account.name)")
      }
    case .sessionSetupResponse(let response):
      add("guest", .flag(response.isGuest))
      if response.isGuest { say("guest") }
      if let token = response.token { read(token: token) }
    case .treeConnectRequest(let request):
      add("path", request.path)
      add("service", request.service)
      say(request.path)
    case .treeConnectResponse(let response):
      add("shareType", response.service)
      say(response.service)
    case .other: break
    }
  }
}

extension SMB1Body.Command {
  fileprivate var name: String {
    switch self {
    case .sessionSetupRequest, .sessionSetupResponse: SMB1Command.sessionSetupAndX.description
    case .treeConnectRequest, .treeConnectResponse: SMB1Command.treeConnectAndX.description
    case .other(let command): command.description
    }
  }
}
