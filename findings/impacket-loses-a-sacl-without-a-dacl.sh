#!/bin/sh
# Does impacket show the SACL of a security descriptor that has no DACL?
#
# Guess before the run: yes; each of the four parts has its own offset and may be missing. A first look that showed none was taken
# for a mistake of the test.
# Seen (impacket 0.13.1, winacl 0.1.9, Python 3.11), entries that each library finds:
#
#                        winacl            impacket
#   SACL and DACL        1 in each         1 in each
#   DACL alone           1 in the DACL     1 in the DACL
#   SACL alone           1 in the SACL     none
#
# A server sends the third when a client asks for SACL_SECURITY_INFORMATION alone, as tools that look for audit settings do.
# impacket empties the SACL where it finds no offset of a DACL; a descriptor that it writes again has lost the SACL.
# Lesson: with impacket, ask for the DACL too, or look for the offset at byte 12.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install impacket==0.13.1 winacl==0.1.9
v/bin/python - <<'P'
import struct
from impacket.ldap.ldaptypes import SR_SECURITY_DESCRIPTOR
from winacl.dtyp.security_descriptor import SECURITY_DESCRIPTOR
def acl(kind, flags): return struct.pack("<BBHHH", 2, 0, 28, 1, 0) + struct.pack("<BBHIBB6sI", kind, flags, 20, 0x1F01FF, 1, 1, (1).to_bytes(6, "big"), 0)
audit, allowed = acl(2, 0xC0), acl(0, 0)
def descriptor(sacl, dacl):
    control = 0x8000 | (0x10 if sacl else 0) | (4 if dacl else 0)
    return struct.pack("<BBHIIII", 1, 0, control, 0, 0, 20 if sacl else 0, (20 + len(sacl)) if dacl else 0) + sacl + dacl
def impacket(data):
    one = SR_SECURITY_DESCRIPTOR(data)
    return [len(part.aces) if part else 0 for part in (one["Sacl"], one["Dacl"])]
def winacl(data):
    one = SECURITY_DESCRIPTOR.from_bytes(data)
    return [len(part.aces) if part else 0 for part in (one.Sacl, one.Dacl)]
seen = {
    name: [winacl(descriptor(*parts)), impacket(descriptor(*parts))]
    for name, parts in {"both": (audit, allowed), "DACL alone": (b"", allowed), "SACL alone": (audit, b"")}.items()}
for one in seen.items(): print(*one)
assert seen == {"both": [[1, 1], [1, 1]], "DACL alone": [[0, 1], [0, 1]], "SACL alone": [[1, 0], [0, 0]]}, "this has changed"
P
