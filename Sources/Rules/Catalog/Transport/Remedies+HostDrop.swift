/// Remedies of what Windows itself drops. Names of rules are the same in every language of Windows.
extension Remedy {
  static let allowSMBIn = Remedy(
    "On the Windows host that dropped the packet, check whether the predefined rules for SMB are enabled for its network profile, and enable them. If the client dropped it, check its outbound rules instead:",
    command: "Get-NetFirewallRule -Name FPS-SMB-In-TCP* | Format-Table Name, Enabled, Profile, Action; Enable-NetFirewallRule -Name FPS-SMB-In-TCP*",
    caution: "Enable them only for the profiles and addresses of the clients that need them, never for the whole Internet.", fits: .windows)

  static let checkProfile = Remedy(
    "Look at the network profile: in “Public” the SMB rules are usually off. Rules from a group policy are listed with their source:",
    command: "Get-NetConnectionProfile; Get-NetFirewallRule -PolicyStore ActiveStore -Direction Inbound -Action Block -Enabled True", fits: .windows)

  static let findDroppingFilter = Remedy(
    "Let Windows record which filter drops the packet, while the client tries again:",
    command: "netsh wfp capture start; netsh wfp capture stop", fits: .windows)

  static let checkConnectionSecurity = Remedy(
    "Compare the connection security rules of the two hosts:", command: "Get-NetIPsecRule -PolicyStore ActiveStore", fits: .windows)

  static let checkVirtualSwitch = Remedy(
    "On the Hyper-V host look at the port ACLs, VLAN and isolation of the virtual machine's adapter; in a cloud at its security groups:",
    command: "Get-VMNetworkAdapterAcl; Get-VMNetworkAdapterExtendedAcl; Get-VMNetworkAdapterVlan", fits: .windows)
}
