import Protocols

/// A code of Windows, Kerberos or a mount, and the rules that are about it.
struct KnownCode: Sendable {
  enum Kind: String, Sendable {
    case status = "NTSTATUS"
    case kerberos = "Kerberos error"
    case windows = "Windows error"
    case errno = "error of a Linux mount"
    case event = "Windows event"
  }

  var kind: Kind
  var number: UInt32
  var name: String?
  /// One sentence, or the log of an event.
  var meaning: String?
  var rules: [String]

  init(_ kind: Kind, _ number: UInt32, _ name: String?, _ meaning: String?, _ rules: [String]) {
    (self.kind, self.number, self.name, self.meaning, self.rules) = (kind, number, name, meaning, rules)
  }

  var hit: LookUp.Hit {
    let shown: String =
      switch kind {
      case .status: NTStatus(rawValue: number).description.replacing("\(name ?? "") (", with: "").replacing(")", with: "")
      case .errno: "-\(number)"
      case .windows where number > 0xffff: "0x" + String(number, radix: 16, uppercase: true)
      default: "\(number)"
      }
    return LookUp.Hit(
      ["\(kind.rawValue) \(shown)", name].compactMap(\.self).joined(separator: ", ") + (meaning.map { ": \($0)" } ?? ""), rules)
  }

  /// By its whole name, or without the part that all of its kind have.
  func isNamed(_ word: String) -> Bool {
    guard let name = name?.uppercased() else { return false }
    if name == word { return true }
    switch kind {
    // NT_STATUS_… is how Samba writes it.
    case .status: return name == "STATUS_" + word || "NT_" + name == word
    case .kerberos: return ["KDC_ERR_", "KRB_AP_ERR_", "KRB_ERR_"].contains { name == $0 + word }
    case .windows: return name == "ERROR_" + word
    case .errno, .event: return false
    }
  }

  static let all: [KnownCode] = statuses + kerberosErrors + windowsErrors + mountErrors + events
}

extension KnownCode {
  /// Rules about statuses that no family lists, because more than the status decides.
  private static let decisiveStatuses: [UInt32: [String]] = [
    0xC000_0022: [
      "tree-access-denied", "auth-access-denied", "auth-spn-hardening", "guest-cannot-sign", "tree-encryption-required",
      "encryption-required-session", "create-root-access-denied", "vni-rejected-status", "session-binding-failed",
    ],
    0xC000_035C: ["session-expired"],
    0xC000_0257: ["tree-dfs-not-covered", "dfs-target-unreachable"],
    0xC000_0203: ["session-deleted", "tree-session-deleted"],
    0xC000_000D: ["negotiate-invalid-parameter", "vni-rejected-status"],
    0xC05D_0000: ["negotiate-no-preauth-hash"],
    0xC000_00BB: ["negotiate-no-common-dialect", "auth-ntlm-blocked"],
    0xC000_006D: ["kerberos-ap-modified", "auth-wrong-identity-sent"],
  ]

  /// Statuses that have a name, each with the families that list it.
  static let statuses: [KnownCode] = {
    var rules = decisiveStatuses
    for family in Rule.sessionFamilies + Rule.treeFamilies {
      for code in family.codes { rules[code, default: []].append(family.id) }
    }
    // The family says first what the status is; where more decides, that list comes first.
    let ordered = Dictionary(
      uniqueKeysWithValues: rules.map { code, ids in
        (code, code == 0xC000_0022 ? ids : ids.filter { isFamily($0) } + ids.filter { !isFamily($0) })
      })
    let others = ["session-setup-other-status", "tree-other-status", "negotiate-error-status"]
    let codes = Set(NTStatus.names.keys.filter { $0 >> 30 == 3 }).union(rules.keys).subtracting([0xC000_0016])
    return codes.sorted().map { code in
      let status = NTStatus(rawValue: code)
      return KnownCode(.status, code, status.name, status.meaning, ordered[code]?.withoutRepetition ?? others)
    }
  }()

  private static func isFamily(_ id: String) -> Bool {
    (Rule.sessionFamilies + Rule.treeFamilies).contains { $0.id == id }
  }

  /// Codes that are a step on the way, or that something else than a family is about.
  private static let otherKerberosRules: [UInt32: [String]] = [
    25: ["kerberos-preauth-not-followed", "kerberos-etype"],
    24: ["kerberos-preauth-failed"],
    31: ["kerberos-ap-modified", "kerberos-preauth-failed", "kerberos-clock-skew"],
    52: ["kerberos-response-too-big"],
    68: ["kerberos-wrong-realm-unresolved", "kerberos-referral-loop"],
    91: ["kerberos-preauth-not-followed"],
    7: ["kerberos-spn-not-found", "kerberos-missing-spn-for-cname", "kerberos-fallback-to-ntlm"],
    37: ["kerberos-clock-skew", "server-clock-offset"],
  ]

  static let kerberosErrors: [KnownCode] = KerberosErrorCode.names.keys.filter { $0 > 0 }.sorted().map { number in
    let code = KerberosErrorCode(rawValue: number)
    let families = KerberosFamily.all.filter { $0.codes.contains(number) }.map(\.id)
    let rules = (otherKerberosRules[UInt32(number)] ?? []) + families
    return KnownCode(
      .kerberos, UInt32(number), code.name, code.meaning, rules.isEmpty ? ["kerberos-other-error"] : rules.withoutRepetition)
  }
}

extension [String] {
  fileprivate var withoutRepetition: [String] {
    var seen: Set<String> = []
    return filter { seen.insert($0).inserted }
  }
}
