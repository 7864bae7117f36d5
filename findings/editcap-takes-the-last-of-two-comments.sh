#!/bin/sh
# What does editcap -a, which writes a comment to a packet, do with the comments that are there, and with a second -a?
#
# Guess before the run: the new comment replaces the old one of the packet, and two -a for one packet are two comments.
# Seen (editcap 4.0.17-0+deb12u3 of Debian bookworm), comments of the packet afterwards:
#
#   before   options                  afterwards
#   old      -a 1:new                 old, new
#   none     -a 1:one -a 1:two        two
#   old      -a 1:one -a 1:two        old, two
#   none     -a 1:one, then -a 1:two  one, two (two runs)
#
# --capture-comment behaves otherwise: each one that is given is kept.
# Lesson: a script that marks frames with more than one note each needs one run for each note, or one text for all of them; the
# lost ones make no error.
set -eu
version=4.0.17-0+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tshark=$version wireshark-common=$version libwireshark16=$version libwireshark-data=$version libwiretap13=$version \
  libwsutil14=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
export LD_LIBRARY_PATH="$libraries" WIRESHARK_DATA_DIR="$folder/root/usr/share/wireshark"
cat > look.py <<'P'
import struct, subprocess
def option(code, data): return struct.pack("<HH", code, len(data)) + data + b"\0" * (-len(data) % 4)
def block(kind, body): return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)
head = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + block(1, struct.pack("<HHI", 1, 0, 0))
ticks = 1700000000 * 10**6
packet = struct.pack("<IIIII", 0, ticks >> 32, ticks & 0xFFFFFFFF, 60, 60) + bytes.fromhex("020000000002 020000000001 88b5") + bytes(46)
for name, options in ("none.pcapng", b""), ("old.pcapng", option(1, b"old") + option(0, b"")):
    with open(name, "wb") as file: file.write(head + block(6, packet + options))
def comments(name):
    with open(name, "rb") as file: data = file.read()
    found = []
    while data:
        kind, length = struct.unpack_from("<II", data)
        rest = data[28 + 60:length - 4] if kind == 6 else b""
        while rest:
            code, size = struct.unpack_from("<HH", rest)
            if code == 1: found.append(rest[4:4 + size].decode())
            rest = rest[4 + size + -size % 4:]
        data = data[length:]
    return found
def edit(name, *options):
    subprocess.run(["root/usr/bin/editcap", *options, name, "out.pcapng"], check=True, stderr=subprocess.DEVNULL)
    return comments("out.pcapng")
seen = [edit("old.pcapng", "-a", "1:new"), edit("none.pcapng", "-a", "1:one", "-a", "1:two"), edit("old.pcapng", "-a", "1:one", "-a", "1:two")]
edit("none.pcapng", "-a", "1:one")
subprocess.run(["cp", "out.pcapng", "first.pcapng"], check=True)
seen.append(edit("first.pcapng", "-a", "1:two"))
print(*seen, sep="\n")
assert seen == [["old", "new"], ["two"], ["old", "two"], ["one", "two"]], "this has changed"
P
python3 look.py
