import Protocols
import Transcripts

extension Signature {
  static let servers: [Signature] = [
    Signature(
      implementation: .windows, side: .server,
      measured: "Windows XP, 7, Server 2008 R2, 8.1, 10 (15063, 19045), Server 2016, 2019, 2022, in public recordings",
      signs: [
        .server(.strong, "its SPNEGO list has NEGOEX") { $0.mechanisms.contains(.negoex) },
        .server(.medium, "the version of its CHALLENGE is a Windows build") { $0.challengeVersion?.isWindows == true },
        .server(.strong, "it calls its system Windows") { $0.system?.operatingSystem.hasPrefix("Windows") == true },
        .server(.medium, "it gives the time of its start") { $0.start == .past },
        .server(.weak, "its ServerGuid is random") { $0.guid == .random },
        .server(.weak, "its TTL started at 128") { (65...128).contains($0.hopLimit) },
        .server(.weak, "its SYN-ACK has SACK and no timestamps") { $0.tcpOptions.isSACKWithoutTimestamps },
        .server(.against, "its ServerGuid is zero, a name or one byte") { [.zero, .name, .constant].contains($0.guid) },
      ],
      version: { traits in
        traits.server.challengeVersion?.windowsName
          ?? traits.server.system.flatMap { $0.operatingSystem.hasPrefix("Windows ") ? String($0.operatingSystem.dropFirst(8)) : nil }
      }),
    Signature(
      implementation: .samba, side: .server,
      measured: "4.17.12, 4.22.11, 4.25.1 (standalone, member, domain controller); older 4.x in public recordings",
      signs: [
        .server(.strong, "its ServerGuid is a name") { $0.guid == .name },
        .server(.medium, "the version of its CHALLENGE is 6.1.0, of no Windows") { $0.challengeVersion?.isSamba == true },
        .server(.weak, "MaxTransactSize is 8 MiB") { $0.maxTransactSize == 8 << 20 },
        .server(.weak, "its TTL started at 64") { (1...64).contains($0.hopLimit) },
        .server(.strong, "it calls its software Samba") { $0.system?.lanManager.hasPrefix("Samba") == true },
        .server(.against, "its SPNEGO list has NEGOEX") { $0.mechanisms.contains(.negoex) },
        .server(.against, "its ServerGuid is zero or one byte") { [.zero, .constant].contains($0.guid) },
      ],
      version: { traits in
        if let software = traits.server.system?.lanManager, software.hasPrefix("Samba ") { return String(software.dropFirst(6)) }
        if [[1, 2, 8, 0x100], [1, 8, 0x100]].contains(traits.server.contexts) { return "newer than 4.22" }
        return traits.server.hasNegotiate ? "4.x" : nil
      }),
    Signature(
      implementation: .ksmbd, side: .server, measured: "Linux 6.12.117 and 7.2.13, with ksmbd-tools 3.5.3 and 3.5.7",
      signs: [
        .server(.strong, "its ServerGuid is zero") { $0.guid == .zero },
        .server(.strong, "it answers with context 0x100 before 8, or last") { [[1, 2, 0x100], [1, 2, 0x100, 8]].contains($0.contexts) },
        .server(.medium, "MaxTransactSize is 1 MiB or 4 MiB, MaxReadSize 4 MiB") { [1 << 20, 4 << 20].contains($0.maxTransactSize) && $0.maxReadSize == 4 << 20 },
        .server(.weak, "its CHALLENGE has no version") { $0.hasChallenge && $0.challengeVersion == nil },
        .server(.weak, "its TTL started at 64") { (1...64).contains($0.hopLimit) },
        .server(.against, "its ServerGuid is not zero") { $0.hasNegotiate && $0.guid != .zero },
      ]),
    Signature(
      implementation: .macOS, side: .server, measured: "one of 2023 in a public recording",
      signs: [
        .server(.strong, "its SPNEGO list has IAKERB and mechanisms of Apple's") { $0.mechanisms.isSuperset(of: [.iakerb, .other]) },
        .server(.medium, "MaxTransactSize is 4 MiB and its ServerGuid random without saying so") { $0.maxTransactSize == 4 << 20 && $0.guid == .unversioned },
      ]),
    Signature(
      implementation: .impacket, side: .server, measured: "impacket 0.13.1",
      signs: [
        .server(.strong, "its ServerGuid is 16 times the same byte") { $0.guid == .constant },
        .server(.medium, "the time of its start is the present") { $0.start == .sameAsNow },
        .server(.strong, "the version of its CHALLENGE is 255.255.65535") { $0.challengeVersion?.isNumber(255, 255, 65535) == true },
        .server(.weak, "its mechanism list has no hint") { $0.hasNegotiate && $0.hint == .none && !$0.mechanisms.isEmpty },
      ]),
    Signature(
      implementation: .scapy, side: .server, measured: "Scapy 2.8.0",
      signs: [
        .server(.medium, "its Capabilities are 0x7f at 3.1.1, where encryption is a matter of contexts") { $0.dialect == .smb311 && $0.capabilities == 0x7f },
        .server(.weak, "its ServerGuid is random, and its mechanism list has NTLMSSP alone") { $0.guid == .random && $0.mechanisms == .ntlm },
        .server(.weak, "it requires signing") { $0.securityMode.rawValue == 3 },
        .server(.against, "its SPNEGO list has NEGOEX") { $0.mechanisms.contains(.negoex) },
      ]),
    Signature(
      implementation: .azureFiles, side: .server, measured: "none recorded; by the names that Microsoft gives",
      signs: [
        .server(.decisive, "its name is that of a storage account of Azure") { $0.isNamedAsAzureFiles }
      ]),
    Signature(
      implementation: .netApp, side: .server, measured: "none recorded",
      signs: [
        .server(.strong, "it calls its software ONTAP") { $0.system.map { $0.lanManager.contains("ONTAP") || $0.operatingSystem.contains("ONTAP") } ?? false }
      ]),
  ]

  static let all = clients + servers
}
