/// Remedies of a server that is none.
extension Remedy {
  static let findFakeServer = Remedy(
    "Find out whose machine answers at this address (its hardware address in the capture, the switch, DHCP), and how the name led there; switch LLMNR and NetBIOS name resolution off on the clients.")
}
