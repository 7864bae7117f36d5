/// Remedies against devices that do more than forward.
extension Remedy {
  static let knowThePath = Remedy(
    "Ask who runs the network between the two hosts for WAN optimizers, proxies and inspecting firewalls on this path, and exclude TCP 445 from them as a test when SMB fails.")
}
