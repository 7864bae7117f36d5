#!/bin/sh
# Does the text (SDDL) of a security descriptor tell a DACL that is NULL from one that is not there?
#
# Guess before the run: yes, as D:NO_ACCESS_CONTROL, which Windows writes.
# Seen (python3-samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm; winacl 0.1.9, impacket 0.13.1, smbprotocol 1.17.0, Python 3.11),
# a descriptor with the control bit “DACL present” and the offset 0, which lets everybody do all; the same without the bit; and
# with a DACL without an entry, which allows nothing:
#
#                 NULL           not there      empty
#   samba         O:SYG:BA       O:SYG:BA       O:SYG:BAD:
#   winacl        O:…G:…         O:…G:…         O:…G:…D:
#   impacket      no DACL        no DACL        a DACL without an entry
#   smbprotocol   struct.error   no DACL        a DACL without an entry
#
# samba reads its text back as the second one: the open share has become one without a DACL.
# Lesson: take the control bits from the bytes. A text without “D:” may mean a share that is open to everybody.
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
from samba.ndr import ndr_pack, ndr_unpack
for line in sys.stdin:
    data = bytes.fromhex(line)
    text = ndr_unpack(security.descriptor, data).as_sddl()
    print(text, ndr_unpack(security.descriptor, ndr_pack(security.descriptor.from_sddl(text, security.dom_sid("S-1-5-21-1-2-3")))).type & 4)
P
cat > look.py <<'P'
import os, struct, subprocess, sys
from impacket.ldap.ldaptypes import SR_SECURITY_DESCRIPTOR
from smbprotocol.security_descriptor import SMB2CreateSDBuffer
from winacl.dtyp.security_descriptor import SECURITY_DESCRIPTOR
def sid(*parts): return bytes([1, len(parts)]) + (5).to_bytes(6, "big") + struct.pack("<%dI" % len(parts), *parts)
system, administrators = sid(18), sid(32, 544)
def descriptor(control, dacl=b""):
    begin = 20 + len(system) + len(administrators)
    head = struct.pack("<BBHIIII", 1, 0, 0x8000 | control, 20, 20 + len(system), 0, begin if dacl else 0)
    return head + system + administrators + dacl
rows = [descriptor(4), descriptor(0), descriptor(4, struct.pack("<BBHHH", 2, 0, 8, 0, 0))]
def winacl(data): return SECURITY_DESCRIPTOR.from_bytes(data).to_sddl()
def impacket(data):
    dacl = SR_SECURITY_DESCRIPTOR(data)["Dacl"]
    return "no DACL" if dacl == b"" else len(dacl.aces)
def smbprotocol(data):
    one = SMB2CreateSDBuffer()
    one.unpack(data)
    try: dacl = one.get_dacl()
    except struct.error: return "struct.error"
    return "no DACL" if dacl is None else len(dacl["aces"].get_value())
seen = {reader.__name__: [reader(data) for data in rows] for reader in (winacl, impacket, smbprotocol)}
seen["samba"] = subprocess.run(
    ["/usr/bin/python3", "samba.look"], input="\n".join(data.hex() for data in rows), stdout=subprocess.PIPE, text=True, check=True,
    env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], PYTHONPATH="root/usr/lib/python3/dist-packages")).stdout.splitlines()
for one in seen.items(): print(*one)
names = "O:S-1-5-18G:S-1-5-32-544"
assert seen == {
    "winacl": [names, names, names + "D:"], "impacket": ["no DACL", "no DACL", 0], "smbprotocol": ["struct.error", "no DACL", 0],
    "samba": ["O:SYG:BA 0", "O:SYG:BA 0", "O:SYG:BAD: 4"]}, "this has changed"
P
v/bin/python look.py "$libraries"
