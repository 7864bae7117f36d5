package import Cryptography
import Protocols

/// All keytabs that the user gave.
package struct KeytabRing: Sendable {
  package let ciphers: KerberosCiphers
  package let files: [Keytab]
  /// How many times a key may be tried on a ticket of 2 kB in one recording.
  package let tries: Int

  private enum Limit {
    /// A few seconds of work.
    static let tries = 200_000
  }

  package init(_ ciphers: KerberosCiphers, files: [Keytab], tries: Int? = nil) {
    (self.ciphers, self.files, self.tries) = (ciphers, files, tries ?? Limit.tries)
  }

  /// An opened ticket, and by what.
  struct Find {
    var content: KerberosTicketContent
    var file: Int
    var entry: Keytab.Entry
  }

  /// Tries first the keys that should fit, and then all of the right type: names of a service are many.
  ///
  /// - Parameter tries: what is left of ``tries``; at 0 no key is tried.
  func open(_ request: KerberosPresentation, tries: inout Int) -> Find? {
    for (file, entry) in candidates(request, tries: &tries) {
      guard tries > 0 else { return nil }
      // A long ticket takes as long as many short ones.
      tries -= 1 + request.ticket.bytes.count / 2048
      if let clear = ciphers.decrypt(request.ticket.bytes, ofType: entry.etype, key: entry.key.bytes, .ticket),
        let content = try? KerberosTicketContent(clear)
      {
        return Find(content: content, file: file, entry: entry)
      }
    }
    return nil
  }

  private func candidates(_ request: KerberosPresentation, tries: inout Int) -> [(Int, Keytab.Entry)] {
    guard tries > 0 else { return [] }
    let service = ServiceName(request)
    var ranked: [[(Int, Keytab.Entry)]] = Array(repeating: [], count: 4)
    for file in files.indices {
      // To look at so many names takes as long as to try a key.
      tries -= files[file].entries.count / 32
      for entry in files[file].entries where entry.etype == request.ticket.etype.rawValue {
        let isOther = request.ticket.kvno.map { !entry.isOfVersion($0) } ?? false
        ranked[(entry.service.isMeant(by: service) ? 0 : 2) + (isOther ? 1 : 0)].append((file, entry))
      }
    }
    return ranked.flatMap(\.self)
  }

  /// Why keys of this service do not open its ticket, with the files they are in; nil when there are none.
  func difference(_ request: KerberosPresentation) -> (TicketVerdict.Difference, files: [Int])? {
    let service = ServiceName(request)
    let meant = files.indices.flatMap { file in
      files[file].entries.filter { $0.service.isMeant(by: service) }.map { (file, $0) }
    }
    guard !meant.isEmpty else { return nil }
    let places = Set(meant.map(\.0)).sorted()
    let typed = meant.map(\.1).filter { $0.etype == request.ticket.etype.rawValue }
    guard !typed.isEmpty else {
      let known = Set(meant.map(\.1.etype)).sorted(by: >).map(KerberosEncryptionType.init)
      return (.encryption(ticket: request.ticket.etype, keytab: known), places)
    }
    guard let version = request.ticket.kvno, !typed.contains(where: { $0.isOfVersion(version) }) else {
      return (.key(kvno: request.ticket.kvno), places)
    }
    return (.version(ticket: version, keytab: Set(typed.map(\.kvno)).sorted()), places)
  }
}
