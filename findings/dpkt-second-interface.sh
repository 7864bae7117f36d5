#!/bin/sh
# Do the times of a pcapng file with two interfaces come out right in dpkt?
#
# Guess before the run: yes; each packet names its interface, and a reader takes the resolution (if_tsresol) of that one.
# Seen (dpkt 1.9.8, Python 3.11): no. dpkt reads the first Interface Description Block and none after it. A packet of a
# second interface with nanoseconds is read as if it counted microseconds:
#
#   1700000000.0      interface 0, microseconds: 2023
#   1700000001000.0   interface 1, nanoseconds: the year 55840
#
# Lesson: tools made with dpkt are no witness for times as soon as a recording has several interfaces, such as one of
# “any interface” by dumpcap, or two that were merged; the resolution belongs to the interface and not to the file.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" -q install dpkt==1.9.8
"$folder/v/bin/python" - "$folder/two.pcapng" <<'P'
import struct, sys, dpkt
def block(kind, body):
    body += b"\0" * (-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)
section = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
micro = block(1, struct.pack("<HHI", 1, 0, 262144))
nano = block(1, struct.pack("<HHI", 1, 0, 262144) + struct.pack("<HHB3x", 9, 1, 9) + struct.pack("<HH", 0, 0))
def packet(interface, time):
    return block(6, struct.pack("<IIIII", interface, time >> 32, time & 0xFFFFFFFF, 14, 14) + bytes(14))
with open(sys.argv[1], "wb") as file:
    file.write(section + micro + nano + packet(0, 1700000000 * 10**6) + packet(1, 1700000001 * 10**9))
with open(sys.argv[1], "rb") as file:
    times = [time for time, _ in dpkt.pcapng.Reader(file)]
print("dpkt", dpkt.__version__, times)
assert times == [1700000000.0, 1700000001000.0], "this has changed"
P
