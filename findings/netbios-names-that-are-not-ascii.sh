#!/bin/sh
# Do tools show a NetBIOS name with a letter that is not ASCII?
#
# Guess before the run: yes, or a sign in its place. Such names are bytes of the host's OEM code page; Ü is 0x9a in 850.
# Seen (pysmb 1.2.15, impacket 0.13.1 with Python 3.11; smbclient 2:4.17.12+dfsg-0+deb12u4 and nbtscan 1.7.2-2 of Debian bookworm),
# the answer to a node status query with the names FÜR, as the bytes 46 9a 52, and FS:
#
#   impacket     b'F\x9aR', b'FS'
#   nbtscan      the bytes as they are
#   nmblookup    F..R: Ü is two dots, as if the name were a letter longer
#   pysmb        UnicodeDecodeError, and FS is not told either
#
# Lesson: “no answer to the name query” from a script that uses pysmb may be an answer that it could not read. Look for the
# packet from port 137; a dot in a name of nmblookup need not be one.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
version=2:4.17.12+dfsg-0+deb12u4
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install samba-common-bin=$version samba-libs=$version libsmbclient=$version samba-common=$version libwbclient0=$version nbtscan=1.7.2-2 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
: > smb.conf
python3 -m venv v
v/bin/pip -q install pysmb==1.2.15 impacket==0.13.1
cat > look.py <<'P'
import os, socket, struct, subprocess, sys, threading
def serve(listener):
    while True:
        query, sender = listener.recvfrom(4096)
        names = b"F\x9aR".ljust(15) + struct.pack(">BH", 0, 0x0400) + b"FS".ljust(15) + struct.pack(">BH", 0x20, 0x0400)
        # The statistics of the unit: its MAC address first, 46 bytes in all.
        data = bytes([2]) + names + bytes([2, 0, 0, 0, 0, 1]) + bytes(40)
        listener.sendto(query[:2] + bytes([0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0]) + query[12:46] + struct.pack(">HHIH", 0x21, 1, 0, len(data)) + data, sender)
listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
listener.bind(("127.0.0.1", 137))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
def impacket():
    from impacket.nmb import NetBIOS
    return [one["NAME"].strip() for one in NetBIOS().getnodestatus("*", "127.0.0.1")]
def pysmb():
    from nmb.NetBIOS import NetBIOS
    try: return NetBIOS(broadcast=False).queryIPForName("127.0.0.1", timeout=5)
    except UnicodeDecodeError as error: return type(error).__name__
def run(*command):
    return subprocess.run(command, capture_output=True, timeout=60, env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], LC_ALL="C.UTF-8")).stdout
def nmblookup():
    return [line.split()[0] for line in run("root/usr/bin/nmblookup", "-s", "smb.conf", "-A", "127.0.0.1").splitlines() if b"<ACTIVE>" in line]
def nbtscan():
    return [line.split()[0] for line in run("root/usr/bin/nbtscan", "-v", "127.0.0.1").splitlines() if b"UNIQUE" in line]
seen = {tool.__name__: tool() for tool in (impacket, nbtscan, nmblookup, pysmb)}
print(seen)
assert seen == {
    "impacket": [b"F\x9aR", b"FS"], "nbtscan": [b"F\x9aR", b"FS"], "nmblookup": [b"F..R", b"FS"], "pysmb": "UnicodeDecodeError"}, "this has changed"
P
# Port 137 belongs to a network namespace of its own.
unshare -rn sh -c 'ip link set lo up 2> /dev/null; exec v/bin/python look.py "$0"' "$libraries"
