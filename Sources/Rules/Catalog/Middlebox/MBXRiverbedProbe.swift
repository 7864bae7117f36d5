import Packets
import Transcripts

extension Rule {
  static let mbxRiverbedProbe = optimizer(
    id: "mbx-riverbed-probe", product: "Riverbed SteelHead", kinds: [.optimizer76, .optimizer78],
    options: "option 76 or 78",
    more: """
      For SMB with signing, encryption or a secured negotiation, such a device must be set up accordingly (it has to \
      join the domain). Otherwise it breaks connections.
      """,
    references: ["Riverbed SteelHead Deployment Guide, Auto-Discovery", "IANA TCP Parameters"])
}
