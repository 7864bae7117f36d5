import Protocols
import Transcripts

/// What usually stands behind a status, and what to do: for those that have no rule of their own, whatever request they
/// answer.
struct StatusAdvice: Sendable {
  var codes: Set<UInt32>
  /// Most likely first.
  var causes: [String]
  var remedies: [Remedy]

  static func of(_ status: NTStatus) -> StatusAdvice? { byCode[status.rawValue] }

  /// Where a status that is usually about a path answers a logon.
  ///
  /// - Parameter isSamba: the server may be Samba.
  static func ofLogon(_ status: NTStatus, of session: Session, isSamba: Bool) -> StatusAdvice? {
    guard [0xC000_0225, 0xC000_0034, 0xC000_000F, 0xC000_003A].contains(status.rawValue) else { return nil }
    if session.identity.mechanism == .kerberos {
      return StatusAdvice(
        codes: [status.rawValue],
        causes: [
          "the server finds no account for the user of the ticket, or does not map the user to one of its own accounts",
          "the server does not find its own account or key for the ticket",
        ], remedies: [.idmapSamba, .mapUserOfTicket, .serverKeytab, .joinAgain, .serverLogs])
    }
    let hasSuffix = session.identity.user?.contains("@") ?? true
    let name = hasSuffix
      ? "the server does not find the user or the domain: a name with @ and an unknown domain after it, or a mistyped name"
      : "the server does not find the user or the domain: a mistyped name, or an account that was removed"
    return StatusAdvice(
      codes: [status.rawValue],
      causes: (isSamba && hasSuffix && status.rawValue == 0xC000_0225 ? ["a wrong password, if the user is written as user@domain with the server's own domain: Samba domain controllers then answer so"] : [])
        + [name]
        + (isSamba
          ? ["the directory of a Samba domain controller lacks the account, or a part of it is damaged or not replicated"]
          : ["the server, or the domain controller that it asks, has lost a part of its directory or of its own account"]),
      remedies: hasSuffix ? [.reconnectAs, .credentialsLinux, .sambaDirectory, .serverLogs] : [.sambaDirectory, .findUser, .serverLogs, .reconnectAs])
  }

  /// Where a status that is usually about a logon answers TREE_CONNECT in SMB1, which can carry a password of the share.
  static func ofShareInSMB1(_ status: NTStatus) -> StatusAdvice? {
    guard status == .logonFailure || status == .wrongPassword else { return nil }
    return StatusAdvice(
      codes: [status.rawValue],
      causes: [
        "the server protects each share with a password of its own (share-level security), and the password that the client sent for this share is wrong or missing"
      ], remedies: [.sharePassword, .serverLogs])
  }

  /// Where a status that is usually about a share answers the opening of a file or folder on it.
  static func ofFile(_ status: NTStatus) -> StatusAdvice? {
    switch status.rawValue {
    case 0xC000_0033, 0xC000_003B:
      StatusAdvice(
        codes: [status.rawValue],
        causes: ["the path behind the share has a character or a form that the server does not take, such as a slash or a colon", "a name in it is longer than 255 characters"],
        remedies: [.shareWithoutFolder])
    case 0xC000_0103, 0xC000_00BA:
      StatusAdvice(
        codes: [status.rawValue],
        causes: [
          status.rawValue == 0xC000_00BA
            ? "the path behind the share names a folder, and the client asks for a file"
            : "the path behind the share names a file, and the client asks for a folder"
        ],
        remedies: [.shareWithoutFolder])
    default: nil
    }
  }

  /// STATUS_NETWORK_NAME_DELETED to a request on a share that was connected.
  static let ofLostShare = StatusAdvice(
    codes: [0xC000_00C9],
    causes: [
      "the share or its disk was removed, renamed or taken offline on the server",
      "the file service was restarted, or an administrator closed the share",
    ], remedies: [.sharesWindows, .sharesSamba, .serverLogs])

  /// For a number that has no advice here: where to look it up.
  static func unknown(_ status: NTStatus) -> StatusAdvice {
    StatusAdvice(
      codes: [status.rawValue],
      causes: [
        "smbdx knows no usual cause of this status here; "
          + (status.name == nil
            ? "smbdx does not know this number: MS-ERREF 2.3.1 lists all Windows statuses, and a third-party server may send its own"
            : "look for the reason in the server's log")
      ], remedies: [.serverLogs, .lookUp(status)])
  }

  private static let byCode = Dictionary(
    all.flatMap { advice in advice.codes.map { ($0, advice) } }, uniquingKeysWith: { first, _ in first })

  private static let all: [StatusAdvice] = ofServers + ofLogons + ofNames + ofNetworks + ofFiles

  private static let ofServers: [StatusAdvice] = [
    StatusAdvice(
      codes: [0xC000_0001, 0xC000_0005, 0xC000_00E5, 0xC000_00E4, 0xC000_00DC, 0xC000_00C4, 0xC000_02E2],
      causes: [
        "a helper of the server does not run: on a Samba member server or domain controller winbindd",
        "a fault in the server's program, or a damaged database of the server", "the server is starting up or short of resources",
      ],
      remedies: [.sambaDaemons, .serverLogs, .checkServerService, .patchBoth]),
    StatusAdvice(
      codes: [0xC000_0002, 0xC000_0003, 0xC000_0010, 0xC000_00BB, 0xC000_0148, 0xC000_019C, 0xC000_0059],
      causes: ["the server's version does not have this function", "the function is switched off on the server"],
      remedies: [.patchBoth, .serverLogs]),
    StatusAdvice(
      codes: [0xC000_A000],
      causes: [
        "the server requires signing, and the client did not sign this message or cannot",
        "client and server have different keys, after a fault in the software of one of them",
        "a device on the path changed the message, or NEGOTIATE before it",
      ],
      remedies: [.signingSamba, .signingOfBothWindows, .captureOtherSide, .patchBoth]),
    StatusAdvice(
      codes: [0xC000_0466],
      causes: [
        "the server cannot reach its domain controller in the required way, and therefore accepts no logon",
        "the file service is moving to another node of its cluster, or its storage is not there",
        "the server is starting up or shutting down",
      ],
      remedies: [.domainControllerWindows, .clusterState, .serverLogs]),
    StatusAdvice(
      codes: [0xC021_0000],
      causes: ["the disk behind the share is locked by BitLocker, as after a restart of the server: unlock it there, or switch automatic unlocking on"],
      remedies: [.unlockVolume, .sharesWindows]),
    StatusAdvice(
      codes: [
        0xC000_0480, 0xC000_0467, 0xC000_00A3, 0xC000_026E, 0xC000_00C0, 0xC000_000E, 0xC000_0013, 0xC000_0185, 0xC000_009C, 0xC000_009D,
        0xC000_02B6, 0x8000_0010, 0xC000_0806, 0xC000_014F, 0xC000_0032,
      ],
      causes: ["the disk or volume behind the share is not there", "the share is moving to another node of its cluster"],
      remedies: [.sharesWindows, .clusterState, .sharesSamba]),
    StatusAdvice(
      codes: [0xC000_00CF, 0xC000_00D1, 0xC000_02FE, 0xC000_02FF, 0xC000_0236, 0xC000_0041],
      causes: ["the server is shutting down, or its file service is paused or restarting"],
      remedies: [.resumeServer, .serverLogs]),
    StatusAdvice(
      codes: [
        0xC000_0017, 0xC000_009A, 0xC000_0205, 0xC000_00BF, 0xC000_00C1, 0xC000_00CD, 0xC000_00CE, 0xC000_00D0, 0xC000_011F,
        0xC000_013D, 0xC000_0196, 0xC000_0246, 0xC000_0259, 0xC000_00AC, 0xC000_00AE, 0xC000_022D,
      ],
      causes: ["a limit of sessions, connections or licences of the server", "the server is short of memory or overloaded"],
      remedies: [.sessionLimitWindows, .sessionLimitSamba, .serverLogs]),
  ]

  private static let ofLogons: [StatusAdvice] = [
    StatusAdvice(
      codes: [0xC000_00A8],
      causes: [
        "the ticket holds no data about the user's groups that the server can use: an MIT KDC from 1.20 on writes them in a short form, which Samba refuses",
        "the server's own security service is in the wrong state to complete the logon",
      ],
      remedies: [.noPACOfMIT, .serverLogs]),
    StatusAdvice(
      codes: [0xC000_0064, 0xC000_0066],
      causes: [
        "“force user” or “force group” of the share in smb.conf names a user or group that does not exist on the server",
        "the server cannot map the user or one of the user's groups to a local account (on Samba the idmap settings)",
      ],
      remedies: [.forcedNamesSamba, .idmapSamba, .serverLogs]),
    StatusAdvice(
      codes: [0xC000_005F, 0xC000_0104, 0xC000_0105, 0xC000_007C, 0xC000_0202, 0xC000_0250, 0xC000_00DD, 0xC000_00DE, 0xC000_0132, 0xC000_02EE],
      causes: [
        "the server's own security service is in the wrong state to complete the logon", "the server's domain membership is broken",
      ],
      remedies: [.serverLogs, .secureChannelWindows, .sambaDaemons]),
    StatusAdvice(
      codes: [0xC000_0062, 0xC000_0073, 0xC000_0078, 0xC000_0122, 0xC000_006B, 0xC000_0060],
      causes: [
        "the user or computer name is not in a form that the server can use",
        "the server cannot map the user or one of the user's groups to a local account (on Samba the idmap settings)",
      ],
      remedies: [.reconnectAs, .credentialsLinux, .idmapSamba, .serverLogs]),
    StatusAdvice(
      codes: [0xC000_035B],
      causes: [
        "the server checks to which service or channel the logon belongs (Extended Protection, SPN validation), and the client names another one",
        "a proxy or load balancer between client and server, or an attack that relays logons",
      ],
      remedies: [.useServerName, .serverLogs]),
    StatusAdvice(
      codes: [0xC000_0371],
      causes: [
        "a read-only domain controller that has no password of this account, and cannot reach one that has",
        "the account has no password of the kind that this logon needs",
      ],
      remedies: [.domainControllerWindows, .serverLogs]),
    StatusAdvice(
      codes: [0xC000_00DA, 0xC000_015E],
      causes: ["a helper of the server does not run, or cannot reach its domain: on a Samba member server winbindd", "the server's domain membership is broken"],
      remedies: [.sambaDaemons, .domainControllerSamba, .domainControllerWindows, .secureChannelWindows]),
    StatusAdvice(
      codes: [0xC002_0017, 0xC002_0018, 0xC002_001B, 0xC002_001C],
      causes: [
        "the server asks its domain controller, or a helper of its own, and that does not answer: a firewall, or a domain controller that is down or overloaded",
        "a helper of the server does not run: on a Samba member server winbindd",
      ],
      remedies: [.domainControllerWindows, .sambaDaemons, .domainControllerSamba, .serverLogs]),
    StatusAdvice(
      codes: [0xC000_00FE, 0xC000_015D],
      causes: ["the server does not have the security package that the client uses"], remedies: [.useKerberos, .restrictNTLM, .patchBoth]),
    StatusAdvice(
      codes: [0xC000_0195],
      causes: ["Windows keeps one user for each server name, and the client has a connection to this server as another user already"],
      remedies: [.dropOtherConnections]),
    StatusAdvice(
      codes: [0xC000_0300, 0xC000_0361, 0xC000_0362, 0xC000_0364, 0xC000_0201, 0xC000_00CA],
      causes: ["a policy of the server forbids it"], remedies: [.userRights, .serverLogs]),
    StatusAdvice(
      codes: [
        0xC000_02F8, 0xC000_02F9, 0xC000_02FA, 0xC000_0320, 0xC000_0321, 0xC000_0380, 0xC000_0381, 0xC000_0382, 0xC000_0383,
        0xC000_0384, 0xC000_0385, 0xC000_0386, 0xC000_0387, 0xC000_0389, 0xC000_038A, 0xC000_038B, 0xC000_038C, 0xC000_038D,
        0xC000_040C, 0xC000_040D, 0xC000_040E, 0xC000_040F,
      ],
      causes: [
        "the account needs a smart card, but the server does not accept the card, its PIN or its certificate",
        "the certificate of the user or of the domain controller has expired, was revoked, or cannot be checked",
      ],
      remedies: [.certificates, .accountWindows]),
    StatusAdvice(
      codes: [
        0xC000_02C3, 0xC000_02F6, 0xC000_02F7, 0xC000_02FB, 0xC000_02FC, 0xC000_02FD, 0xC000_0408, 0xC000_040A, 0xC000_040B,
      ],
      causes: [
        "Kerberos fails between the server and its domain: the name of the service, its account or its encryption types do not match",
      ],
      remedies: [.findSPN, .findDuplicateSPN, .encryptionTypes, .kdcLogs]),
  ]

  private static let ofNames: [StatusAdvice] = [
    StatusAdvice(
      codes: [0xC000_00BD],
      causes: [
        "the name that the client uses is not the server's own: an alias (CNAME), an old name or an address, and the server checks names strictly",
        "two computers on the network have the same name",
      ],
      remedies: [.useOwnName, .strictNameChecking, .addComputerName]),
    StatusAdvice(
      codes: [0xC000_00BC, 0xC000_00BE],
      causes: ["the name leads to a server that does not have it", "the server that forwards the request cannot resolve the name"],
      remedies: [.checkAddress, .sharesOfServer]),
    StatusAdvice(
      codes: [
        0xC000_000F, 0xC000_0033, 0xC000_0034, 0xC000_0039, 0xC000_003A, 0xC000_003B, 0xC000_0106, 0xC000_0225, 0xC000_00CC,
        0xC000_00CB, 0xC000_00C9,
      ],
      causes: ["a misspelled name, or one that was moved or removed", "a path that continues after the share's name"],
      remedies: [.sharesOfServer, .sharesWindows, .sharesSamba]),
    StatusAdvice(
      codes: [0xC000_009B, 0xC000_0257, 0xC000_026D, 0xC000_0278, 0xC000_0279, 0xC000_0280],
      causes: ["a link (DFS or reparse point) on the path that leads nowhere, or that this client cannot follow"],
      remedies: [.dfsWindows, .dfsSamba, .dfsClientLinux]),
  ]

  private static let ofNetworks: [StatusAdvice] = [
    StatusAdvice(
      codes: [
        0xC000_00B5, 0xC000_00C3, 0xC000_00C5, 0xC000_00D2, 0xC000_013B, 0xC000_013C, 0xC000_0140, 0xC000_020A, 0xC000_020B,
        0xC000_020C, 0xC000_020D, 0xC000_0222, 0xC000_0237, 0xC000_0238, 0xC000_0239, 0xC000_023A, 0xC000_023C, 0xC000_023D,
        0xC000_023F, 0xC000_0240, 0xC000_0241, 0xC000_014B,
      ],
      causes: [
        "the server needs another host for this (its storage, a domain controller, the server behind a gateway), but its own connection to that host fails",
      ],
      remedies: [.serverLogs, .domainControllerWindows, .domainControllerSamba])
  ]

  private static let ofFiles: [StatusAdvice] = [
    StatusAdvice(
      codes: [0xC000_0022, 0xC000_0061],
      causes: ["the permissions of the share or of the folder do not include the user or a group of the user"],
      remedies: [.sharePermissionsWindows, .folderPermissionsWindows, .sharePermissionsSamba, .folderPermissionsSamba]),
    StatusAdvice(
      codes: [0xC000_0043, 0xC000_0054, 0xC000_0055, 0xC000_0056, 0xC000_00B6, 0xC000_0123, 0xC000_0035],
      causes: ["another program has the file open, or is deleting it"], remedies: [.openFiles]),
    StatusAdvice(
      codes: [0xC000_0906, 0xC000_0907],
      causes: ["the server's antivirus software found a virus in the file"], remedies: [.antivirus, .serverLogs]),
    StatusAdvice(
      codes: [0xC000_028A, 0xC000_0290],
      causes: ["the file is encrypted on the server's disk (EFS), and the server has no key for this user"],
      remedies: [.serverLogs]),
    StatusAdvice(
      codes: [0x8000_002D],
      causes: [
        "the path leads through a symbolic link, and this client does not follow it: Windows follows links from one server to another only where its settings allow that",
        "the target of the link is a path that only the server itself has",
      ],
      remedies: [.symbolicLinks, .dfsClientLinux]),
    StatusAdvice(codes: [0xC000_007F], causes: ["the disk behind the share is full"], remedies: [.storageOfServer, .serverLogs]),
    StatusAdvice(
      codes: [0xC000_00C6, 0xC000_00C7], causes: ["the printer's queue is full, or the disk of the print spooler is"],
      remedies: [.storageOfServer, .serverLogs]),
    StatusAdvice(codes: [0xC000_0044], causes: ["the user's quota, or that of the folder, is used up"], remedies: [.storageOfServer, .serverLogs]),
    StatusAdvice(
      codes: [0xC000_00A2], causes: ["the disk behind the share is write-protected, or mounted read-only after an error"],
      remedies: [.storageOfServer, .serverLogs]),
    StatusAdvice(
      codes: [0xC000_009C, 0xC000_0102, 0xC000_0267],
      causes: ["the disk behind the share is damaged, offline or slow"],
      remedies: [.storageOfServer, .serverLogs]),
    StatusAdvice(
      codes: [0xC000_0024, 0xC000_00BA, 0xC000_0103],
      causes: ["the name belongs to a different kind of object than the client asked for: a file, a folder, a pipe"],
      remedies: [.sharesOfServer]),
    StatusAdvice(
      codes: [0xC000_000D, 0xC000_0008, 0xC000_0030, 0xC000_0011, 0xC000_0023, 0xC000_0120, 0xC000_0128],
      causes: ["a fault in the client's software, or in the server's", "a device on the path changed the request"],
      remedies: [.patchBoth, .serverLogs, .captureOtherSide]),
  ]
}

extension Remedy {
  static let lookUpStatus = Remedy("Look up the number in MS-ERREF 2.3.1 (NTSTATUS values) and in the documentation of the server.")
  static func lookUp(_ status: NTStatus) -> Remedy {
    Remedy(
      "Look up the number in MS-ERREF 2.3.1 (NTSTATUS values) and in the documentation of the server. On Windows this prints its text:",
      command: "certutil -error 0x\(String(status.rawValue, radix: 16, uppercase: true))")
  }
  static let sambaDaemons = Remedy(
    "On a Samba domain member or domain controller check whether winbindd runs and answers:", command: "wbinfo --ping; systemctl status winbind samba-ad-dc")
  static let mapUserOfTicket = Remedy(
    "Check on the server how it maps users of the domain to its own accounts (on a NAS or storage system its name mapping), and whether this user is among them.")
  static let findUser = Remedy(
    "Check whether the domain of the server has the account:", command: "Get-ADUser USER", fits: .activeDirectory)
  static let noPACOfMIT = Remedy(
    "Let the MIT KDC leave the authorization data out of its tickets: in the realm's section of kdc.conf, then restart the KDC:",
    command: "disable_pac = true")
  static let forcedNamesSamba = Remedy(
    "Check whether the users and groups that smb.conf forces exist on the server:",
    command: #"testparm -s 2>/dev/null | grep -E "force (user|group)"; getent group"#, fits: .ofSamba)
  static let idmapSamba = Remedy(
    "On a Samba member server check whether the user maps to an account (“idmap config” in smb.conf, winbind in /etc/nsswitch.conf):",
    command: #"wbinfo --name-to-sid 'DOMAIN\USER'; getent passwd 'DOMAIN\USER'"#, fits: [.samba])
  static let resumeServer = Remedy(
    "Check whether the file service runs and is not paused. On Windows (on Linux: systemctl status smbd):",
    command: "Get-Service LanmanServer; Resume-Service LanmanServer")
  static let dropOtherConnections = Remedy(
    "Close the client's other connections to this server, under all of its names, then connect again with one account:",
    command: #"net use; net use \\SERVER /delete"#, caution: "Programs that have files open on the shares lose them.")
  static let useOwnName = Remedy("Open the share by the server's own name: it is in the server's CHALLENGE, or ask its administrator.")
  static let strictNameChecking = Remedy(
    "To make a Windows server answer to an alias, switch strict name checking off and restart the service “Server”:",
    command:
      #"Set-ItemProperty -Path "HKLM:\SYSTEM\CurrentControlSet\Services\LanmanServer\Parameters" DisableStrictNameChecking -Value 1"#,
    caution: "The server then answers to every name that leads to it.")
  static let symbolicLinks = Remedy(
    "On a Windows client look at which symbolic links it follows, and let it follow links from remote to remote:",
    command: "fsutil behavior query SymlinkEvaluation; fsutil behavior set SymlinkEvaluation R2R:1 R2L:1", fits: [.windowsClient])
  static let printerShare = Remedy("Open the share as a printer (on Windows in the list of printers, with smbclient by its command print), or give the path of a folder's share.")
  static let writeListSamba = Remedy(
    "On Samba let the user write on the share: “read only = no” or “write list = USER” in its section of smb.conf, and its own access list:",
    command: "testparm -s --section-name=SHARE; sharesec SHARE --view", fits: [.samba])
  static let openFiles = Remedy("List the users who have the file open. On a Windows server (on Samba: smbstatus --locks):", command: "Get-SmbOpenFile")
  static let storageOfServer = Remedy(
    "Look at free space, quota and state of the disk behind the share. On Windows (on Linux: df, dmesg):", command: "Get-Volume", fits: [.windowsServer],
    variants: [
      Remedy("Look at free space, quota and state of the disk behind the share:", command: "df -h /PATH; quota -s -u USER; dmesg | tail", fits: .linuxServers)
    ])
  static let signingOfBothWindows = Remedy(
    "Compare which side requires and which side allows signing. On Windows:",
    command: "Get-SmbServerConfiguration | select *SecuritySignature; Get-SmbClientConfiguration | select *SecuritySignature")
}
