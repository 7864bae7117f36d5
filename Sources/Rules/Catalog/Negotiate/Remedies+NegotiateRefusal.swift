/// Remedies of contexts that a server does not take.
extension Remedy {
  static let dialectWithoutContexts = Remedy(
    "Try the client without SMB 3.1.1, so that it sends no contexts (on Linux vers=3.0.2, on Windows 11 24H2 Set-SmbClientConfiguration -Smb2DialectMax SMB302): if that works, the server fails on the contexts, and newer firmware may help:",
    command: #"smbclient //SERVER/SHARE -U 'DOMAIN\USER' -m SMB3_02"#,
    caution: "Without SMB 3.1.1 only Validate Negotiate protects NEGOTIATE.")
  static let signingAlgorithmsSamba = Remedy(
    "Allow at least one common signing algorithm on both sides. On Samba the lists are “server smb3 signing algorithms” and “client smb3 signing algorithms” in smb.conf:",
    command: #"testparm -sv 2>/dev/null | grep "smb3 signing algorithms""#)
}
