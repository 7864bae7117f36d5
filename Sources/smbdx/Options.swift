import ArgumentParser
import Diagnosis
import Packets
import Reports
import Rules
import Transcripts

/// What is read.
struct InputOptions: ParsableArguments {
  @Argument(
    help: "Capture files (also compressed), Windows .etl traces, text of packets in hex, or directories. Several files form one recording, ordered by time. “-” is standard input.",
    completion: .file())
  var files: [String] = []

  @Option(name: .customShort("r"), help: ArgumentHelp("A capture file, as in tcpdump -r.", valueName: "file"), completion: .file())
  var read: [String] = []

  @Option(
    name: .customShort("f"),
    help: ArgumentHelp("A capture filter, as in pcap-filter(7). Rejected frames still count, so frame numbers agree with Wireshark; the report has no tcp.stream numbers.", valueName: "filter"))
  var filter: String?

  @OptionGroup var sandbox: SandboxOption

  var paths: [String] { files + read }

  func validate() throws {
    guard !paths.isEmpty else { throw ValidationError("Give a capture file, or “-” for standard input.") }
  }
}

/// Whether the program has to be confined.
struct SandboxOption: ParsableArguments {
  @Flag(help: "Exit if this system cannot confine the program (Landlock and seccomp), instead of continuing unconfined.")
  var requireSandbox = false

  /// - Parameter missing: what the system cannot do, as sentences.
  func accept(_ missing: [String]) throws {
    guard !requireSandbox || missing.isEmpty else {
      throw OutputError(description: missing.joined(separator: "; ") + " (--require-sandbox)")
    }
  }
}

/// How frames are followed.
struct TrackingOptions: ParsableArguments {
  /// As many as the numbers of the table's slots can tell apart, and more memory than any computer has.
  private static let connections = 1...(1 << 24)

  @Flag(help: "Ignore packets with wrong IP, TCP or UDP checksums. Do not use this for captures made on one of the two hosts: their network card fills in the checksums later.")
  var checksums = false

  @Option(help: ArgumentHelp("How many connections to follow at the same time. New connections replace those that were silent longest.", valueName: "count"))
  var maxConnections = ConnectionTable.Limit.connections

  func validate() throws {
    guard Self.connections.contains(maxConnections) else {
      throw ValidationError("--max-connections must be a number from 1 to \(Self.connections.upperBound).")
    }
  }

  func values(_ settings: Settings) -> Tracker.Options {
    var values = Tracker.Options()
    values.verifiesChecksums = checksums
    values.maximumConnections = maxConnections
    values.ports = settings.ports
    return values
  }
}

/// How results are shown.
struct ColorOption: ParsableArguments {
  enum When: String, ExpressibleByArgument, CaseIterable {
    case auto, always, never
  }

  @Option(help: ArgumentHelp("Colour: auto (on terminals, unless NO_COLOR is set), always or never.", valueName: "when"))
  var color: When = .auto

  init() {}

  init(when color: When) { self.color = color }
}

/// Which rules run.
struct RuleOptions: ParsableArguments {
  /// Asked for when a shell completes, not at every start.
  private static let identifiers = CompletionKind.custom { _, _, _ in Rule.all.map(\.id) }

  @Option(
    help: ArgumentHelp("Rules to run: identifiers, separated by commas. “vni-*” means all rules that begin with “vni-”. The default is all rules.", valueName: "ids"),
    completion: Self.identifiers)
  var select: [String] = []

  @Option(help: ArgumentHelp("Rules to skip, in the same form.", valueName: "ids"), completion: Self.identifiers)
  var ignore: [String] = []

  func validate() throws {
    // A variable that is not set must not mean all rules.
    guard select.isEmpty || !Self.patterns(select).isEmpty else { throw ValidationError("--select needs a rule.") }
    for pattern in Self.patterns(select) + Self.patterns(ignore) where !Rule.all.contains(where: { $0.matches(pattern) }) {
      throw ValidationError(Rule.unknown(pattern))
    }
  }

  /// Those that run, as the settings want them. What is selected here replaces what is selected there; what is left out
  /// here is left out too.
  func rules(_ settings: Settings) -> [Rule] {
    let selected = select.isEmpty ? settings.select : Self.patterns(select)
    let ignored = settings.ignore + Self.patterns(ignore)
    let chosen = Rule.all.filter { rule in
      (selected.isEmpty || selected.contains(where: rule.matches)) && !ignored.contains(where: rule.matches)
    }
    guard !settings.thresholds.isEmpty || !settings.severities.isEmpty else { return chosen }
    return chosen.map { rule in
      let tuned = settings.thresholds[rule.id].map(rule.tuned) ?? rule
      return settings.severities[rule.id].map(tuned.graded) ?? tuned
    }
  }

  private static func patterns(_ values: [String]) -> [String] {
    values.flatMap { $0.split { $0 == "," || $0 == " " }.map(String.init) }
  }
}

extension Severity: ExpressibleByArgument {}

/// The severity from which findings make the exit status 1.
enum Threshold: String, ExpressibleByArgument, CaseIterable {
  case critical, error, warning, info, never

  func isReached(by severity: Severity?) -> Bool {
    guard let severity, let threshold = Severity(rawValue: rawValue) else { return false }
    return severity >= threshold
  }
}
