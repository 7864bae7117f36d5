extension KnownCode {
  private static func mount(_ number: UInt32, _ name: String, _ meaning: String, _ rules: String...) -> KnownCode {
    KnownCode(.errno, number, name, meaning, rules)
  }

  /// What mount.cifs and the kernel's log say: errno(3), with the situations in which cifs.ko was seen to give them.
  static let mountErrors: [KnownCode] = [
    mount(2, "ENOENT", "No such file or directory: the share, or the folder in it.", "tree-bad-network-name", "tree-not-found-other"),
    mount(5, "EIO", "Input/output error.", "auth-ntlm-blocked", "negotiate-unexpected-dialect", "vni-response-unsigned", "session-setup-other-status"),
    mount(6, "ENXIO", "No such device or address: the share's kind or a DFS target.", "tree-bad-network-name", "dfs-target-unreachable"),
    mount(11, "EAGAIN", "Resource temporarily unavailable: the server closed the connection.", "session-setup-reset-by-server", "negotiate-reset-by-server"),
    mount(13, "EACCES", "Permission denied: the password, the share's permissions, or a guest where signing is required.", "auth-logon-failure", "tree-access-denied", "auth-access-denied", "guest-cannot-sign", "kerberos-ap-modified"),
    mount(16, "EBUSY", "Device or resource busy: usually the mount point, which a capture does not show.", "tree-too-many"),
    mount(22, "EINVAL", "Invalid argument: an option of the mount, or the server's answer to NEGOTIATE.", "negotiate-invalid-parameter", "negotiate-no-common-dialect"),
    mount(32, "EPIPE", "Broken pipe: the server closed the connection.", "connection-reset-in-use"),
    mount(40, "ELOOP", "Too many levels: a DFS link leads in a circle.", "tree-dfs-not-covered"),
    mount(95, "EOPNOTSUPP", "Operation not supported: no common dialect, or one side does not support encryption.", "negotiate-no-common-dialect", "encryption-no-common-cipher", "smb1-only-server"),
    mount(101, "ENETUNREACH", "Network is unreachable.", "tcp-icmp-unreachable"),
    mount(104, "ECONNRESET", "Connection reset by peer.", "connection-reset-in-use", "negotiate-reset-by-server", "rst-injected-by-third-party"),
    mount(110, "ETIMEDOUT", "Connection timed out.", "tcp-syn-timeout"),
    mount(111, "ECONNREFUSED", "Connection refused.", "tcp-syn-refused"),
    mount(112, "EHOSTDOWN", "Host is down: the server does not answer, refuses SMB, or the mount asks for a dialect that the server does not have.", "nbss-session-refused", "negotiate-no-common-dialect", "negotiate-unanswered-60s", "smb1-only-client", "tcp-syn-timeout"),
    mount(113, "EHOSTUNREACH", "No route to host.", "tcp-icmp-unreachable"),
    mount(115, "EINPROGRESS", "Operation now in progress: the connection is not made within its time.", "tcp-syn-timeout"),
    mount(126, "ENOKEY", "Required key not available: no Kerberos ticket, or no helper to get one.", "kerberos-spn-not-found", "kerberos-kdc-unreachable", "kerberos-preauth-not-followed"),
    mount(127, "EKEYEXPIRED", "Key has expired: the password or the ticket.", "auth-password-expired", "session-expired"),
    mount(128, "EKEYREVOKED", "Key has been revoked: the account is disabled or locked.", "auth-account-disabled", "auth-account-locked"),
    mount(129, "EKEYREJECTED", "Key was rejected by service.", "kerberos-ap-modified"),
  ]
}
