import Packets
import Transcripts

extension Rule {
  static let mbxCiscoWAAS = optimizer(
    id: "mbx-cisco-waas", product: "Cisco WAAS", kinds: [.optimizer33], options: "option 33 (0x21)",
    more: """
      Between two such devices the sequence numbers of an optimized connection are about 2 GiB higher than at its \
      ends. A recording made there looks broken.
      """,
    references: ["Cisco WAAS, Verify Auto-Discovery", "IANA TCP Parameters"])
}
