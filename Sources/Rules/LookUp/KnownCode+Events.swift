extension KnownCode {
  private static func event(_ number: UInt32, _ meaning: String, _ rules: String...) -> KnownCode {
    KnownCode(.event, number, nil, meaning, rules)
  }

  /// Numbers in the event logs of Windows, each with the log or the source that it is of.
  static let events: [KnownCode] = [
    event(3, "System, Security-Kerberos: A Kerberos error message was received.", "kerberos-spn-not-found", "kerberos-other-error"),
    event(4, "System, Security-Kerberos: The client received KRB_AP_ERR_MODIFIED from the server.", "kerberos-ap-modified", "kerberos-duplicate-spn"),
    event(11, "System, Kerberos-Key-Distribution-Center: There are several accounts with one service principal name.", "kerberos-duplicate-spn"),
    event(14, "System, Kerberos-Key-Distribution-Center: The account has no suitable key for the ticket.", "kerberos-etype"),
    event(16, "System, Kerberos-Key-Distribution-Center: The account has no suitable key for the service ticket.", "kerberos-etype"),
    event(27, "System, Kerberos-Key-Distribution-Center: The encryption type requested is not supported.", "kerberos-etype"),
    event(551, "SMBServer/Security: SMB session authentication failure.", "auth-logon-failure", "auth-spn-hardening", "auth-access-denied"),
    event(1006, "SMBServer/Security: The share denied access to the client.", "tree-access-denied", "tree-encryption-required"),
    event(1009, "SMBServer/Security: The server denied anonymous access to the client.", "auth-anonymous", "tree-access-denied"),
    event(3000, "SMBServer/Audit: A client tried to use SMB1.", "smb1-only-client"),
    event(4001, "NTLM/Operational: NTLM was blocked on the client.", "ntlm-blocked-by-client"),
    event(4002, "NTLM/Operational: Incoming NTLM was blocked on the server.", "auth-ntlm-blocked"),
    event(4003, "NTLM/Operational: NTLM was blocked on the domain controller.", "auth-ntlm-blocked"),
    event(4625, "Security: An account failed to log on.", "auth-logon-failure", "auth-wrong-password-named", "auth-logon-type-not-granted"),
    event(4740, "Security: A user account was locked out.", "auth-account-locked"),
    event(4768, "Security: A Kerberos authentication ticket was requested.", "kerberos-client-unknown", "kerberos-account-state", "kerberos-etype"),
    event(4769, "Security: A Kerberos service ticket was requested.", "kerberos-spn-not-found", "kerberos-etype"),
    event(4771, "Security: Kerberos pre-authentication failed.", "kerberos-preauth-failed", "kerberos-account-state", "kerberos-clock-skew"),
    event(4776, "Security: The domain controller tried to validate the credentials for an account.", "auth-logon-failure", "auth-account-locked"),
    event(5140, "Security: A network share object was accessed.", "tree-access-denied"),
    event(5145, "Security: A network share object was checked to see whether the client can be granted access.", "create-root-access-denied", "tree-no-access"),
    event(5168, "Security: The SPN check for SMB/SMB2 failed.", "auth-spn-hardening"),
    event(5719, "System, NETLOGON: The computer could not set up a secure session with a domain controller.", "auth-no-logon-servers", "auth-trust-failure"),
    event(3210, "System, NETLOGON: The computer could not authenticate with the domain controller.", "auth-trust-failure"),
    event(5722, "System, NETLOGON: The session setup from the computer failed to authenticate.", "auth-trust-failure"),
    event(6038, "System, LsaSrv: NTLM is used between clients and this server.", "ntlm-used-instead-of-kerberos", "kerberos-not-attempted"),
    event(6167, "System, LsaSrv: There is a partial mismatch in the machine ID, for example between computers that were cloned from one image.", "auth-logon-failure", "auth-access-denied"),
    event(8001, "NTLM/Operational: NTLM from the client would be blocked (audit).", "ntlm-blocked-by-client"),
    event(8002, "NTLM/Operational: Incoming NTLM would be blocked (audit).", "auth-ntlm-blocked"),
    event(8004, "NTLM/Operational: NTLM would be blocked at the domain controller (audit).", "auth-ntlm-blocked"),
    event(30803, "SMBClient/Connectivity: Failed to establish a network connection.", "tcp-syn-timeout", "tcp-syn-refused", "tcp-icmp-unreachable"),
    event(30804, "SMBClient/Connectivity: A network connection was disconnected.", "connection-reset-in-use", "negotiate-reset-by-server"),
    event(30805, "SMBClient/Connectivity: The client lost its session to the server.", "session-deleted", "session-expired", "connection-reset-in-use"),
    event(30807, "SMBClient/Connectivity: The connection to the share was lost.", "connection-reset-in-use", "tree-network-name-deleted"),
    event(30809, "SMBClient/Connectivity: A request timed out because there was no response from the server.", "negotiate-unanswered-60s", "session-setup-unanswered", "tree-connect-unanswered"),
    event(31010, "SMBClient/Security: The SMB client failed to connect to the share.", "tree-access-denied", "tree-bad-network-name"),
    event(31013, "SMBClient/Security: The signature of a message could not be validated.", "signature-stripped", "signing-required-unsupported", "mbx-smb-field-rewrite"),
    event(31017, "SMBClient/Security: An insecure guest logon was rejected.", "auth-guest-rejected-by-client", "auth-guest-granted", "guest-cannot-sign"),
    event(40960, "System, LsaSrv: The security system detected an authentication error for the server.", "kerberos-kdc-unreachable", "auth-no-logon-servers", "kerberos-spn-not-found"),
    event(40970, "System, LsaSrv: The security system detected a downgrade attempt.", "auth-downgrade-detected", "kerberos-fallback-to-ntlm"),
  ]
    + (201...209).map {
      KnownCode(
        .event, $0, nil, "System, KDCSVC: A ticket needs or would need RC4, which is being switched off (CVE-2026-20833).",
        ["kerberos-etype"])
    }
}
