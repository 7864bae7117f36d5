extension Rule {
  static let nameRules: [Rule] = [dnsNameNotFound, dnsUnanswered]
}
