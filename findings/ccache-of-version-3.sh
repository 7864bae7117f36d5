#!/bin/sh
# Do libraries for Python read a Kerberos credential cache of version 3, the one before today's?
#
# Guess before the run: no, impacket and minikerberos know version 4 alone and raise an error; klist reads it.
# Seen (krb5-user 1.20.1-2+deb12u5 of Debian bookworm; impacket 0.13.1, minikerberos 0.4.9, Python 3.11), a ticket of
# alice@LAB.TEST for krbtgt/LAB.TEST:
#
#                  version 4                     version 3
#   klist          alice@LAB.TEST, one ticket    alice@LAB.TEST, one ticket
#   impacket       alice@LAB.TEST, one ticket    alice@LAB.TEST, one ticket
#   minikerberos   alice, one ticket             no error: a user of nothing but slashes, and no ticket
#
# minikerberos reads the version and does not look at it; in version 3 there is no list of tags in front, and each key has its type
# twice. Old programs, and krb5.conf with ccache_type = 3, write it.
# Lesson: “no ticket” is no answer of this library. See the second byte of the file, 03 or 04.
set -eu
version=1.20.1-2+deb12u5
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install krb5-user=$version libkrb5-3=$version libk5crypto3=$version libkrb5support0=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install impacket==0.13.1 minikerberos==0.4.9
cat > look.py <<'P'
import os, struct, subprocess, sys
from impacket.krb5.ccache import CCache
from minikerberos.common.ccache import CCACHE
def der(tag, *parts):
    body = b"".join(parts)
    return bytes([tag]) + (bytes([len(body)]) if len(body) < 128 else bytes([0x81, len(body)])) + body
def number(value): return der(2, bytes([value]))
names = der(0x30, der(0xA0, number(2)), der(0xA1, der(0x30, der(0x1B, b"krbtgt"), der(0x1B, b"LAB.TEST"))))
sealed = der(0x30, der(0xA0, number(18)), der(0xA1, number(2)), der(0xA2, der(4, b"x" * 40)))
ticket = der(0x61, der(0x30, der(0xA0, number(5)), der(0xA1, der(0x1B, b"LAB.TEST")), der(0xA2, names), der(0xA3, sealed)))
def counted(value): return struct.pack(">I", len(value)) + value
def principal(kind, *parts): return struct.pack(">II", kind, len(parts)) + counted(b"LAB.TEST") + b"".join(map(counted, parts))
def cache(version):
    kind = struct.pack(">H", 18)
    one = principal(1, b"alice") + principal(2, b"krbtgt", b"LAB.TEST") + kind + (kind if version == 3 else b"") + counted(b"k" * 32)
    one += struct.pack(">IIIIBIII", 1700000000, 1700000000, 1700036000, 1700036000, 0, 0x40E10000, 0, 0) + counted(ticket) + counted(b"")
    tags = struct.pack(">HHHII", 12, 1, 8, 0, 0) if version == 4 else b""
    return bytes([5, version]) + tags + principal(1, b"alice") + one
def look(version):
    name = "cache%d" % version
    with open(name, "wb") as file: file.write(cache(version))
    text = subprocess.run(
        ["root/usr/bin/klist", "-c", name], stdout=subprocess.PIPE, text=True, check=True,
        env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], KRB5_CONFIG="/dev/null")).stdout
    first, second = CCache.loadFile(name), CCACHE.from_file(name)
    user = second.primary_principal.to_string("/")
    return {
        "klist": ("alice@LAB.TEST" in text, text.count("krbtgt/")), "impacket": (first.principal.prettyPrint().decode(), len(first.credentials)),
        "minikerberos": ("slashes" if set(user) == {"/"} else user, len(second.credentials))}
seen = {version: look(version) for version in (4, 3)}
for one in seen.items(): print(*one)
right = {"klist": (True, 1), "impacket": ("alice@LAB.TEST", 1), "minikerberos": ("alice", 1)}
assert seen == {4: right, 3: dict(right, minikerberos=("slashes", 0))}, "this has changed"
P
v/bin/python look.py "$libraries"
