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


def keyed(name: str, shows: str, *sights: Sight, **rest: Any) -> Scenario:
    return Scenario(name, shows, sights=(*sights, SESSION), place="Tests/EndToEndTests/Keyed", **rest)


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


def mit(name: str, etype: str) -> Scenario:
    return Scenario(
        f"kerberos-{name}", f"A ticket in {etype}, in a realm without Active Directory.",
        (kinit, smbclient("SMB3_11", "--use-kerberos=required", "-I", SERVER, *SIGN, server="fs01.lab.example",
                          user=None, command="get readme.txt /dev/null; ls")),
        (TGS_REP, KERBEROS_TICKET, SESSION, TREE), server=None, before=(lambda lab: start_mit(lab, etype, {}),),
        krb5_conf="[libdefaults]\nallow_weak_crypto = true\n"
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
        ("aes256-sha2", "aes256-cts-hmac-sha384-192"))),
    kerberos("stale", "The domain gave the server another password, which the server does not have. Beside the recording: "
             "the server's keys, those of the domain, and a keytab with the right version of a wrong key.", REFUSED,
             absent(TREE.filter), keytabs=("server", "domain", "retyped"),
             before=(export_keytab("server"), NEW_PASSWORD, export_keytab("domain"),
                     write_keytab("retyped", f"cifs/{DC_NAME}@LAB.EXAMPLE", 2, "aes256-cts-hmac-sha1-96", "wrong"))),
]

KEYED = [
    *KERBEROS_KEYED,
    *map(signed, ALGORITHMS), *map(sealed, CIPHERS),
    keyed("smbprotocol", "smbprotocol, signed.", negotiated(0x0311, "3.1.1"), TREE, steps=(session(),),
          client="smbprotocol"),
    keyed("impacket", "impacket, signed.", TREE, steps=(impacket(),), client="impacket",
          server={"server signing": "mandatory"}),
]
