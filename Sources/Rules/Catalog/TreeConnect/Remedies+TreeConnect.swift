extension Remedy {
  static let shareOnly = Remedy(#"Let the client connect \\server\share without the folder, and open the folder from there."#)
  static let rewritePath = Remedy(#"Correct the path to \\SERVER\SHARE where the client stores it (mapped drive, script, settings of the device)."#)
  static let sysvolState = Remedy(
    "On the domain controller look at the state of SYSVOL and whether it advertises itself:",
    command: "dcdiag /test:sysvolcheck /test:advertising; Get-SmbShare SYSVOL, NETLOGON", fits: [.windowsServer],
    variants: [Remedy("On a Samba domain controller check that smb.conf has the shares and that their directories exist:", command: "testparm -s --section-name=sysvol; samba-tool ntacl sysvolcheck", fits: [.samba])])
  static let sharesWindows = Remedy(
    "List the shares of a Windows server, and check whether the folder of the share exists:",
    command: "Get-SmbShare | select Name, Path, ScopeName", fits: [.windowsServer])
  static let sharesSamba = Remedy(
    "On Samba look at the sections of smb.conf, and check whether the directory in “path” exists and is mounted:",
    command: "testparm -s", fits: [.samba],
    variants: [
      Remedy(
        "On ksmbd look at the sections of ksmbd.conf, and check whether the directory in “path” exists and is mounted:",
        command: #"grep -E "^\[|path" /etc/ksmbd/ksmbd.conf"#, fits: [.ksmbd]),
      Remedy("On the Mac look at the shares and their folders:", command: "sharing -l", fits: [.macOSServer]),
      Remedy(
        "Look at the file shares of the storage account:",
        command: "Get-AzRmStorageShare -ResourceGroupName GROUP -StorageAccountName ACCOUNT", fits: [.azureFiles]),
    ])
  static let useNameOfShare = Remedy(
    "Connect the share by the name under which the server has it. On a Windows cluster ScopeName is that name:",
    command: "Get-SmbShare | select Name, ScopeName, Path", fits: .windows,
    variants: [Remedy("Connect the share by the name under which the server has it.")])
  static let irpStackSize = Remedy(
    "Look for event 2011 in the server's System log. If it is there, raise IRPStackSize of the Server service by 3 (the default is 15) and restart the server:",
    command: #"reg add HKLM\SYSTEM\CurrentControlSet\Services\LanmanServer\Parameters /v IRPStackSize /t REG_DWORD /d 18"#, fits: .windows,
    variants: [Remedy("Look at the memory of the server, and in its log for this moment.")])
  static let sharePassword = Remedy(
    "Enter the password of the share itself where the client stores the connection, or set the server to user-level security.")
  static let shareWithoutFolder = Remedy("Connect the share without the folder after it, and check which folders are there.")
  static let sharesOfServer = Remedy(
    "Ask the server for its list of shares as the user, from Linux (on Windows: net view \\\\SERVER /all):",
    command: #"smbclient -L //SERVER -U 'DOMAIN\USER'"#,
    variants: [
      Remedy(
        "Ask the server for its list of shares as the user:", command: #"smbclient -L //SERVER -U 'DOMAIN\USER'"#,
        fits: .unixClients),
      Remedy("Ask the server for its list of shares as the user:", command: #"net view \\SERVER /all"#, fits: [.windowsClient]),
      Remedy("Ask the server for its list of shares as the user:", command: "smbutil view //USER@SERVER", fits: [.macOSClient]),
    ])
  static let pipeService = Remedy(
    "Check whether the service behind the pipe runs. On Windows (on Samba look at log.smbd and at “disable spoolss” in smb.conf):",
    command: "Get-Service LanmanServer, Spooler, RemoteRegistry, Netlogon")
  static let sharePermissionsWindows = Remedy(
    "On a Windows server look at the permissions of the share:", command: "Get-SmbShareAccess -Name SHARE",
    fits: [.windowsServer])
  static let sharePermissionsSamba = Remedy(
    "On Samba look at “valid users”, “invalid users”, “read list”, “hosts allow” and “guest ok” of the share (testparm -s), and at its own access list:",
    command: "sharesec SHARE --view", fits: [.samba],
    variants: [
      Remedy(
        "On ksmbd look at “valid users”, “invalid users”, “read list”, “guest ok”, “hosts allow” and “max connections” of the share in ksmbd.conf:",
        command: #"grep -E "^\[|valid users|invalid users|read list|guest ok|hosts|max connections" /etc/ksmbd/ksmbd.conf"#,
        fits: [.ksmbd]),
      Remedy(
        "Look at the share's role assignments in Azure. The user needs one of “Storage File Data SMB Share Reader”, “Contributor” or “Elevated Contributor”, or the storage account needs a default permission.",
        fits: [.azureFiles]),
      Remedy("On the Mac look at the share and its users in System Settings, General, Sharing, File Sharing:", command: "sharing -l", fits: [.macOSServer]),
    ])
  static let folderPermissionsWindows = Remedy(
    "On a Windows server look at the permissions of the folder behind the share:", command: #"icacls D:\PATH"#,
    fits: [.windowsServer])
  static let folderPermissionsSamba = Remedy(
    "On Samba look at the owner, mode and access list of the directory and of every directory above it, as the user that smbd uses:",
    command: "namei -l /PATH; getfacl /PATH", fits: [.samba],
    variants: [
      Remedy(
        "On the server look at the owner, mode and access list of the directory and of every directory above it:",
        command: "namei -l /PATH; getfacl /PATH", fits: [.ksmbd])
    ])
  static let unlockVolume = Remedy(
    "On the server look at the state of its volumes, and unlock the one behind the share:", command: "manage-bde -status", fits: [.windowsServer])
  static let shareLimitWindows = Remedy(
    "On a Windows server look at the user limit of the share (0 means no limit):",
    command: "Get-SmbShare -Name SHARE | select ConcurrentUserLimit, CurrentUsers", fits: [.windowsServer],
    variants: [
      Remedy(
        "On ksmbd look at “max connections” of the share in ksmbd.conf, and globally:",
        command: #"grep -E "^\[|max connections" /etc/ksmbd/ksmbd.conf"#, fits: [.ksmbd])
    ])
  static let functionalLevel = Remedy(
    "When all nodes of the cluster have the same version, raise its functional level:", command: "Update-ClusterFunctionalLevel",
    caution: "This cannot be undone, and older nodes can no longer join.", fits: [.windowsServer])
  static let clusterState = Remedy(
    "Look at the state of the cluster and its file server role:", command: "Get-ClusterGroup; Get-ClusterResource",
    fits: [.windowsServer],
    variants: [Remedy("On a Samba cluster look at the state of its nodes:", command: "ctdb status", fits: [.samba])])
  static let dfsWindows = Remedy(
    "On a Windows server or an administrator's workstation look at the targets of the namespace folder:",
    command: #"Get-DfsnFolderTarget -Path \\DOMAIN\NAMESPACE\FOLDER"#, fits: [.windowsServer, .nas, .azureFiles])
  /// The server at hand is the target: the software of the namespace's server is not known.
  static let dfsTargets = Remedy(
    #"Look at the targets of the link on the namespace server (on Samba the link is in the share: msdfs:server\share). On Windows:"#,
    command: #"Get-DfsnFolderTarget -Path \\DOMAIN\NAMESPACE\FOLDER"#,
    variants: [
      Remedy("Look at the links in the shares of the namespace server, which name the targets:", command: "find / -xdev -lname 'msdfs:*' -ls", fits: [.samba])
    ])
  static let dfsClientLinux = Remedy(
    "On Linux mount without the option nodfs, and set up cifs.upcall and key.dns_resolver so that the client can resolve the targets' names.",
    fits: [.linuxClient])
  static let dfsSamba = Remedy(
    "On a Samba server look at “host msdfs” and “msdfs root” in smb.conf, and at the links inside the share (msdfs:server\\share).",
    fits: [.samba])
}
