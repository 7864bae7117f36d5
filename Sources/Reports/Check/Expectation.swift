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
          throw Fault(description: "its schema is “\(digest.schema)”, and this program writes “\(Report.schema)”; renew it with --update")
        }
        self = .report(digest)
      } else {
        if let unknown = keys.filter({ !Contract.keys.contains($0) }).min() {
          throw Fault(description: "there is no key “\(unknown)” in a contract; it has \(Contract.keys.sorted().joined(separator: ", "))")
        }
        let contract = try decoder.decode(Contract.self, from: data)
        if let unknown = contract.unknownRule {
          throw Fault(description: "there is no rule “\(unknown)”; see smbdx rules")
        }
        self = .contract(contract)
      }
    } catch let error as DecodingError {
      throw Fault(description: error.sentence)
    }
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
    case .dataCorrupted(let context): "\(Self.place(context))is no JSON, or not a value that can stand there"
    @unknown default: "it cannot be read"
    }
  }

  private static func place(_ context: Context) -> String {
    let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
    return path.isEmpty ? "it " : "\(path) "
  }
}
