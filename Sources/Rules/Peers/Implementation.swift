/// SMB software that can be told from other software by what it sends.
package enum Implementation: String, Sendable, CaseIterable {
  case windows = "Windows"
  case samba = "Samba"
  case ksmbd
  case linuxCIFS = "Linux cifs.ko"
  case macOS
  case libsmb2
  case impacket
  case smbprotocol
  case aiosmb
  case pysmb
  case pike
  case goSMB2 = "go-smb2"
  case jcifs = "jCIFS"
  case scapy = "Scapy"
  case nmap = "Nmap"
  case curl
  case netApp = "NetApp ONTAP"
  case azureFiles = "Azure Files"

  /// How a report names it, with what else is made of the same software.
  func name(_ side: PeerSide) -> String {
    switch (self, side) {
    case (.samba, .client): "Samba (smbclient, libsmbclient)"
    case (.goSMB2, _): "go-smb2 (rclone)"
    default: rawValue
    }
  }

  /// Where its remedies come from; nil for libraries and tools, which run anywhere.
  func system(_ side: PeerSide) -> System? {
    switch (self, side) {
    case (.windows, .client): .windowsClient
    case (.windows, .server): .windowsServer
    case (.samba, .client): .sambaClient
    case (.samba, .server): .samba
    case (.ksmbd, _): .ksmbd
    case (.linuxCIFS, _): .linuxClient
    case (.macOS, .client): .macOSClient
    case (.macOS, .server): .macOSServer
    case (.netApp, _): side == .server ? .nas : .otherClient
    case (.azureFiles, _): .azureFiles
    case (_, .client): .otherClient
    case (_, .server): .otherServer
    }
  }
}

package enum PeerSide: String, Sendable {
  case client, server
}

/// What a remedy is for: the software at one end.
package enum System: String, Sendable, Codable, CaseIterable {
  case windowsClient, sambaClient, linuxClient, macOSClient
  /// A library or a tool, which none of the systems' settings reach.
  case otherClient
  case windowsServer, samba, ksmbd, macOSServer, nas, azureFiles
  /// A server made of a library.
  case otherServer

  package var side: PeerSide {
    switch self {
    case .windowsClient, .sambaClient, .linuxClient, .macOSClient, .otherClient: .client
    case .windowsServer, .samba, .ksmbd, .macOSServer, .nas, .azureFiles, .otherServer: .server
    }
  }
}
