extension Rule {
  static let nameRules: [Rule] = [dnsNameNotFound, dnsUnanswered, dnsServerError, netBIOSNameUnanswered, arpUnanswered]
}
