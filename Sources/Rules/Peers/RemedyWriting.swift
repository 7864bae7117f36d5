extension [Remedy] {
  /// The remedies that can exist between these two peers, those for just this software first, with the names of the case in
  /// their commands. Unknown peers keep all; with names that are not known the placeholders stay.
  ///
  /// - Parameter count: of remedies that keep their places at the front.
  package func written(for facts: RemedyFacts, keeping count: Int = 0) -> [Remedy] {
    let first = prefix(count).flatMap { $0.chosen(for: facts.peers) }
    var chosen = first + dropFirst(count).flatMap { $0.chosen(for: facts.peers) }.ordered(for: facts.peers)
    // Every finding has a step.
    if chosen.isEmpty { chosen = [Remedy.serverLogs, .clientLogs].flatMap { $0.chosen(for: facts.peers) } }
    return chosen.withoutRepetition.map { $0.filled(from: facts) }
  }

  /// Those that are for some software change places among themselves; what is for any keeps its own.
  private func ordered(for peers: Peers) -> [Remedy] {
    let places = indices.filter { !self[$0].fits.isEmpty }
    let specific = places.map { self[$0] }
    let sorted = specific.filter { $0.isExact(for: peers) } + specific.filter { !$0.isExact(for: peers) }
    var remedies = self
    for (place, remedy) in zip(places, sorted) { remedies[place] = remedy }
    return remedies
  }

  private var withoutRepetition: [Remedy] {
    var seen: Set<String> = []
    // The same command for two reasons is one step.
    return filter { seen.insert($0.command ?? $0.text).inserted }
  }
}

extension String {
  /// The same for the account of a computer.
  fileprivate var ofComputer: String {
    replacing("Get-ADUser USER", with: "Get-ADComputer USER").replacing("samba-tool user show USER", with: "samba-tool computer show USER")
  }
}

extension Remedy {
  private enum Fit {
    case impossible, unknown, general, exact
  }

  /// A peer that is only possible drops nothing.
  private func fit(_ peers: Peers) -> Fit {
    guard !fits.isEmpty else { return .general }
    let known = [PeerSide.client, .server].compactMap { side -> System? in
      guard fits.contains(where: { $0.side == side }), let peer = peers[side], peer.confidence >= .likely else { return nil }
      return peer.system
    }
    if known.contains(where: fits.contains) { return .exact }
    return known.isEmpty ? .unknown : .impossible
  }

  fileprivate func isExact(for peers: Peers) -> Bool {
    [peers.client, peers.server].contains { $0?.system.map(fits.contains) ?? false }
  }

  /// Itself, what takes its place, both, or nothing.
  fileprivate func chosen(for peers: Peers) -> [Remedy] {
    let exact = variants.filter { $0.fit(peers) == .exact }
    switch fit(peers) {
    case .impossible: return exact
    case .unknown: return exact + [self]
    case .general: return exact.isEmpty ? [self] : exact
    case .exact: return [self] + exact
    }
  }

  fileprivate func filled(from facts: RemedyFacts) -> Remedy {
    guard let command, CommandLine.hasPlaceholders(command) else { return self }
    // Who names no domain has an account of the server.
    let computer = facts.user?.hasSuffix("$") == true ? facts.user.map { String($0.dropLast()) } : nil
    let template = computer == nil ? command : command.ofComputer
    let line = CommandLine(facts.domain == "" ? template.replacing(#"DOMAIN\USER"#, with: "USER") : template)
    var remedy = self
    remedy.command = line.filled { placeholder in
      switch placeholder {
      // An alias is added to the host that it is not the name of.
      case .server where CommandLine.has(.alias, in: command): facts.alias == nil ? nil : facts.hostName
      case .server: isOfComputerAccount(command) ? facts.computerAccount : facts.server
      case .share: facts.share
      // These take the name without its domain.
      case .user where command.contains("USER@REALM") || command.hasPrefix("pdbedit"): facts.user.map { String($0.prefix { $0 != "@" }) }
      case .user where template != command: computer
      case .user: facts.user
      // A domain before a user who is not known would be made up.
      case .domain where command.contains(#"DOMAIN\USER"#):
        facts.user == nil ? nil : facts.domain.flatMap { $0.isEmpty ? nil : $0 } ?? facts.serverDomain
      case .domain: facts.directory
      case .realm: facts.realm
      case .name: facts.server.flatMap { $0.isAddressLiteral ? nil : $0 }
      // A name that is not registered is the alias, where nothing tells the server's own.
      case .alias: facts.alias ?? (facts.hostName == nil ? facts.server.flatMap { $0.isAddressLiteral ? nil : $0 } : nil)
      case .controller: facts.kdc
      }
    }
    return remedy
  }

  /// The directory knows computers by the names of their accounts.
  private func isOfComputerAccount(_ command: String) -> Bool {
    command.hasPrefix("Get-ADComputer") || command.hasPrefix("samba-tool computer") || command.hasPrefix("net ads search -P '(sAMAccountName=SERVER$)'")
  }

  /// With those that take its place elsewhere, where it does not speak for all of them itself.
  package var all: [Remedy] { fits.isEmpty ? [self] : [self] + variants }
}
