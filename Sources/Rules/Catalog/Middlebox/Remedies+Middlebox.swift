/// Remedies against devices that do more than forward.
extension Remedy {
  static let knowThePath = Remedy(
    "Ask the network team about WAN optimizers, proxies and inspecting firewalls on this path, and exclude TCP 445 from them as a test if SMB fails.")
}
