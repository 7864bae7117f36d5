extension Remedy {
  static let sharesWindows = Remedy(
    "Look at the shares of a Windows server, and whether the folder behind the share is there:",
    command: "Get-SmbShare | select Name, Path, ScopeName")
  static let sharesSamba = Remedy(
    "On Samba look at the sections of smb.conf, and whether the directory behind “path” is there and mounted:",
    command: "testparm -s")
  static let sharesOfServer = Remedy(
    "Ask the server for its list of shares as the user, from Linux (on Windows: net view \\\\SERVER /all):",
    command: #"smbclient -L //SERVER -U 'DOMAIN\USER'"#)
  static let sharePermissionsWindows = Remedy(
    "On a Windows server look at the permissions of the share:", command: "Get-SmbShareAccess -Name SHARE")
  static let sharePermissionsSamba = Remedy(
    "On Samba look at “valid users”, “invalid users”, “read list”, “hosts allow” and “guest ok” of the share (testparm -s), and at its own access list:",
    command: "sharesec SHARE --view")
  static let folderPermissionsWindows = Remedy(
    "On a Windows server look at the permissions of the folder behind the share:", command: #"icacls D:\PATH"#)
  static let folderPermissionsSamba = Remedy(
    "On Samba look at the owner, mode and access list of the directory, and of every directory above it, as seen by the user that smbd works as:",
    command: "namei -l /PATH; getfacl /PATH")
  static let shareLimitWindows = Remedy(
    "On a Windows server look at the limit of users of the share (0 is none):",
    command: "Get-SmbShare -Name SHARE | select ConcurrentUserLimit, CurrentUsers")
  static let clusterState = Remedy(
    "Look at the state of the cluster and its file server role:", command: "Get-ClusterGroup; Get-ClusterResource")
  static let dfsWindows = Remedy(
    "On a Windows server or an administrator's workstation look at the targets of the namespace folder:",
    command: #"Get-DfsnFolderTarget -Path \\DOMAIN\NAMESPACE\FOLDER"#)
  static let dfsClientLinux = Remedy(
    "On Linux use the mount without the option nodfs, and with cifs.upcall and key.dns_resolver set up so that it can resolve the targets' names.")
  static let dfsSamba = Remedy(
    "On a Samba server look at “host msdfs” and “msdfs root” in smb.conf, and at the links inside the share (msdfs:server\\share).")
}
