import Rules

/// Where the specifications lie that rules cite.
enum Reference {
  /// Of Microsoft's open specifications, the first page of each.
  private static let microsoft = [
    "MS-SMB2": "5606ad47-5ee0-437a-817e-70c366052962", "MS-SMB": "f210069c-7086-4dc2-885e-861d837df688",
    "MS-CIFS": "d416ff7c-c536-406e-a951-4f04b2fd1d2b", "MS-NLMP": "b38c36ed-2804-4868-a9ff-8dd3182128e4",
    "MS-KILE": "2a32282e-dd48-4ad9-a542-609804b02cc9", "MS-ERREF": "1bc92ddf-b79e-413c-bbaa-99a5281a6c90",
    "MS-DFSC": "3109f4be-2dbb-42c9-9b8e-0b34f7a2135e", "MS-SPNG": "f377a379-c24f-4a0f-a3eb-0d835389e28a",
    "MS-SMBD": "1ca5f4ae-e5b1-493d-b87d-f4464325e6e3",
  ]

  private static let others = [
    "IANA TCP Parameters": "https://www.iana.org/assignments/tcp-parameters/",
    "draft-ietf-opsawg-pcapng": "https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcapng/",
    "pcap-savefile(5)": "https://www.tcpdump.org/manpages/pcap-savefile.5.html",
  ]

  /// `https://www.rfc-editor.org/rfc/rfc9293` for `RFC 9293 3.5`; nil for what is not on the web, or not known to be.
  static func address(of reference: String) -> String? {
    let words = reference.split(separator: " ")
    guard let first = words.first.map(String.init) else { return nil }
    if let page = microsoft[first] {
      return "https://learn.microsoft.com/en-us/openspecs/windows_protocols/\(first.lowercased())/\(page)"
    }
    if first == "RFC", words.count > 1, let number = Int(words[1].filter(\.isNumber)) {
      return "https://www.rfc-editor.org/rfc/rfc\(number)"
    }
    return others[reference] ?? others[first]
  }
}

extension Rule {
  /// Where to read about what it looks at.
  var address: String? { references.lazy.compactMap(Reference.address).first }
}
