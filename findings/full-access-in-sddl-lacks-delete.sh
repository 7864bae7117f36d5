#!/bin/sh
# Which rights do libraries read in an entry of SDDL that gives full access to a file, and in one with a number?
#
# Guess before the run: 0x1f01ff for FA, and the number itself, hexadecimal, decimal or octal, as MS-DTYP allows them.
# Seen (python3-samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm; winacl 0.1.9, winsddl 0.1.1, Python 3.11):
#
#              (A;;FA;;;SY)   0x1f01ff               1179817, decimal   04400251, octal
#   meant      0x1f01ff       0x1f01ff               0x1200a9           0x1200a9
#   samba      0x1ff          0x1f01ff               0                  0
#   winacl     0x1f01ff       0x1f01ff               0x1179817          0x4400251
#   winsddl    no right       names, of “Write Owner” and of keys of the registry
#
# 0x1ff lacks what all files have: delete, read and change permissions, take ownership, synchronize. No library says that it
# does not know something.
# Lesson: ask a server, or a tool, for the mask as a hexadecimal number before you call two descriptors different; a text with FA
# that went through samba gives less than full access.
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
v/bin/pip -q install winacl==0.1.9 winsddl==0.1.1
cat > samba.look <<'P'
import sys
from samba.dcerpc import security
for line in sys.stdin: print(hex(security.descriptor.from_sddl(line.strip(), security.dom_sid("S-1-5-21-1-2-3")).dacl.aces[0].access_mask))
P
cat > look.py <<'P'
import os, subprocess, sys
from winacl.dtyp.security_descriptor import SECURITY_DESCRIPTOR
from winsddl import SDDLParser
rights = ["FA", "0x1f01ff", "1179817", "04400251"]
texts = ["D:(A;;%s;;;SY)" % one for one in rights]
def winsddl(text):
    parser = SDDLParser("file")
    parser.parse(text)
    return parser.dacl[0].basic_rights + parser.dacl[0].advanced_rights
seen = {"winacl": [hex(SECURITY_DESCRIPTOR.from_sddl(text).Dacl.aces[0].Mask) for text in texts], "winsddl": [winsddl(text) for text in texts]}
seen["samba"] = subprocess.run(
    ["/usr/bin/python3", "samba.look"], input="\n".join(texts), stdout=subprocess.PIPE, text=True, check=True,
    env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], PYTHONPATH="root/usr/lib/python3/dist-packages")).stdout.split()
for one in seen.items(): print(*one)
assert seen["winacl"] == ["0x1f01ff", "0x1f01ff", "0x1179817", "0x4400251"], "winacl has changed"
assert seen["samba"] == ["0x1ff", "0x1f01ff", "0x0", "0x0"], "samba has changed"
assert seen["winsddl"][0] == [] and "Create Subkey" in seen["winsddl"][1] and seen["winsddl"][2:] == [[], []], "winsddl has changed"
P
v/bin/python look.py "$libraries"
