import Protocols

/// A command with placeholders, and the names of a case put in their places: quoted for the shell it is for. Names come
/// from the network; what cannot be quoted beyond doubt leaves the placeholder where it is.
struct CommandLine {
  /// Who takes the command apart.
  enum Shell {
    case posix, powerShell
    /// A program of Windows, which is called from cmd as well as from PowerShell.
    case windows
  }

  enum Placeholder: String, CaseIterable {
    case server = "SERVER"
    case share = "SHARE"
    case user = "USER"
    case domain = "DOMAIN"
    case realm = "REALM"
    case name = "NAME"
    case alias = "ALIAS"
    /// A domain controller, or another KDC.
    case controller = "DC"

    /// Names of hosts and domains have few characters; those of users and shares nearly all.
    var isPlain: Bool { self != .share && self != .user }
  }

  let template: String
  var shell: Shell { Shell(template) }

  init(_ template: String) { self.template = template }

  /// Most commands have none and stay as they are.
  static func hasPlaceholders(_ command: String) -> Bool { parts(of: command[...]).contains { $0.placeholder != nil } }

  static func has(_ placeholder: Placeholder, in command: String) -> Bool {
    parts(of: command[...]).contains { $0.placeholder == placeholder }
  }

  /// - Parameter value: nil for what is not known.
  func filled(_ value: (Placeholder) -> String?) -> String {
    words.map { filled($0, value) }.joined(separator: " ")
  }

  /// Split at the spaces that stand in no quotes; these come back between the words.
  private var words: [Substring] {
    var words: [Substring] = []
    let bytes = template.utf8
    var start = bytes.startIndex
    var quote: UInt8?
    for index in bytes.indices {
      let byte = bytes[index]
      if let open = quote {
        if byte == open { quote = nil }
      } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
        quote = byte
      } else if byte == UInt8(ascii: " ") {
        words.append(template[start..<index])
        start = bytes.index(after: index)
      }
    }
    return words + [template[start...]]
  }

  private func filled(_ word: Substring, _ value: (Placeholder) -> String?) -> String {
    let parts = Self.parts(of: word)
    guard parts.contains(where: { $0.placeholder != nil }) else { return String(word) }
    let isQuoted = word.utf8.contains(UInt8(ascii: "'")) || word.utf8.contains(UInt8(ascii: "\""))
    var text = ""
    var needsQuotes = false
    for part in parts {
      guard let placeholder = part.placeholder, let name = value(placeholder), isFit(name, for: placeholder) else {
        text += part.text
        continue
      }
      if name.isPlainName {
        text += name
      } else if isQuoted {
        // Only single quotes hold every character.
        guard word.hasPrefix("'"), word.hasSuffix("'"), shell != .windows else { return String(word) }
        text += escaped(name)
      } else {
        text += shell == .windows ? name : escaped(name)
        needsQuotes = true
      }
    }
    guard needsQuotes else { return text }
    // What ends the command in the template is no part of the name; a name may end in the same way.
    let isEnd = word.hasSuffix(";")
    if isEnd { text.removeLast() }
    // The rest of the word is ours and has no quotes; only what stands behind a flag's "=" would be taken apart.
    return (shell == .windows ? "\"\(text)\"" : "'\(text)'") + (isEnd ? ";" : "")
  }

  /// Inside single quotes.
  private func escaped(_ name: String) -> String {
    switch shell {
    case .posix: name.replacing("'", with: #"'\''"#)
    // PowerShell takes typographic quotes for quotes, too.
    case .powerShell: String(name.flatMap { "'\u{2018}\u{2019}\u{201a}\u{201b}".contains($0) ? [$0, $0] : [$0] })
    case .windows: name
    }
  }

  private func isFit(_ name: String, for placeholder: Placeholder) -> Bool {
    guard !placeholder.isPlain else { return name.isPlainName }
    guard name.isQuotableName else { return false }
    guard shell == .windows else { return true }
    // In double quotes cmd expands %, PowerShell $ and the back-tick; a $ at the end is none of a variable.
    return name.unicodeScalars.enumerated().allSatisfy { index, scalar in
      scalar.properties.isAlphabetic || scalar.properties.numericType == .decimal || " ._-#+@~".unicodeScalars.contains(scalar)
        || scalar == "$" && index == name.unicodeScalars.count - 1
    }
  }

  /// A word, taken apart at its placeholders.
  private static func parts(of word: Substring) -> [(text: Substring, placeholder: Placeholder?)] {
    var parts: [(text: Substring, placeholder: Placeholder?)] = []
    let bytes = word.utf8
    var (open, index) = (bytes.startIndex, bytes.startIndex)
    while index < bytes.endIndex {
      let start = index
      // DOMAIN-CONTROLLER is no DOMAIN.
      while index < bytes.endIndex, isOfName(bytes[index]) { bytes.formIndex(after: &index) }
      if start < index, let placeholder = Placeholder(rawValue: String(word[start..<index])) {
        if open < start { parts.append((word[open..<start], nil)) }
        parts.append((word[start..<index], placeholder))
        open = index
      }
      if index < bytes.endIndex { bytes.formIndex(after: &index) }
    }
    if open < index { parts.append((word[open...], nil)) }
    return parts
  }

  private static func isOfName(_ byte: UInt8) -> Bool {
    switch UnicodeScalar(byte) {
    case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
    default: false
    }
  }
}

extension CommandLine.Shell {
  private static let programsOfWindows: Set<String> = [
    "certutil", "cmdkey", "fltmc", "icacls", "ipconfig", "net use", "net view", "netdom", "nltest", "ping -f", "pktmon",
    "setspn", "w32tm", "klist purge", "nslookup",
  ]

  /// `Get-SmbShare`: a verb and a noun, both with capitals.
  private static func isCmdlet(_ word: String) -> Bool {
    let parts = word.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.count == 2, let verb = parts[0].first, let noun = parts[1].first else { return false }
    let (capitals, small) = (UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"))
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    return capitals.contains(verb) && capitals.contains(noun) && parts[0].count > 1 && parts[1].count > 1
      && parts[0].dropFirst().allSatisfy(small.contains)
      && parts[1].allSatisfy { capitals.contains($0) || small.contains($0) || digits.contains($0) }
  }

  init(_ template: String) {
    let words = template.split(separator: " ", maxSplits: 2).map(String.init)
    let first = words.first ?? ""
    if Self.isCmdlet(first) {
      self = .powerShell
    } else {
      self = Self.programsOfWindows.contains(first) || Self.programsOfWindows.contains(words.prefix(2).joined(separator: " "))
        ? .windows : .posix
    }
  }
}

extension String {
  /// Letters, digits, dots, hyphens and underscores of ASCII, not like an option: the same to every shell.
  var isPlainName: Bool {
    !isEmpty && utf8.count <= 255 && !hasPrefix("-")
      && utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
          UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
      }
  }

  /// Can stand in quotes and be read by people: no part of a path, nothing that a terminal hides or obeys, no password
  /// behind a %.
  fileprivate var isQuotableName: Bool {
    !isEmpty && unicodeScalars.count <= 128 && !hasPrefix("-") && !hasPrefix(" ") && !hasSuffix(" ")
      && unicodeScalars.allSatisfy { scalar in
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        case .spaceSeparator: scalar == " "
        default: !"/\\%\"".unicodeScalars.contains(scalar)
        }
      }
  }
}
