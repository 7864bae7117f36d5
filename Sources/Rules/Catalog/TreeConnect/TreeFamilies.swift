import Protocols

/// What statuses of TREE_CONNECT mean, family by family.
extension Rule {
  static let treeFamilies: [StatusFamily] = [
    StatusFamily(
      id: "tree-bad-network-name", codes: [0xC000_00CC],
      summary: "The share does not exist on this server, or the folder behind it is missing.",
      explanation: """
        The logon succeeded, but the server has no share of that name, or cannot find the folder of the share. \
        Compare the path in the evidence letter by letter with the list of shares. Case does not matter, but spaces \
        and a final $ do.
        """,
      whenBenign: "When the client connects the share soon afterwards. The finding is then only a note.",
      howToVerify: """
        List the shares on the server: “Get-SmbShare” (Windows), “testparm -s” (Samba), and check that the folder behind \
        the share is there.
        """,
      causes: [
        "a misspelled or removed share", "a hidden share without its $", "the disk or folder behind the share is gone or not mounted",
        "a clustered share that this node does not hold, or a DFS path sent to the wrong server",
      ],
      remedies: [.sharesWindows, .sharesSamba, .sharesOfServer]),
    StatusFamily(
      id: "tree-bad-cluster-dialect", codes: [0xC05D_0001],
      summary: "The share may only be used with a lower dialect, because of its cluster.",
      explanation: """
        While a cluster has nodes of different versions, it limits the dialect of its shares. The answer gives the \
        highest dialect, and the client should connect again with that dialect.
        """,
      whenBenign: "When the client connects again with the lower dialect and gets the share. The finding is then only a note.",
      howToVerify: """
        On a node of the cluster run “Get-ClusterNode | Format-Table Name, State, BuildNumber”: nodes of different \
        versions are the cause.
        """,
      causes: ["the cluster has nodes of different versions, or its functional level was not raised after an upgrade"], remedies: [.clusterState, .functionalLevel], references: ["MS-SMB2 2.2.2"]),
    StatusFamily(
      id: "tree-network-name-deleted", codes: [0xC000_00C9],
      summary: "The share was deleted, or the server dropped it.",
      explanation: "The server answers that the share no longer exists: it was deleted, or the server restarted in between. After a disconnect of the same share the finding is only a note.",
      whenBenign: """
        After a disconnect of the same share, or when the client connects it soon afterwards. The finding is then only a \
        note.
        """,
      howToVerify: """
        List the shares on the server now: “Get-SmbShare” (Windows), “testparm -s” (Samba). Look when the server last \
        started.
        """,
      causes: ["the share was deleted or changed a moment ago", "the server or the cluster resource was restarted"],
      remedies: [.sharesWindows, .sharesSamba]),
    StatusFamily(
      id: "tree-session-deleted", codes: [0xC000_0203],
      summary: "The session in which the share was to be connected no longer exists on the server.",
      explanation: """
        The client uses a session that the server does not know. This happens after a restart or failover, after \
        another connection has replaced the session, or if a load balancer sent the connection elsewhere.
        """,
      whenBenign: "When the client logs on again and connects the share. The finding is then only a note.",
      howToVerify: """
        Look when the server last started (“systeminfo” on Windows, “systemctl status smbd” on Linux), and whether the \
        client reaches it through a load balancer.
        """,
      causes: ["the server was restarted", "another connection replaced the session", "a load balancer moved the connection"],
      remedies: [.loadBalancer, .serverLogs], references: ["MS-SMB2 3.3.5.2.9"]),
    StatusFamily(
      id: "tree-user-session-state", codes: [0xC000_035C],
      summary: "The session has expired, and the client must authenticate again.",
      explanation: "The Kerberos ticket of the session has expired. Clients normally renew it and continue.",
      whenBenign: "When the client authenticates again, as it should, and connects the share. The finding is then only a note.",
      howToVerify: "“klist” on the client shows when the tickets for this server end, and whether they are renewable.",
      causes: ["the ticket expired and the client got no new one"], remedies: [.useKerberos], references: ["MS-SMB2 3.2.5.1.6"]),
    StatusFamily(
      id: "tree-bad-device-type", codes: [0xC000_00CB],
      summary: "The share is of another kind than the client asked for.",
      explanation: "The client asked for a disk but the share is a printer, or the other way round. The path leads to the wrong share.",
      whenBenign: "When the client connects the share soon afterwards. The finding is then only a note.",
      howToVerify: "List the shares with their types: “net view \\\\SERVER /all” (Windows), “smbclient -L SERVER -U USER” (Linux).",
      causes: ["a path to a printer instead of a folder"], remedies: [.sharesOfServer, .sharesWindows], references: ["MS-SMB2 2.2.10"]),
    StatusFamily(
      id: "tree-too-many", codes: [0xC000_00CE, 0xC000_00D0, 0xC000_0246, 0xC000_009A, 0xC000_0205],
      summary: "The share or the server has reached its limit of users.",
      explanation: "The share exists, but too many clients use it. Samba answers STATUS_INSUFFICIENT_RESOURCES at “max connections” of a share.",
      whenBenign: "When a place becomes free and the client connects the share. The finding is then only a note.",
      howToVerify: """
        Count who uses the share: “Get-SmbSession” and “(Get-SmbShare NAME).ConcurrentUserLimit” (Windows), or \
        “smbstatus -S” and “max connections” in smb.conf (Samba).
        """,
      causes: ["the user limit of the share", "the connection limit of the server's edition", "too little memory on the server"],
      remedies: [.shareLimitWindows, .sessionLimitSamba, .serverLogs]),
    StatusFamily(
      id: "tree-unavailable", codes: [0xC000_0466, 0xC000_0480],
      summary: "The server or the share is unavailable at the moment.",
      explanation: "A clustered share is moving to another node, or its storage is not there. Clients try again by themselves.",
      whenBenign: "When the share is back and the client connects it, as after each failover. The finding is then only a note.",
      howToVerify: "On a node of the cluster run “Get-ClusterResource” and look for resources that are not online.",
      causes: ["a failover", "storage of the cluster that is offline"], remedies: [.clusterState]),
    StatusFamily(
      id: "tree-network-access-denied", codes: [0xC000_00CA],
      summary: "A policy of the server denies access over the network.",
      explanation: "The server does not refuse this share in particular. It refuses any network access for this user or from this client.",
      whenBenign: "When the client connects the share soon afterwards. The finding is then only a note.",
      howToVerify: """
        Connect another share of the same server as the same user. If that is refused too, the refusal is not about the \
        share.
        """,
      causes: ["user rights of the server", "a policy of a third-party server"], remedies: [.userRights, .serverLogs]),
    StatusFamily(
      id: "tree-duplicate-name", codes: [0xC000_00BD],
      summary: "The name that the client uses for the server is not the server's own.",
      explanation: """
        A Windows server with strict name checking answers STATUS_DUPLICATE_NAME to a name that it does not know as \
        its own: an alias (CNAME), an old name, a NetBIOS wildcard such as *SMBSERVER. It did not check the share \
        itself.
        """,
      whenBenign: """
        When the client connects the share soon afterwards. The finding is then only a note. Clients try *SMBSERVER \
        before the real name.
        """,
      howToVerify: """
        Connect the same share by the server's own host name, then by its address. If one of them works, the name is the \
        cause.
        """,
      causes: [
        "the name in the path is an alias of the server, an old name or a wildcard, and the server checks names strictly",
        "two computers on the network have the same name",
      ],
      remedies: [.useOwnName, .addComputerName, .strictNameChecking]),
    StatusFamily(
      id: "tree-not-found-other", codes: [0xC000_0225, 0xC000_0034, 0xC000_003A, 0xC000_0039, 0xC000_003B, 0xC000_000F, 0xC000_0033],
      summary: "The server did not find the share in the path.",
      explanation: """
        Most servers answer STATUS_BAD_NETWORK_NAME for a share that they do not have. This one answers “not found”, \
        like some third-party servers and programming libraries.
        """,
      whenBenign: "When the client connects the share soon afterwards. The finding is then only a note.",
      howToVerify: """
        List the shares of the server as the same user: “net view \\\\SERVER /all” (Windows), “smbclient -L SERVER -U \
        USER” (Linux).
        """,
      causes: ["a misspelled share, or a path after the share's name"], remedies: [.sharesOfServer, .sharesWindows, .sharesSamba]),
    StatusFamily(
      id: "tree-other-status", codes: [],
      summary: "The server refused the share with another status.",
      explanation: """
        These statuses rarely answer TREE_CONNECT. The finding gives the name, the usual causes and what to do. For \
        an undocumented number it says where to look it up.
        """,
      whenBenign: "When the client connects the share soon afterwards. The finding is then only a note.",
      howToVerify: "Connect the same share by hand as the same user, also on the server itself.",
      causes: ["depends on the status: the finding names the causes"], remedies: [.serverLogs, .lookUpStatus]),
  ]
}
