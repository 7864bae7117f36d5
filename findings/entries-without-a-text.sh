#!/bin/sh
# Can a library for Python write each entry of a security descriptor as text (SDDL)?
#
# Guess before the run: yes: XA for an entry with a condition, ML;;NW;;;LW for a label of integrity.
# Seen (python3-samba 2:4.17.12+dfsg-0+deb12u4 of Debian bookworm; winacl 0.1.9, Python 3.11):
#
#                               samba                         winacl
#   allowed                     (A;;0x001f01ff;;;WD)          (A;;FA;;;S-1-1-0)
#   allowed for an object       (OA;;CR;0029…;;WD)            (OA;;CR;0029…;;S-1-1-0)
#   allowed, with a condition   (ALOL;;0x001f01ff;;;WD)       AttributeError, no text at all
#   label of integrity          (not tried)                   AttributeError, no text at all
#
# “ALOL” is no kind of entry. samba reads its own text back as another kind (11 instead of 9), and the condition is gone.
# Lesson: one entry with a condition (Dynamic Access Control), or a label, costs the text of the whole descriptor, or makes one that
# means more than the entry. Keep the bytes in hex beside it.
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
v/bin/pip -q install winacl==0.1.9
cat > samba.look <<'P'
import sys
from samba.dcerpc import security
from samba.ndr import ndr_unpack
for line in sys.stdin:
    text = ndr_unpack(security.descriptor, bytes.fromhex(line)).as_sddl()
    print(text, security.descriptor.from_sddl(text, security.dom_sid("S-1-5-21-1-2-3")).dacl.aces[0].type)
P
cat > look.py <<'P'
import os, struct, subprocess, sys, uuid
from winacl.dtyp.security_descriptor import SECURITY_DESCRIPTOR
def sid(authority, *parts): return bytes([1, len(parts)]) + authority.to_bytes(6, "big") + struct.pack("<%dI" % len(parts), *parts)
everyone, low = sid(1, 0), sid(16, 4096)
def entry(kind, mask, who, front=b"", behind=b""):
    body = struct.pack("<I", mask) + front + who + behind
    return struct.pack("<BBH", kind, 0, 4 + len(body)) + body
def descriptor(one, revision=2, system=False):
    acl = struct.pack("<BBHHH", revision, 0, 8 + len(one), 1, 0) + one
    return struct.pack("<BBHIIII", 1, 0, 0x8000 | (0x10 if system else 4), 0, 0, 20 if system else 0, 0 if system else 20) + acl
def text(value): return struct.pack("<I", 2 * len(value)) + value.encode("utf-16-le")
condition = b"artx\xf8" + text("Dept") + b"\x10" + text("HR") + b"\x80"
condition += bytes(-len(condition) % 4)
kind = uuid.UUID("00299570-246d-11d0-a768-00aa006e0529").bytes_le
rows = {
    "allowed": descriptor(entry(0, 0x1F01FF, everyone)), "object": descriptor(entry(5, 0x100, everyone, struct.pack("<I", 1) + kind), 4),
    "condition": descriptor(entry(9, 0x1F01FF, everyone, behind=condition)), "label": descriptor(entry(0x11, 1, low), system=True)}
def winacl(data):
    try: return SECURITY_DESCRIPTOR.from_bytes(data).to_sddl()
    except AttributeError: return "AttributeError"
seen = {name: winacl(data) for name, data in rows.items()}
shown = subprocess.run(
    ["/usr/bin/python3", "samba.look"], input="\n".join(rows[name].hex() for name in ("allowed", "object", "condition")), text=True,
    stdout=subprocess.PIPE, check=True, env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], PYTHONPATH="root/usr/lib/python3/dist-packages"))
print(seen, shown.stdout, sep="\n")
assert seen == {
    "allowed": "D:(A;;FA;;;S-1-1-0)", "object": "D:(OA;;CR;00299570-246d-11d0-a768-00aa006e0529;;S-1-1-0)",
    "condition": "AttributeError", "label": "AttributeError"}, "winacl has changed"
assert shown.stdout.splitlines() == [
    "D:(A;;0x001f01ff;;;WD) 0", "D:(OA;;CR;00299570-246d-11d0-a768-00aa006e0529;;WD) 5", "D:(ALOL;;0x001f01ff;;;WD) 11"], "samba has changed"
P
v/bin/python look.py "$libraries"
