/// Remedies of what keeps TCP from connecting or delivering.
extension Remedy {
  static let useDirectSMB = Remedy(
    "Use the server's DNS name on port 445. That needs no NetBIOS name.")

  static let openPort445 = Remedy(
    "Open TCP 445 between the two hosts: in the server's own firewall (on Windows the predefined rule “File and Printer Sharing (SMB-In)”) and in every firewall in between. Internet providers often block it; then use a VPN or SMB over QUIC.",
    caution: "Open it only for the clients that need it, never for the whole Internet.",
    variants: [
      Remedy(
        "Open TCP 445 from the client to the Internet, or use a private end point, a VPN or Azure File Sync: many providers and companies block the port. Ask the provider, or test from another network.",
        fits: [.azureFiles])
    ])

  static let testPort445 = Remedy(
    "Try the port from the client; on Linux “nc -vz SERVER 445” does the same:",
    command: "Test-NetConnection SERVER -Port 445",
    variants: [
      Remedy("Try the port from the client:", command: "nc -vz SERVER 445", fits: .unixClients + [.macOSClient]),
      Remedy("Try the port from the client:", command: "Test-NetConnection SERVER -Port 445", fits: [.windowsClient]),
    ])

  static let checkAddress = Remedy(
    "Check that the name leads to the right address (an old DNS record, another search suffix, a second address of the server) and that the server is up.")

  static let checkRoute = Remedy(
    "Look at the routes of the device that sent the ICMP error, and whether the VPN or link to the server's network is up. From the client:",
    command: "Test-NetConnection SERVER -TraceRoute",
    variants: [
      Remedy(
        "Look at the routes of the device that sent the ICMP error, and whether the VPN or link to the server's network is up. From the client:",
        command: "ip route get SERVER; traceroute SERVER", fits: .unixClients),
    ])

  static let compareSenders = Remedy(
    "Compare the hardware addresses and the TTL of the reset and of the SYN-ACK in the recording. If they differ, another host has the server's address, or a device on the path resets: find it by its hardware address.")

  static let checkServerService = Remedy(
    "Check on the server that the file service runs and listens on this address. On Windows it is the service “Server” (LanmanServer), on Linux smbd:",
    command: "Get-Service LanmanServer; Get-NetTCPConnection -LocalPort 445 -State Listen",
    variants: [
      Remedy(
        "Check on the server that the service “Server” runs and listens on this address:",
        command: "Get-Service LanmanServer; Get-NetTCPConnection -LocalPort 445 -State Listen", fits: [.windowsServer]),
      Remedy(
        "Check on the server that smbd runs and listens on this address:", command: "systemctl status smbd; ss -ltn 'sport = :445'",
        fits: [.samba]),
      Remedy(
        "Check on the server that ksmbd and its helper run and listen on this address:",
        command: "systemctl status ksmbd; pgrep -a ksmbd.mountd; ss -ltn 'sport = :445'", fits: [.ksmbd]),
    ])

  static let checkSambaHosts = Remedy(
    "On Samba look at “hosts allow”, “hosts deny”, “interfaces”, “bind interfaces only” and “max smbd processes”:",
    command: #"testparm -sv 2>/dev/null | grep -E "hosts (allow|deny)|interfaces|max smbd""#, fits: [.samba],
    variants: [
      Remedy(
        "On ksmbd look at “max connections” (globally), “hosts allow”, “hosts deny” and “interfaces”:",
        command: #"grep -E "max connections|hosts|interfaces" /etc/ksmbd/ksmbd.conf"#, fits: [.ksmbd])
    ])

  static let lowerMTU = Remedy(
    "Let ICMP “fragmentation needed” (IPv4 type 3 code 4) and “packet too big” (ICMPv6 type 2) pass through every firewall, or let the router or VPN gateway reduce the MSS of TCP connections to the size that its tunnel can carry.")

  static let testMTU = Remedy(
    "Find the largest size that still gets through from the client without fragmentation; on Linux “ping -M do -s 1472 SERVER”:",
    command: "ping -f -l 1472 SERVER",
    variants: [
      Remedy(
        "Find the largest size that still gets through from the client without fragmentation:", command: "ping -M do -s 1472 SERVER",
        fits: .unixClients),
      Remedy(
        "Find the largest size that still gets through from the client without fragmentation:", command: "ping -D -s 1472 SERVER",
        fits: [.macOSClient]),
      Remedy(
        "Find the largest size that still gets through from the client without fragmentation:", command: "ping -f -l 1472 SERVER",
        fits: [.windowsClient]),
    ])

  static let checkPath = Remedy(
    "Look for errors and drops at the interfaces along the path: cabling and duplex settings, Wi-Fi reception, an overloaded firewall or link.")

  static let firewallState = Remedy(
    "On the firewall or load balancer between the two hosts, look for a session of this client port to TCP 445 that is still open, and delete it. Let the firewall pass resets that belong to no session.")

  static let checkPortOwner = Remedy(
    "Find out what listens on this port of the server, and whether a port forwarding, proxy or captive portal is in between.")
}
