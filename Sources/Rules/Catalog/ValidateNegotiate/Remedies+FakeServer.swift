/// Remedies of a server that is none.
extension Remedy {
  static let findFakeServer = Remedy(
    "Find out which machine answers at this address (use its hardware address in the capture, the switch, DHCP), and why the name led there. Switch LLMNR and NetBIOS name resolution off on the clients.")
}
