extension Remedy {
  static let signingOnServer = Remedy(
    "Switch signing on at the server that does not sign: on a NAS in its SMB settings, on Samba with “server signing = auto” or “mandatory” in smb.conf. Current firmware and versions can all sign.")
  static let signingSamba = Remedy(
    "On a Samba client let it sign (the default), and on a Linux mount use sec=ntlmsspi or sec=krb5i:",
    command: "client signing = if_required")
}
