import CLibpcap
import Packets

extension LinkType {
  /// The type that a capture file writes as this number (`LINKTYPE_*`). A few have another number in programs
  /// (`DLT_*`), which differs between systems: pcap/dlt.h.
  init(inFile number: UInt16) {
    let rawValue =
      switch number {
      case 100: DLT_ATM_RFC1483
      case 101: DLT_RAW
      case 102: DLT_SLIP_BSDOS
      case 103: DLT_PPP_BSDOS
      case 106: DLT_ATM_CLIP
      default: Int32(number)
      }
    self.init(rawValue: rawValue)
  }

  /// The number that ``init(inFile:)`` reads; nil for what files cannot name.
  var numberInFile: UInt16? {
    let number: Int32 =
      switch rawValue {
      case DLT_ATM_RFC1483: 100
      case DLT_RAW: 101
      case DLT_SLIP_BSDOS: 102
      case DLT_PPP_BSDOS: 103
      case DLT_ATM_CLIP: 106
      default: rawValue
      }
    return UInt16(exactly: number)
  }

  /// As libpcap calls it; the number when libpcap does not know it.
  package var name: String {
    // SAFETY: libpcap returns a string of its own that is never freed, or null.
    unsafe pcap_datalink_val_to_name(rawValue).map { unsafe String(cString: $0) } ?? "\(rawValue)"
  }
}
