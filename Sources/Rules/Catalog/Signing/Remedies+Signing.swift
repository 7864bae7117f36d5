extension Remedy {
  static let signingOnServer = Remedy(
    "Switch signing on at the server that does not sign: on a NAS in its SMB settings, on Samba with “server signing = auto” or “mandatory” in smb.conf. Current firmware and versions can all sign.",
    variants: [
      Remedy("Switch signing on at the server that does not sign, in smb.conf:", command: "server signing = auto", fits: [.samba]),
      Remedy(
        "Let the server sign: “server signing = auto” or “mandatory” in ksmbd.conf. Its kernel needs the module cmac to sign. Without it every signature is wrong:",
        command: "modprobe cmac", fits: [.ksmbd]),
      Remedy(
        "Switch signing on at the Windows server:", command: "Set-SmbServerConfiguration -EnableSecuritySignature $true",
        fits: [.windowsServer]),
    ])
  static let signingSamba = Remedy(
    "On a Samba client let it sign (the default), and on a Linux mount use sec=ntlmsspi or sec=krb5i:",
    command: "client signing = if_required", fits: .unixClients)
}
