import FoundationEssentials

/// What a capture must give: a whole report, or a contract.
package enum Expectation: Sendable, Equatable {
  case report(ReportDigest)
  case contract(Contract)

  /// Why a file is no expectation, as a sentence.
  package struct Fault: Error, CustomStringConvertible {
    package var description: String
  }

  /// - Throws: ``Fault``.
  package init(json: [UInt8]) throws {
    let data = Data(json)
    let decoder = JSONDecoder()
    do {
      let keys = try decoder.decode([String: Present].self, from: data).keys
      if keys.contains("schema") {
        let digest = try decoder.decode(ReportDigest.self, from: data)
        guard digest.schema == Report.schema else {
          throw Fault(description: "the schema is “\(digest.schema)”, but this program writes “\(Report.schema)”; update it with --update")
        }
        self = .report(digest)
      } else {
        self = .contract(try decoder.decode(Contract.self, from: data))
      }
    } catch let error as DecodingError {
      throw Fault(description: error.sentence)
    }
  }

  /// The file is expected to be no capture.
  package var isOfNoCapture: Bool {
    if case .report(let report) = self { report.findings.contains { $0.rule == "not-a-capture" } } else { false }
  }

  package func differences(to report: Report) -> [Difference] {
    let actual = ReportDigest(report)
    return switch self {
    case .report(let expected): expected.differences(to: actual)
    case .contract(let contract): contract.differences(to: actual)
    }
  }
}

/// Any value, of which only the presence counts.
private struct Present: Decodable {
  init(from _: any Decoder) {}
}

extension DecodingError {
  /// Where in the file, and what is wrong there.
  var sentence: String {
    switch self {
    case .keyNotFound(let key, let context): "\(Self.place(context))lacks “\(key.stringValue)”"
    case .typeMismatch(_, let context), .valueNotFound(_, let context): "\(Self.place(context))has a value of the wrong kind"
    case .dataCorrupted(let context): "\(Self.place(context))is not JSON, or has a value that is not allowed there"
    @unknown default: "it is unreadable"
    }
  }

  private static func place(_ context: Context) -> String {
    let path = place(context.codingPath)
    return path.isEmpty ? "it " : "\(path) "
  }

  /// `must.[0]`
  static func place(_ path: [any CodingKey]) -> String {
    path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
  }
}
