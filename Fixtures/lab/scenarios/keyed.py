"""Recordings for the tests of keys: each way to sign and to encrypt. The password is the lab's, and the keytabs of
Kerberos sessions lie beside them.

The other dialects are among the healthy fixtures.
"""

from __future__ import annotations

from typing import Any

from lab import SERVER
from scenarios.kerberos import DC_NAME, KDC_AND_SMB, KERBEROS_ALICE, KERBEROS_TICKET, TGS_REP
from scenarios.vocabulary import *
from servers import start_mit
from steps import Step, export_keytab, impacket, kinit, on, session, smbclient, write_keytab

ALGORITHMS = {"HMAC-SHA256": "hmac-sha2-256", "AES-CMAC": "aes-128-cmac", "AES-GMAC": "aes-128-gmac"}
CIPHERS = ["AES-128-CCM", "AES-128-GCM", "AES-256-CCM", "AES-256-GCM"]
# More than one frame long, so that signatures and seals span segments.
COPY = "get readme.txt /dev/null; put /usr/bin/env copy.bin; get copy.bin /dev/null"


def keyed_only(name: str, shows: str, *sights: Sight, **rest: Any) -> Scenario:
    return Scenario(name, shows, sights=sights, place="Tests/EndToEndTests/Keyed", **rest)


def keyed(name: str, shows: str, *sights: Sight, **rest: Any) -> Scenario:
    return keyed_only(name, shows, *sights, SESSION, **rest)


def signed(name: str) -> Scenario:
    return keyed(f"signed-{name.lower()}", f"Signed with {name}.", negotiated(0x0311, "3.1.1"), TREE,
                 steps=(smbclient("SMB3_11", "--client-protection=sign",
                                  f"--option=client smb3 signing algorithms={ALGORITHMS[name]}", command=COPY),))


def sealed(name: str) -> Scenario:
    return keyed(f"sealed-{name.lower()}", f"Encrypted with {name}.", negotiated(0x0311, "3.1.1"), ENCRYPTED,
                 steps=(smbclient("SMB3_11", f"--option=client smb3 encryption algorithms={name}", command=COPY),),
                 server={"server smb encrypt": "required"})


def kerberos(name: str, shows: str, *sights: Sight, dialect: str = "SMB3_11", options: tuple[str, ...] = (),
             server: dict[str, str] | None = None, **rest: Any) -> Scenario:
    return Scenario(f"kerberos-{name}", shows, place="Tests/EndToEndTests/Keyed", dc=True, recorded=KDC_AND_SMB,
                    steps=(smbclient(dialect, "--use-kerberos=required", *options, server=DC_NAME,
                                     user=KERBEROS_ALICE, command="get readme.txt /dev/null; ls"),), server=server or {},
                    sights=(TGS_REP, KERBEROS_TICKET, *sights), **{"keytabs": ("server",), "before": (export_keytab(),), **rest})


def mit(name: str, etype: str, session: str = "") -> Scenario:
    """A realm of MIT Kerberos. `session` is the type of the session's key if smbclient would not ask for it: kvno does."""
    fetch = (on("client", "kvno", "cifs/fs01.lab.example"),) if session else ()
    return Scenario(
        f"kerberos-{name}", f"A ticket in {etype}, in a realm without Active Directory.",
        (kinit, *fetch, smbclient("SMB3_11", "--use-kerberos=required", "-I", SERVER, *SIGN, server="fs01.lab.example",
                                  user=None, command="get readme.txt /dev/null; ls")),
        (TGS_REP, KERBEROS_TICKET, SESSION, TREE), server=None, before=(lambda lab: start_mit(lab, etype, {}, session),),
        krb5_conf="[libdefaults]\nallow_weak_crypto = true\nallow_rc4 = true\n"
                  f"permitted_enctypes = {etype} aes256-cts-hmac-sha1-96",
        recorded=KDC_AND_SMB, place="Tests/EndToEndTests/Keyed", keytabs=("server",))


SIGN = ("--client-protection=sign",)
REFUSED = Sight(message(1, RESPONSE, "smb2.nt_status == 0xc000006d"), "STATUS_LOGON_FAILURE")
NEW_PASSWORD = on("server", "samba-tool", "user", "setpassword", "DC01$", "--newpassword=Another-Horse-8", "-s", "{conf}")

KERBEROS_KEYED = [
    *(kerberos(f"signed-{number}", f"Signed with {number}.", negotiated(code, number), SESSION, TREE, dialect=dialect,
               options=SIGN)
      for number, code, dialect in (("2.1", 0x0210, "SMB2_10"), ("3.0.2", 0x0302, "SMB3_02"), ("3.1.1", 0x0311, "SMB3_11"))),
    kerberos("signed-aes-cmac", "Signed with AES-CMAC on 3.1.1.", negotiated(0x0311, "3.1.1"), SESSION, TREE,
             options=(*SIGN, f"--option=client smb3 signing algorithms={ALGORITHMS['AES-CMAC']}")),
    *(kerberos(f"sealed-{cipher.lower()}", f"Encrypted with {cipher}.", SESSION, ENCRYPTED,
               options=(f"--option=client smb3 encryption algorithms={cipher}",), server={"server smb encrypt": "required"})
      for cipher in ("AES-128-GCM", "AES-256-GCM")),
    *(mit(*each) for each in (
        ("aes128", "aes128-cts-hmac-sha1-96"), ("rc4", "arcfour-hmac"), ("aes128-sha2", "aes128-cts-hmac-sha256-128"),
        ("aes256-sha2", "aes256-cts-hmac-sha384-192"), ("rc4-session", "arcfour-hmac", "arcfour-hmac"))),
    kerberos("stale", "The domain gave the server another password, which the server does not have. Beside the recording: "
             "the server's keys, those of the domain, and a keytab with the right version of a wrong key.", REFUSED,
             absent(TREE.filter), keytabs=("server", "domain", "retyped"),
             before=(export_keytab("server"), NEW_PASSWORD, export_keytab("domain"),
                     write_keytab("retyped", f"cifs/{DC_NAME}@LAB.EXAMPLE", 2, "aes256-cts-hmac-sha1-96", "wrong"))),
]

NT1 = ("--option=client min protocol=NT1", "--client-protection=sign")
SMB1_TREE = Sight("smb.cmd == 0x75 && smb.flags.response == 1 && smb.nt_status == 0", "TREE_CONNECT_ANDX succeeds")
SMB1_LOGON = Sight("smb.cmd == 0x73 && smb.flags.response == 1 && smb.nt_status == 0", "SESSION_SETUP_ANDX succeeds")


def smb1(name: str, shows: str, *options: str, sight: Sight = SMB1_TREE, **server: str) -> Scenario:
    return keyed_only(f"smb1-{name}", shows, sight, absent("smb2"),
                      steps=(smbclient("NT1", *NT1, *options, command=COPY),),
                      server={"server min protocol": "NT1", "server max protocol": "NT1", "server signing": "mandatory",
                              **{key.replace("_", " "): value for key, value in server.items()}})


SMB1 = [
    smb1("signed", "SMB1, signed, with a token."),
    *(smb1(f"signed-{name}", f"SMB1 with an {title} response and no token: Samba's server does not sign then, and smbclient leaves.",
           "--option=client use spnego=no", *options, sight=SMB1_LOGON, **server)
      for name, title, options, server in (
          ("ntlmv2", "NTLMv2", (), {"raw_NTLMv2_auth": "yes"}),
          ("ntlmv1", "NTLMv1", ("--option=client ntlmv2 auth=no",), {"ntlm_auth": "ntlmv1-permitted"}))),
]

# A device that changes one thing. What the client sent, and what the server answered, is recorded on the client's side:
# the key of the session is another on both sides.
TAMPERED = {
    "request-security-mode": "negotiate-request.security-mode=1", "request-reserved": "negotiate-request.reserved=0x4d42",
    "request-capabilities": "negotiate-request.capabilities=0x3f", "request-guid": "negotiate-request.guid=0",
    "request-dialects": "negotiate-request.dialects=0210:0300", "request-credits": "negotiate-request.credits=1",
    "response-security-mode": "negotiate-response.security-mode=1", "response-guid": "negotiate-response.guid=0",
    "response-capabilities": "negotiate-response.capabilities=5", "response-max-transact": "negotiate-response.max-transact=0x10000",
    "response-max-read": "negotiate-response.max-read=0x10000", "response-max-write": "negotiate-response.max-write=0x10000",
    "response-system-time": "negotiate-response.system-time=0x55", "response-start-time": "negotiate-response.start-time=1",
    "session-setup-security-mode": "session-setup-request.security-mode=1",
    "session-setup-capabilities": "session-setup-request.capabilities=0",
}


def tampered(name: str, *actions: str, dialect: str = "SMB3_11", side: str = "client", sights: tuple[Sight, ...] = (),
             server: dict[str, str] | None = None) -> Scenario:
    return keyed(f"tampered-{name}", f"A device changed {', '.join(actions)}.", *sights, side=side, middlebox=actions,
                 steps=(smbclient(dialect, "--client-protection=sign", command="ls"),),
                 server=server or {"server signing": "mandatory"})


TAMPERING = [
    *(tampered(name, action, sights=(negotiated(0x0311, "3.1.1"),)) for name, action in TAMPERED.items()),
    tampered("signed-request", "tree-connect-request.flags2=4", side="server"),
    tampered("signed-response", "tree-connect-response.maximal-access=0x1f01ff"),
    tampered("signed-request-3.0.2", "tree-connect-request.flags2=4", dialect="SMB3_02", side="server"),
    tampered("signed-response-2.1", "tree-connect-response.maximal-access=0x1f01ff", dialect="SMB2_10"),
]

# Of Debian 13: Samba 4.22.
TRIXIE = [
    *(keyed(f"trixie-signed-{name.lower()}", f"Samba 4.22, signed with {name}.", negotiated(0x0311, "3.1.1"), TREE, release="trixie",
            steps=(smbclient("SMB3_11", "--client-protection=sign", f"--option=client smb3 signing algorithms={algorithm}",
                             command="get readme.txt /dev/null; ls"),))
      for name, algorithm in ALGORITHMS.items()),
    *(keyed(f"trixie-sealed-{cipher.lower()}", f"Samba 4.22, encrypted with {cipher}.", negotiated(0x0311, "3.1.1"), ENCRYPTED,
            release="trixie", server={"server smb encrypt": "required"},
            steps=(smbclient("SMB3_11", f"--option=client smb3 encryption algorithms={cipher}",
                             command="get readme.txt /dev/null; ls"),))
      for cipher in CIPHERS),
    *(keyed(f"trixie-signed-{number}", f"Samba 4.22, signed, SMB {number}.", negotiated(code, number), TREE, release="trixie",
            steps=(smbclient(dialect, "--client-protection=sign", command="get readme.txt /dev/null; ls"),))
      for number, code, dialect in (("2.0.2", 0x0202, "SMB2_02"), ("2.1", 0x0210, "SMB2_10"), ("3.0", 0x0300, "SMB3_00"),
                                    ("3.0.2", 0x0302, "SMB3_02"))),
    keyed("trixie-sealed-3.0.2", "Samba 4.22, encrypted, SMB 3.0.2.", negotiated(0x0302, "3.0.2"), ENCRYPTED, release="trixie",
          steps=(smbclient("SMB3_02", "--client-protection=encrypt", command="get readme.txt /dev/null; ls"),)),
]

KEYED = [
    *SMB1, *TAMPERING, *TRIXIE, *KERBEROS_KEYED,
    *map(signed, ALGORITHMS), *map(sealed, CIPHERS),
    keyed("smbprotocol", "smbprotocol, signed.", negotiated(0x0311, "3.1.1"), TREE, steps=(session(),),
          client="smbprotocol"),
    keyed("channel", "A second channel of one session, signed with a key of its own.", steps=(session("--dialect", "0x0311", "--bind", "signed"),),
          client="smbprotocol", server={"server multi channel support": "yes", "server signing": "mandatory"}),
    keyed("channel-3.0.2", "The same on SMB 3.0.2.", steps=(session("--dialect", "0x0302", "--bind", "signed"),),
          client="smbprotocol", server={"server multi channel support": "yes", "server signing": "mandatory"}),
    keyed("smbprotocol-sealed", "smbprotocol, encrypted.", ENCRYPTED, steps=(session(),), client="smbprotocol",
          server={"server smb encrypt": "required"}),
    keyed("impacket-sealed", "impacket, encrypted, SMB 3.0.", ENCRYPTED, steps=(impacket("--dialect", "0x0300"),), client="impacket",
          server={"server smb encrypt": "required"}),
    keyed("impacket", "impacket, signed.", TREE, steps=(impacket(),), client="impacket",
          server={"server signing": "mandatory"}),
]
