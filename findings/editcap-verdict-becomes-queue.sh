#!/bin/sh
# Does epb_verdict, which says what a filter did with a packet, outlive a copy by editcap?
#
# Guess before the run: yes, as it is.
# Seen (editcap 4.0.17-0+deb12u3 of Debian bookworm): the value is kept and the code is not. epb_verdict (7) is written
# as epb_queue (6), with its 9 bytes, where epb_queue has 4. The copy has two epb_queue and no epb_verdict:
#
#   before   6: 03000000   7: 010500000000000000
#   after    6: 03000000   6: 010500000000000000
#
# Lesson: do not look for dropped packets in a recording that went through editcap (or tshark -w) of this version; and a
# reader must not trust that epb_queue has 4 bytes, for a healthy tool writes another length.
set -eu
version=4.0.17-0+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
for package in wireshark-common libwireshark16 libwireshark-data libwiretap13 libwsutil14; do
  apt-get -q download "$package=$version" >&2
done
apt-get -q download libglib2.0-0 >&2
for file in ./*.deb; do dpkg-deb -x "$file" root; done
libraries=$(dirname "$(find root/usr/lib -name 'libwiretap.so.13' | head -1)")
cat > pcapng.py <<'P'
import struct, sys
def block(kind, body):
    body += b"\0" * (-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)
def option(code, value): return struct.pack("<HH", code, len(value)) + value + b"\0" * (-len(value) % 4)
def write(path):
    time = 1700000000 * 10**6
    # Queue 3; verdict of Linux's XDP: type 1, value 5.
    options = option(6, struct.pack("<I", 3)) + option(7, b"\1" + struct.pack("<Q", 5)) + bytes(4)
    with open(path, "wb") as file:
        file.write(
            block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + block(1, struct.pack("<HHI", 1, 0, 262144))
            + block(6, struct.pack("<IIIII", 0, time >> 32, time & 0xFFFFFFFF, 16, 16) + bytes(16) + options))
def read(path):
    with open(path, "rb") as file: data = file.read()
    place, seen = 0, []
    while place < len(data):
        kind, length = struct.unpack_from("<II", data, place)
        if kind == 6:
            at = place + 28 + 16
            while True:
                code, count = struct.unpack_from("<HH", data, at)
                if code == 0: break
                seen.append((code, data[at + 4 : at + 4 + count].hex()))
                at += 4 + count + -count % 4
        place += length
    return seen
P
python3 -c 'import pcapng; pcapng.write("verdict.pcapng")'
LD_LIBRARY_PATH="$folder/$libraries" root/usr/bin/editcap verdict.pcapng copy.pcapng
python3 - <<'P'
from pcapng import read
before, after = read("verdict.pcapng"), read("copy.pcapng")
print("before", before, "after", after)
assert before == [(6, "03000000"), (7, "010500000000000000")]
assert after == [(6, "03000000"), (6, "010500000000000000")], "this has changed"
P
