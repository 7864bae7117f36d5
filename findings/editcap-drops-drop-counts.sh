#!/bin/sh
# What does a copy by editcap, without any option, leave out of a pcapng file?
#
# Guess before the run: nothing but what a writer must not copy (custom blocks of the kind “do not copy”).
# Seen (editcap 4.0.17-0+deb12u3 of Debian bookworm; tshark -r … -w … does the same):
#
#   Interface Statistics Block         gone, and with it the recorder's count of packets that it lost (isb_ifdrop)
#   Name Resolution Block              gone
#   if_IPv4addr, if_MACaddr            gone; name, description and filter of the interface stay
#   epb_hash                           gone; flags and comment of the packet stay
#
# Lesson: a file without a count of lost packets does not say that none was lost: it may have passed through a tool.
# Ask for the recorder's own file when a hole in a connection has to be explained.
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
import struct
def block(kind, body):
    body += b"\0" * (-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)
def option(code, value): return struct.pack("<HH", code, len(value)) + value + b"\0" * (-len(value) % 4)
END = bytes(4)
def write(path):
    time = 1700000000 * 10**6
    high, low = time >> 32, time & 0xFFFFFFFF
    interface = (option(2, b"eth0") + option(3, b"office") + option(4, bytes([10, 0, 0, 1, 255, 0, 0, 0]))
        + option(6, b"\2\0\0\0\0\1") + option(11, b"\0port 445") + END)
    name = b"\x0a\0\0\2server.lab.test\0"
    with open(path, "wb") as file:
        file.write(
            block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + block(1, struct.pack("<HHI", 1, 0, 262144) + interface)
            + block(4, struct.pack("<HH", 1, len(name)) + name + END)
            + block(6, struct.pack("<IIIII", 0, high, low, 16, 16) + bytes(16)
                + option(1, b"seen") + option(2, struct.pack("<I", 1)) + option(3, b"\2\1\2\3\4") + END)
            + block(5, struct.pack("<III", 0, high, low) + option(4, struct.pack("<Q", 10)) + option(5, struct.pack("<Q", 3)) + END))
def read(path):
    with open(path, "rb") as file: data = file.read()
    place, seen = 0, {}
    while place < len(data):
        kind, length = struct.unpack_from("<II", data, place)
        at, codes = {1: place + 16, 6: place + 28 + 16}.get(kind, 0), []
        while at:
            code, count = struct.unpack_from("<HH", data, at)
            if code == 0: break
            codes.append(code)
            at += 4 + count + -count % 4
        if kind != 0x0A0D0D0A: seen[kind] = codes
        place += length
    return seen
P
python3 -c 'import pcapng; pcapng.write("whole.pcapng")'
LD_LIBRARY_PATH="$folder/$libraries" root/usr/bin/editcap whole.pcapng copy.pcapng
python3 - <<'P'
from pcapng import read
before, after = read("whole.pcapng"), read("copy.pcapng")
print("before", before, "after", after)
assert before == {1: [2, 3, 4, 6, 11], 4: [], 6: [1, 2, 3], 5: []}
assert after == {1: [2, 3, 11], 6: [1, 2]}, "this has changed"
P
