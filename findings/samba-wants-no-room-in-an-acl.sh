#!/bin/sh
# Does samba's library read a security descriptor whose ACL is longer than its entries?
#
# Guess before the run: yes, as each other library; MS-DTYP says that AclSize may be more than the entries need.
# Seen (python3-samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm; winacl 0.1.9, impacket 0.13.1, smbprotocol 1.17.0, Python 3.11),
# one entry of 20 bytes, and n more bytes in the ACL:
#
#                                  n = 0     n = 16
#   winacl, impacket, smbprotocol  1 entry   1 entry
#   samba, ndr_unpack              1 entry   RuntimeError, (18, 'Unread Bytes')
#   samba, allow_remaining=True    1 entry   1 entry
#
# Such room is common: a program makes an ACL of a size that will do, adds entries with AddAccessAllowedAce, and hands it on.
# Lesson: “Unread Bytes” about a descriptor is no sign of damage or of an attack; AceCount says how many
# entries count, and allow_remaining=True reads them.
set -eu
version=2:4.17.12+dfsg-0+deb12u4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install python3-samba=$version samba-libs=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install winacl==0.1.9 impacket==0.13.1 smbprotocol==1.17.0
cat > samba.look <<'P'
import sys
from samba.dcerpc import security
from samba.ndr import ndr_unpack
for line in sys.stdin:
    for remaining in False, True:
        try: print(len(ndr_unpack(security.descriptor, bytes.fromhex(line), allow_remaining=remaining).dacl.aces))
        except RuntimeError as error: print(*error.args)
P
cat > look.py <<'P'
import os, struct, subprocess, sys
from impacket.ldap.ldaptypes import SR_SECURITY_DESCRIPTOR
from smbprotocol.security_descriptor import SMB2CreateSDBuffer
from winacl.dtyp.security_descriptor import SECURITY_DESCRIPTOR
entry = struct.pack("<BBHIBB6sI", 0, 0, 20, 0x1F01FF, 1, 1, (1).to_bytes(6, "big"), 0)
def descriptor(room):
    return struct.pack("<BBHIIII", 1, 0, 0x8004, 0, 0, 0, 20) + struct.pack("<BBHHH", 2, 0, 8 + len(entry) + room, 1, 0) + entry + bytes(room)
rows = [descriptor(0), descriptor(16)]
def smbprotocol(data):
    one = SMB2CreateSDBuffer()
    one.unpack(data)
    return len(one.get_dacl()["aces"].get_value())
readers = {
    "winacl": lambda data: len(SECURITY_DESCRIPTOR.from_bytes(data).Dacl.aces), "smbprotocol": smbprotocol,
    "impacket": lambda data: len(SR_SECURITY_DESCRIPTOR(data)["Dacl"].aces)}
seen = {name: [reader(data) for data in rows] for name, reader in readers.items()}
seen["samba"] = subprocess.run(
    ["/usr/bin/python3", "samba.look"], input="\n".join(data.hex() for data in rows), stdout=subprocess.PIPE, text=True, check=True,
    env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], PYTHONPATH="root/usr/lib/python3/dist-packages")).stdout.splitlines()
for one in seen.items(): print(*one)
assert seen == {"winacl": [1, 1], "smbprotocol": [1, 1], "impacket": [1, 1], "samba": ["1", "1", "18 Unread Bytes", "1"]}, "this has changed"
P
v/bin/python look.py "$libraries"
