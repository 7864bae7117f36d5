import Rules

extension PeerIdentity {
  /// `{"name": "Samba", "version": "4.x", "confidence": "likely", "signs": ["its ServerGuid is a name"]}`
  func write(to json: JSONWriter) {
    json.member("name", name)
    json.member("version", version)
    json.member("confidence", confidence.rawValue)
    json.member("signs", signs)
  }
}
