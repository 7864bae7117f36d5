import Packets
import Protocols
import Transcripts

extension Signature {
  static let clients: [Signature] = [
    Signature(
      implementation: .windows, side: .client,
      measured: "Windows XP (2600), Server 2008 (6001), Windows 10 (10586, 19041), Server 2019 (17763), in public recordings",
      signs: [
        .client(.strong, "its SPNEGO list has NEGOEX") { $0.logon.offered.contains(.negoex) },
        .client(.strong, "its ClientGuid is made of a clock and a network card") { $0.guid == .timeBased },
        .client(.medium, "its NTLM version is that of a Windows build") { $0.logon.version?.isWindows == true },
        .client(.strong, "it calls its system Windows") { $0.system?.operatingSystem.hasPrefix("Windows") == true },
        .client(.weak, "it offers the SMB1 dialects of Windows") { $0.smb1 == .windows },
        .client(.weak, "its negotiate contexts are those of Windows") { [[1, 2], [1, 2, 3, 5], [1, 2, 3, 5, 8]].contains($0.contexts) },
        .client(.weak, "its TTL started at 128") { $0.startsAt128 },
        .client(.weak, "its SYN has SACK and no timestamps") { $0.tcpOptions.isSACKWithoutTimestamps },
        .client(.against, "its ClientGuid is text or one byte") { [.letters, .libsmb2, .constant, .name].contains($0.guid) },
        .client(.against, "it offers the four ciphers by number") { $0.ciphers == [1, 2, 3, 4] },
        .client(.against, "its NTLM version is of Windows 8 or later, and it offers nothing above 2.1") {
          guard let version = $0.logon.version, version.isWindows, version.build >= 9200 else { return false }
          return !$0.dialects.isEmpty && $0.dialects.allSatisfy { $0 <= .smb210 }
        },
        .client(.against, "it enables no signing") { $0.hasNegotiate && $0.securityMode.isEmpty && $0.guid != .timeBased },
      ],
      version: { $0.client.logon.version?.windowsName }),
    Signature(
      implementation: .samba, side: .client,
      measured: "smbclient 4.17.12, 4.22.11, 4.25.1; 3.x and 4.x before 4.11 in public recordings",
      signs: [
        .client(.strong, "its negotiate contexts are 1, 2, 8, 5 in this order") { [[1, 2, 8, 5], [1, 2, 8, 5, 0x100]].contains($0.contexts) },
        .client(.strong, "it offers the dialects 2.2.2, 2.2.4 and 3.1.0") { $0.dialects.contains { [0x0222, 0x0224, 0x0310].contains($0.rawValue) } },
        .client(.strong, "it offers the SMB1 dialect “Samba”") { $0.smb1 == .samba },
        .client(.medium, "it offers NT LANMAN 1.0, NT LM 0.12, SMB 2.002 and SMB 2.???") { $0.smb1 == .lanman },
        .client(.medium, "its NTLM version is 6.1.0, of no Windows") { $0.logon.version?.isSamba == true },
        .client(.weak, "its Capabilities are 0x7f and its ClientGuid is random") { $0.capabilities == 0x7f && $0.guid == .random },
        .client(.weak, "it calls its software Samba") { $0.system?.lanManager.hasPrefix("Samba") == true },
      ],
      version: { traits in
        if traits.client.contexts == [1, 2, 8, 5, 0x100] { return "newer than 4.17" }
        if traits.client.contexts == [1, 2, 8, 5] { return "4.x" }
        return traits.client.system.flatMap { $0.lanManager.hasPrefix("Samba ") ? String($0.lanManager.dropFirst(6)) : nil }
      }),
    Signature(
      implementation: .linuxCIFS, side: .client, measured: "Linux 6.12.117 and 7.2.13; an older one in a public recording",
      signs: [
        .client(.strong, "its negotiate contexts are 1, 2, 5, 0x100 in this order") { $0.contexts == [1, 2, 5, 0x100] },
        .client(.strong, "its NTLM version is that of a kernel, with the version of cifs.ko as build") { $0.logon.version?.isLinuxKernel == true },
        .client(.medium, "it offers 2.1 to 3.1.1 and not 2.0.2") { $0.offersFrom210 && !$0.contexts.isEmpty },
        // Samba does so too where smb.conf has this limit, and only the contexts tell the two apart.
        .client(.weak, "it offers 2.1 to 3.1.1 and not 2.0.2; its negotiate contexts are not known") { $0.offersFrom210 && $0.contexts.isEmpty },
        .client(.strong, "it offers SMB1 with POSIX 2") { $0.smb1 == .posix },
        .client(.weak, "it sends NTLMSSP without SPNEGO") { $0.logon.isRaw },
        .client(.weak, "it sends no MIC") { $0.logon.hasProof && !$0.logon.hasMIC },
        .client(.weak, "its Capabilities are 0x77 or 0x7f") { [0x77, 0x7f].contains($0.capabilities) },
        .client(.weak, "its SYN has SACK and timestamps") { $0.tcpOptions.isSuperset(of: [.sackPermitted, .timestamps]) },
        .client(.against, "it offers 2.0.2 beside others") { $0.dialects.contains { $0.rawValue == 0x0202 } && $0.dialects.count > 1 },
      ],
      version: { traits in
        traits.client.logon.version.flatMap { $0.isLinuxKernel ? "\($0.major).\($0.minor)" : nil }
      }),
    Signature(
      implementation: .macOS, side: .client, measured: "Mac OS X 10.10, and newer ones of 2021 to 2023, in public recordings",
      signs: [
        .client(.strong, "its NTLM version is 6.1.7600 with revision 0") { $0.logon.version?.isMacOS == true },
        .client(.strong, "it offers no compression by a context of its own") { $0.contexts == [1, 2, 3, 5] && $0.compression == [0] },
        .client(.strong, "it calls its system Mac OS X") { $0.system?.operatingSystem.hasPrefix("Mac OS X") == true },
        .client(.medium, "its SPNEGO list has IAKERB") { $0.logon.offered.contains(.iakerb) },
        .client(.weak, "its ClientGuid is random without saying so") { $0.guid == .unversioned },
      ]),
    Signature(
      implementation: .goSMB2, side: .client, measured: "rclone 1.60.1 and 1.75.2",
      signs: [
        .client(.strong, "its dialects descend") { $0.dialects.map(\.rawValue) == [0x0311, 0x0302, 0x0300, 0x0210, 0x0202] },
        .client(.medium, "its NTLM version is 10.0.0") { $0.logon.version?.isNumber(10, 0, 0) == true },
        .client(.weak, "its Capabilities are 0x44") { $0.capabilities == 0x44 },
        .client(.weak, "its negotiate contexts are 1, 2") { $0.contexts == [1, 2] },
      ]),
    Signature(
      implementation: .libsmb2, side: .client, measured: "libsmb2 6.2",
      signs: [
        .client(.strong, "its ClientGuid begins with “libsmb2-”") { $0.guid == .libsmb2 },
        .client(.medium, "its SecurityMode is 0") { $0.hasNegotiate && $0.securityMode.isEmpty && !$0.dialects.isEmpty },
        .client(.weak, "its Capabilities are 0x44") { $0.capabilities == 0x44 },
        .client(.weak, "it offers AES-128-CCM alone") { $0.ciphers == [1] },
        .client(.weak, "it sends NTLMSSP without SPNEGO") { $0.logon.isRaw },
        .client(.against, "its ClientGuid is another") { ![.unknown, .libsmb2].contains($0.guid) },
      ]),
    Signature(
      implementation: .smbprotocol, side: .client, measured: "smbprotocol 1.17.0 with pyspnego 0.12.4",
      signs: [
        .client(.strong, "its NTLM version begins with 0, as pyspnego's own does") { $0.logon.version?.major == 0 && $0.logon.version?.revision == 15 },
        .client(.medium, "its negotiate contexts are 1, 2, 5, 8, with AES-GCM and AES-GMAC first") { $0.contexts == [1, 2, 5, 8] && $0.ciphers == [2, 1, 4, 3] && $0.signingAlgorithms == [2, 1, 0] },
        .client(.medium, "its Capabilities are 0x45") { $0.capabilities == 0x45 },
        .client(.weak, "its SecurityMode is 2, required and not enabled") { $0.securityMode.rawValue == 2 },
      ],
      version: { traits in traits.client.logon.version.flatMap { $0.major == 0 ? "with pyspnego \($0)" : nil } }),
    Signature(
      implementation: .impacket, side: .client, measured: "impacket 0.13.1; older ones in public recordings",
      signs: [
        .client(.strong, "its ClientGuid is 16 letters") { $0.guid == .letters },
        .client(.medium, "its Capabilities are 0x40") { $0.capabilities == 0x40 },
        .client(.weak, "its NTLM messages have no version") { $0.logon.isNTLM && !$0.logon.isRaw && $0.logon.version == nil },
        .client(.weak, "it offers the SMB1 dialects NT LM 0.12, SMB 2.002, SMB 2.???") { $0.smb1 == .short },
        .client(.weak, "it sends no MIC") { $0.logon.hasProof && !$0.logon.hasMIC },
      ]),
    Signature(
      implementation: .aiosmb, side: .client, measured: "aiosmb 0.4.14",
      signs: [
        .client(.strong, "its NTLM version is 10.0.15063, and it offers nothing above 2.1") { $0.logon.version?.isNumber(10, 0, 15063) == true && !$0.dialects.isEmpty && $0.dialects.allSatisfy { $0 <= .smb210 } },
        .client(.medium, "it offers 2.0.2 and 2.1 and requires signing") { $0.dialects.map(\.rawValue) == [0x0202, 0x0210] && $0.securityMode.rawValue == 3 },
        .client(.weak, "its Capabilities are 0") { $0.hasNegotiate && $0.capabilities == 0 && !$0.dialects.isEmpty },
      ]),
    Signature(
      implementation: .pysmb, side: .client, measured: "pysmb 1.2.15; older ones in public recordings",
      signs: [
        .client(.strong, "it calls its software pysmb") { $0.system?.lanManager == "pysmb" },
        .client(.medium, "its SMB1 dialects end at SMB 2.002") { $0.smb1 == .upTo202 },
        .client(.medium, "its NTLM version is 6.0.6002 and it sends no MIC") { $0.logon.version?.isNumber(6, 0, 6002) == true && !$0.logon.hasMIC },
      ]),
    Signature(
      implementation: .scapy, side: .client, measured: "Scapy 2.8.0",
      signs: [
        .client(.strong, "it offers the four ciphers by number and the signing algorithms AES-CMAC, HMAC-SHA256") { $0.ciphers == [1, 2, 3, 4] && $0.signingAlgorithms == [1, 0] },
        .client(.medium, "its NTLM version is of Windows and its ClientGuid is not") { $0.logon.version?.isWindows == true && $0.guid == .random },
        .client(.weak, "it offers the SMB1 dialects of Windows") { $0.smb1 == .windows },
        .client(.weak, "it requires signing") { $0.securityMode.rawValue == 3 },
      ]),
    Signature(
      implementation: .pike, side: .client, measured: "pike-smb2 0.4.6",
      signs: [
        .client(.strong, "its context 2 comes before 1") { $0.contexts == [2, 1] },
        .client(.against, "it names SHA-512 twice") { $0.repeatsHash },
      ]),
    Signature(
      implementation: .nmap, side: .client, measured: "Nmap 7.95",
      signs: [
        .client(.strong, "it names SHA-512 twice, and its context 2 comes before 1") { $0.repeatsHash && $0.contexts == [2, 1] },
        .client(.weak, "its context 2 comes before 1") { $0.contexts == [2, 1] },
      ]),
    Signature(
      implementation: .curl, side: .client, measured: "curl 7.88; its name from its source",
      signs: [
        .client(.strong, "it calls its software curl") { $0.system?.lanManager == "curl" },
        .client(.weak, "it offers SMB1 alone") { $0.smb1 == .smb1Only },
      ]),
    Signature(
      implementation: .jcifs, side: .client, measured: "none recorded; from the source of jCIFS 1.3",
      signs: [
        .client(.strong, "it calls its software jCIFS") { $0.system?.lanManager.lowercased() == "jcifs" }
      ]),
    Signature(
      implementation: .netApp, side: .client, measured: "one ONTAP in a public recording, towards a domain controller",
      signs: [
        .client(.strong, "it calls its system SpinCifsClient") { $0.system?.operatingSystem.hasPrefix("SpinCifsClient") == true }
      ]),
  ]
}

extension PeerTraits.Client {
  /// A router takes one; no host is 64 routers away.
  fileprivate var startsAt128: Bool { (65...128).contains(hopLimit) }
}

extension TCPOptions.Kinds {
  /// Windows leaves timestamps out unless the other side offers them.
  var isSACKWithoutTimestamps: Bool { contains(.sackPermitted) && isDisjoint(with: [.timestamps, .incomplete]) }
}

extension NTLMVersion {
  /// Windows since 2000: each has a build of four digits at least.
  var isWindows: Bool { (5...6).contains(major) && build >= 2195 && revision == 15 || major == 10 && build >= 10240 && revision == 15 }
  /// NTLMSSP of Samba: major 6, minor 1, build 0.
  var isSamba: Bool { isNumber(6, 1, 0) && revision == 15 }
  /// The cifs.ko of a kernel counts its own versions, 40 to 61 in those of today.
  var isLinuxKernel: Bool { (3...20).contains(major) && (1...199).contains(build) }
  /// What Apple's NTLM sends since Mac OS X 10.6.
  var isMacOS: Bool { isNumber(6, 1, 7600) && revision == 0 }

  func isNumber(_ major: UInt8, _ minor: UInt8, _ build: UInt16) -> Bool {
    (self.major, self.minor, self.build) == (major, minor, build)
  }

  /// What was sold under this build. Windows 10 says 19041 up to its last version.
  var windowsName: String? {
    guard isWindows else { return nil }
    let name: String? =
      switch (major, minor, build) {
      case (5, 1, _): "XP"
      case (5, 2, _): "Server 2003"
      case (6, 0, _): "Vista or Server 2008"
      case (6, 1, _): "7 or Server 2008 R2"
      case (6, 2, _): "8 or Server 2012"
      case (6, 3, _): "8.1 or Server 2012 R2"
      case (10, _, ..<14393): "10"
      case (10, _, 14393): "10 1607 or Server 2016"
      case (10, _, 17763): "10 1809 or Server 2019"
      case (10, _, ..<20348): "10"
      case (10, _, 20348): "Server 2022"
      case (10, _, 25398): "Server, version 23H2"
      case (10, _, 26100): "11 24H2 or Server 2025"
      case (10, _, 22000...): "11"
      default: nil
      }
    return [name, "(build \(build))"].compactMap(\.self).joined(separator: " ")
  }
}

extension PeerTraits.Client {
  fileprivate var offersFrom210: Bool { dialects.map(\.rawValue) == [0x0210, 0x0300, 0x0302, 0x0311] }
}
