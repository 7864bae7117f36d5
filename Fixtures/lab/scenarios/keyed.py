"""Healthy recordings for the tests of keys: each way to sign and to encrypt. The password is the lab's.

The other dialects are among the healthy fixtures.
"""

from __future__ import annotations

from typing import Any

from scenarios.vocabulary import *
from steps import impacket, session, smbclient

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


KEYED = [
    *map(signed, ALGORITHMS), *map(sealed, CIPHERS),
    keyed("smbprotocol", "smbprotocol, signed.", negotiated(0x0311, "3.1.1"), TREE, steps=(session(),),
          client="smbprotocol"),
    keyed("impacket", "impacket, signed.", TREE, steps=(impacket(),), client="impacket",
          server={"server signing": "mandatory"}),
]
