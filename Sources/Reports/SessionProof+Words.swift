import Proof
import Protocols
import Rules
import Transcripts

extension SessionProof {
  /// Nothing that keys show is against the session.
  var isAllRight: Bool { client.wrong + server.wrong + sealed == 0 && password != .differs && hasRightMIC != false && ticket?.difference == nil && !hasChannelBindings }

  /// `keys: alice, 24 of 24 signatures right, 18 messages decrypted`
  var words: String {
    var parts = [owner, passwordWords, ticketWords].compactMap(\.self)
    let checked = client.checked + server.checked
    if checked > 0 { parts.append("\(grouped(client.right + server.right)) of \(counted(checked, "signature")) right") }
    let unverified = client.unverified + server.unverified
    if unverified > 0 { parts.append("\(grouped(unverified)) not checked, because they are very long or not whole in the recording") }
    if decrypted > 0 { parts.append("\(counted(decrypted, "message")) decrypted") }
    if sealed > 0 { parts.append("\(counted(sealed, "encrypted message")) not opened by this key") }
    return "keys: " + parts.joined(separator: ", ")
  }

  private var owner: String? { user ?? (hasGivenKey ? "session \(hexadecimal(sessionID))" : nil) }

  private var passwordWords: String? {
    if password == .differs { return "the response does not fit the password in the key file" }
    if hasRightMIC == false { return "the MIC of the logon is wrong" }
    return hasChannelBindings ? "the response is made for a TLS connection" : nil
  }
}

extension SessionProof {
  fileprivate var ticketWords: String? {
    if let difference = ticket?.difference { return "the keytab does not open the ticket: \(difference.words)" }
    guard let opened = ticket?.opened else { return nil }
    guard agreement == nil else { return "a ticket \(opened.pacWords)" }
    return hasKeyOfTicket ? "the keytab opens the ticket" : "the keytab opens the ticket, but not what came with it"
  }

  private var ticketName: String? {
    switch ticket {
    case .opened: "opened"
    case .closed(.version): "other-version"
    case .closed(.encryption): "other-encryption"
    case .closed(.key): "other-key"
    case nil: nil
    }
  }

  func write(to json: JSONWriter) {
    json.member("sessionId", hexadecimal(sessionID))
    json.member("user", user)
    json.member("password", password == .fits ? "fits" : password == .differs ? "differs" : nil)
    json.member("ticket", ticketName)
    if let opened = ticket?.opened { json.member("pac", opened.hasPAC ? opened.userOfPAC ?? "" : nil) }
    if let hasRightMIC { json.member("mic", hasRightMIC ? "good" : "bad") }
    if hasChannelBindings { json.member("channelBindings", true) }
    json.object("client") { client.write(to: json) }
    json.object("server") { server.write(to: json) }
    json.member("decrypted", decrypted)
    json.member("notDecrypted", sealed)
  }
}

extension SessionProof.Signatures {
  fileprivate func write(to json: JSONWriter) {
    json.member("good", right)
    json.member("bad", wrong)
    json.member("notChecked", unverified)
    json.member("firstBadFrame", firstWrong?.frame)
  }
}
