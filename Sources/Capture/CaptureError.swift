/// Why a capture cannot be read, as a sentence for a person: what happened, and what to do.
package struct CaptureError: Error, Sendable, CustomStringConvertible {
  package enum Reason: Sendable {
    /// No such file, no permission, a format that cannot come through a pipe.
    case unreadable(String)
    /// The file is no capture of a known kind.
    case notACapture(String)
    /// Frames of this link type carry nothing that is read here.
    case unsupportedLinkType(String)
    /// The file was made to record something else.
    case withoutPackets(String)
    /// No packet comes before the damage.
    case damaged(String)
    case badFilter(String)
    /// Its frames would all be there twice.
    case namedTwice
  }

  /// Base name of the file; "standard input" for `-`.
  package var file: String
  package var reason: Reason

  package var description: String {
    switch reason {
    case .unreadable: "cannot open \(file): \(why)"
    case .notACapture: "\(file) is not a packet capture: \(why)"
    case .unsupportedLinkType: "\(file) was \(why)"
    case .withoutPackets: "\(file) holds no packets: \(why)"
    case .damaged: "\(file) is damaged: \(why)"
    case .namedTwice: "\(file) is \(why)"
    case .badFilter: "the filter of -f is invalid: \(why)"
    }
  }

  /// The same without the name of the file.
  package var why: String {
    switch reason {
    case .unreadable(let why), .notACapture(let why), .withoutPackets(let why), .damaged(let why): why
    case .unsupportedLinkType(let name):
      "captured on a link of type \(name), where smbdx finds no IP; capture on the Ethernet, Wi-Fi or “any” interface of one of the two hosts"
    case .namedTwice: "given twice; give each file of a recording only once"
    case .badFilter(let why): "\(why); see pcap-filter(7)"
    }
  }
}

/// Damage in a capture; everything before it was read.
package struct CaptureDamage: Sendable {
  package var file: String
  /// The first frame that could not be read, counted in its file from 1.
  package var frame: Int
  /// Where reading stopped, in bytes from the start of the capture, unpacked when it is compressed; nil when not known.
  package var byte: Int?
  package var message: String
  /// False when the file itself may be sound: it is gone, or too many files are open.
  package var isOfFile = true
}
