#!/bin/sh
# Do libraries read a keytab as MIT Kerberos does?
#
# Guess before the run: yes; the format is small and old. Two things need care: the key version has 8 bits and, since
# long, 32 more at the end of an entry, which count unless they are zero; and a removed entry leaves a hole, whose length
# is negative.
# Seen (Python 3.11; klist 1.20.1-2+deb12u5 of Debian bookworm):
#
#                         version 300   version 5, the 32 bits zero   an entry, a hole, an entry
#   MIT klist             300           5                             both entries
#   impacket 0.13.1       300           0                             both, and the hole as a deleted one
#   minikerberos 0.4.9    44            5                             the first; the list ends at the hole, without an error
#
# Lesson: “the keytab lacks this name” or “version 44 in the keytab, 300 in the ticket” from such a tool is no diagnosis;
# look with klist -kte.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
apt-get -q download krb5-user=1.20.1-2+deb12u5 libkrb5-3=1.20.1-2+deb12u5 libk5crypto3=1.20.1-2+deb12u5 libkrb5support0=1.20.1-2+deb12u5 libkeyutils1 >&2
for file in ./*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so.*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install impacket==0.13.1 minikerberos==0.4.9
v/bin/python - <<'P'
import struct
def text(value): return struct.pack(">H", len(value)) + value
def entry(name, version, long=None):
    body = (struct.pack(">H", 1) + text(b"LAB.TEST") + text(name) + struct.pack(">IIB", 1, 1700000000, version & 0xFF)
        + struct.pack(">H", 18) + text(b"k" * 32) + struct.pack(">I", version if long is None else long))
    return struct.pack(">i", len(body)) + body
with open("version.keytab", "wb") as file: file.write(b"\5\2" + entry(b"alice", 300))
with open("zero.keytab", "wb") as file: file.write(b"\5\2" + entry(b"alice", 5, 0))
with open("hole.keytab", "wb") as file: file.write(b"\5\2" + entry(b"alice", 5) + struct.pack(">i", -60) + bytes(60) + entry(b"bob", 6))
from impacket.krb5 import keytab as first
from minikerberos.common import keytab as second
def impacket(path): return [(one.kvno, one.deleted) for one in first.Keytab.loadFile(path).entries]
def minikerberos(path): return [(one.key_version, one.to_pname()) for one in second.Keytab.from_file(path).entries]
seen = {reader.__name__: [reader(path + ".keytab") for path in ("version", "zero", "hole")] for reader in (impacket, minikerberos)}
for one in seen.items(): print(*one)
version, zero, hole = seen["impacket"]
assert version == [(300, False)] and zero == [(0, False)], "impacket has changed"
assert [deleted for _, deleted in hole] == [False, True, False], "impacket has changed"
assert seen["minikerberos"] == [[(44, "alice")], [(5, "alice")], [(5, "alice")]], "minikerberos has changed"
P
klist() { LD_LIBRARY_PATH="$libraries" root/usr/bin/klist -k "$1" | sed -n 's/^ *\([0-9][0-9]* [a-z]*\)@.*/\1/p' | tr '\n' ' '; }
seen="$(klist version.keytab)$(klist zero.keytab)$(klist hole.keytab)"
echo "klist $seen"
[ "$seen" = "300 alice 5 alice 5 alice 6 bob " ] || { echo "klist has changed"; exit 1; }
