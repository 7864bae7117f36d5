#!/bin/sh
# What do Wireshark's programs make of packets that have no time (Simple Packet Blocks)?
#
# Guess before the run: reordercap puts them first, editcap -t leaves them as they are, and editcap -A … -B …, which keeps a span of
# time, keeps them. Nothing was guessed about the time that they have in a copy.
# Seen (wireshark-common 4.0.17-0+deb12u3 of Debian bookworm), a packet of 22:13:20, one without a time and another of 22:13:20:
#
#   editcap, tshark -w, mergecap            an Enhanced Packet Block with the time 0: 1970-01-01 00:00:00
#   editcap -t 10                           0 still, and the others 10 seconds later
#   editcap -A …:20 -B …:21                 left out, no word about it
#   reordercap                              2.147483 seconds behind 1970-01-01 00:00:00, as the first one
#
# 2.147483647 s is what the program holds for “no time”.
# Lesson: packets of the first seconds of 1970 had no time in an older file; their place between the others told when they came, and
# reordercap loses it. Cut such a file by numbers (editcap -r) and not by time.
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
cat > look.py <<'P'
import os, struct, subprocess, sys
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], WIRESHARK_DATA_DIR="root/usr/share/wireshark", TZ="UTC")
SECOND = 1700000000
def block(kind, body):
    body += b"\0" * (-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)
def packet(port):
    return bytes.fromhex("020000000002 020000000001 0800") + struct.pack(
        ">BBHHHBBH4s4s", 0x45, 0, 40, 1, 0, 64, 6, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])) + struct.pack(
        ">HHIIBBHHH", port, 445, 1, 0, 0x50, 2, 65535, 0, 0)
def timed(port, ticks): return block(6, struct.pack("<IIIII", 0, ticks >> 32, ticks & 0xFFFFFFFF, 54, 54) + packet(port))
with open("a.pcapng", "wb") as file:
    file.write(block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + block(1, struct.pack("<HHI", 1, 0, 262144)))
    file.write(timed(1, SECOND * 10**6) + block(3, struct.pack("<I", 54) + packet(2)) + timed(3, SECOND * 10**6 + 5))
def times(name):
    # The ports and microseconds of the Enhanced Packet Blocks; the copies are little-endian, like this machine.
    with open(name, "rb") as file: data = file.read()
    place, found = 0, []
    while place < len(data):
        kind, size = struct.unpack_from("<II", data, place)
        if kind == 6:
            high, low = struct.unpack_from("<II", data, place + 12)
            found.append((struct.unpack_from(">H", data, place + 62)[0], high << 32 | low))
        if kind == 3: found.append((struct.unpack_from(">H", data, place + 46)[0], None))
        place += size
    return found
def look(*command):
    subprocess.run(["root/usr/bin/" + command[0], *command[1:]], env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return times("b.pcapng")
seen = {
    "source": times("a.pcapng"), "editcap": look("editcap", "a.pcapng", "b.pcapng"), "tshark": look("tshark", "-r", "a.pcapng", "-w", "b.pcapng"),
    "mergecap": look("mergecap", "-w", "b.pcapng", "a.pcapng"), "editcap -t": look("editcap", "-t", "10", "a.pcapng", "b.pcapng"),
    "editcap -A": look("editcap", "-A", "2023-11-14T22:13:20Z", "-B", "2023-11-14T22:13:21Z", "a.pcapng", "b.pcapng"),
    "reordercap": look("reordercap", "a.pcapng", "b.pcapng")}
for one in seen.items(): print(*one)
first, last, later = (1, SECOND * 10**6), (3, SECOND * 10**6 + 5), 10**7
copy = [first, (2, 0), last]
assert seen == {
    "source": [first, (2, None), last], "editcap": copy, "tshark": copy, "mergecap": copy,
    "editcap -t": [(1, first[1] + later), (2, 0), (3, last[1] + later)], "editcap -A": [first, last],
    "reordercap": [(2, 2147483), first, last]}, "this has changed"
P
python3 look.py "$libraries"
