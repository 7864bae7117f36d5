#!/bin/sh
# How do libraries for Python write a SID whose authority does not fit into 32 bits, or that has no sub-authority?
#
# Guess before the run: the first in decimal digits, where MS-DTYP asks for hexadecimal ones from 2^32 on; the second as S-1-5.
# Seen (Python 3.11):
#
#                        authority 2^32, then 5   authority 5 alone
#   ldap3 2.9.1          S-1-0x100000000-5        S-1-5
#   winacl 0.1.9         S-1-0x000100000000-5     S-1-5
#   dissect.util 3.24    S-1-4294967296-5         S-1-5
#   impacket 0.13.1      S-1-0-5                  S-1-5
#   smbprotocol 1.17.0   S-1-0-5                  S-1-5-
#
# The first is what MS-DTYP asks for. S-1-0-5 is another SID: the upper 16 bits are lost.
# Lesson: compare SIDs as bytes. Texts of two tools that differ may be one SID, and equal ones two.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install ldap3==2.9.1 winacl==0.1.9 dissect.util==3.24 impacket==0.13.1 smbprotocol==1.17.0
v/bin/python - <<'P'
import struct
from dissect.util.sid import read_sid
from impacket.ldap.ldaptypes import LDAP_SID
from ldap3.protocol.formatters.formatters import format_sid
from smbprotocol.security_descriptor import SIDPacket
from winacl.dtyp.sid import SID
def smbprotocol(value):
    packet = SIDPacket()
    packet.unpack(value)
    return str(packet)
readers = {
    "ldap3": format_sid, "winacl": lambda value: str(SID.from_bytes(value)), "dissect.util": read_sid,
    "impacket": lambda value: LDAP_SID(value).formatCanonical(), "smbprotocol": smbprotocol}
large = bytes([1, 1]) + (1 << 32).to_bytes(6, "big") + struct.pack("<I", 5)
short = bytes([1, 0]) + (5).to_bytes(6, "big")
seen = {name: [reader(large), reader(short)] for name, reader in readers.items()}
for one in seen.items(): print(*one)
assert seen == {
    "ldap3": ["S-1-0x100000000-5", "S-1-5"], "winacl": ["S-1-0x000100000000-5", "S-1-5"],
    "dissect.util": ["S-1-4294967296-5", "S-1-5"], "impacket": ["S-1-0-5", "S-1-5"], "smbprotocol": ["S-1-0-5", "S-1-5-"]}, "this has changed"
P
