#!/bin/sh
# Does each file of a ring hold what is needed to read it: interfaces, names and secrets?
#
# Guess before the run: yes. A ring drops its oldest file, so dumpcap repeats the start of the section in each one.
# Seen (wireshark-common 4.0.17-0+deb12u3 of Debian bookworm), a pcapng with a comment, an interface, a block of secrets (DSB), one
# of names (NRB) and four packets:
#
#                                    first file                    the second to the fourth
#   dumpcap -i - -b packets:1        comment, interface, DSB, NRB  comment, interface
#   editcap -c 1                     comment, interface, DSB       comment, interface, DSB
#
# dumpcap ends with a fifth file, which has no packet.
# Lesson: TLS secrets for SMB over QUIC, or names of hosts, are gone as soon as a ring drops its first file. Keep that one, or
# put the secrets in afterwards: editcap --inject-secrets. A last file without a packet does not mean that traffic stopped.
set -eu
version=4.0.17-0+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial ring split
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install wireshark-common=$version libwireshark16=$version libwiretap13=$version libwsutil14=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so.*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > pcapng.py <<'P'
import glob, struct
END = bytes(4)
def block(kind, body):
    body += bytes(-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)
def option(code, value): return struct.pack("<HH", code, len(value)) + value + bytes(-len(value) % 4)
def write(path):
    with open(path, "wb") as file:
        file.write(block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1) + option(1, b"office") + END))
        file.write(block(1, struct.pack("<HHI", 1, 0, 262144) + option(2, b"eth0") + END))
        file.write(block(10, struct.pack("<II", 0x544C534B, 7) + b"# keys\n"))
        file.write(block(4, struct.pack("<HH", 1, 11) + b"\x0a\0\0\2server\0" + b"\0" + END))
        for number in range(4):
            time = (1700000000 + number) * 10**6
            file.write(block(6, struct.pack("<IIIII", 0, time >> 32, time & 0xFFFFFFFF, 14, 14) + bytes(14)))
NAMES = {0x0A0D0D0A: "section", 1: "interface", 4: "names", 5: "counts", 6: "packet", 10: "secrets"}
def read(folder):
    files = []
    for path in sorted(glob.glob(folder + "/*")):
        with open(path, "rb") as file: data = file.read()
        place, seen = 0, []
        while place < len(data):
            kind, length = struct.unpack_from("<II", data, place)
            seen.append(NAMES[kind] + (" with comment" if b"office" in data[place:place + length] else ""))
            place += length
        files.append(seen)
    return files
P
python3 -c 'import pcapng; pcapng.write("whole.pcapng")'
LD_LIBRARY_PATH="$libraries" root/usr/bin/dumpcap -q -b packets:1 -b files:9 -i - -w ring/out.pcapng < whole.pcapng 2> /dev/null
LD_LIBRARY_PATH="$libraries" root/usr/bin/editcap -c 1 whole.pcapng split/out.pcapng
python3 - <<'P'
from pcapng import read
ring, split = read("ring"), read("split")
for files in ring, split: print(*files, sep="\n")
start = ["section with comment", "interface"]
assert ring == [start + ["secrets", "names", "packet"]] + [start + ["packet"]] * 3 + [start], "dumpcap has changed"
assert split == [start + ["secrets", "packet"]] * 4, "editcap has changed"
P
