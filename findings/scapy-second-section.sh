#!/bin/sh
# Do readers follow a pcapng file into its second section?
#
# Guess before the run: yes; a Section Header Block ends the old section with its interfaces, and the next Interface
# Description Block is number 0 again. Two pcapng files behind each other (cat a.pcapng b.pcapng) are one valid file.
# Seen (Python 3.11), with microseconds in the first section, and nanoseconds and the other byte order in the second:
#
#   scapy 2.8.0           2 packets, the second in the year 55840: interface 0 stays that of the first section
#   dpkt 1.9.8            1 packet, and no error: it stops where the second section begins
#   python-pcapng 2.1.1   2 packets, both right
#
# Lesson: a count of packets, or a time, from scapy or dpkt proves nothing about files that were joined or that a
# recorder went on with after a change of its interfaces.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" -q install scapy==2.8.0 dpkt==1.9.8 python-pcapng==2.1.1
"$folder/v/bin/python" - "$folder/two.pcapng" <<'P'
import logging, struct, sys
logging.getLogger("scapy").setLevel(logging.ERROR)
import dpkt, pcapng
from scapy.utils import PcapReader
def block(order, kind, body):
    body += b"\0" * (-len(body) % 4)
    return struct.pack(order + "II", kind, len(body) + 12) + body + struct.pack(order + "I", len(body) + 12)
def section(order, resolution, time):
    options = b"" if resolution is None else struct.pack(order + "HHB3x", 9, 1, resolution) + struct.pack(order + "HH", 0, 0)
    return (
        block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))
        + block(order, 1, struct.pack(order + "HHI", 1, 0, 262144) + options)
        + block(order, 6, struct.pack(order + "IIIII", 0, time >> 32, time & 0xFFFFFFFF, 14, 14) + bytes(14)))
path = sys.argv[1]
with open(path, "wb") as file:
    file.write(section("<", None, 1700000000 * 10**6) + section(">", 9, 1700000001 * 10**9))
with PcapReader(path) as reader: scapy = [int(packet.time) for packet in reader]
with open(path, "rb") as file: other = [int(time) for time, _ in dpkt.pcapng.Reader(file)]
with open(path, "rb") as file:
    right = [int(one.timestamp) for one in pcapng.FileScanner(file) if isinstance(one, pcapng.blocks.EnhancedPacket)]
print("scapy", scapy, "dpkt", other, "python-pcapng", right)
assert scapy == [1700000000, 1700000001000], "scapy has changed"
assert other == [1700000000], "dpkt has changed"
assert right == [1700000000, 1700000001], "python-pcapng has changed"
P
