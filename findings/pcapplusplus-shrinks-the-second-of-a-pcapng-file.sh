#!/bin/sh
# Which time does a packet of 22:13:20.123456789 have in PcapPlusPlus, read by its package for Python?
#
# Guess before the run: the right one to the nanosecond, for the library's packets keep nanoseconds, and Wireshark's files are pcapng with
# nanoseconds or microseconds.
# Seen (py-pcapplusplus 1.0.12, Python 3.11):
#
#   pcap, microseconds     22:13:20.123456000
#   pcap, nanoseconds      22:13:20.123456789
#   pcapng, nanoseconds    22:13:20.123456789
#   pcapng, microseconds   22:13:20.000000123
#   pcapng, milliseconds   22:13:20.000000000
#   pcapng, no resolution  22:13:20.000000123, for microseconds are the usual ones
#
# The digits behind the point are right when the file has nanoseconds; others are divided, not multiplied. Two packets half a second apart are
# 500 ns apart, or a second and more when a full second lies between them.
# Lesson: delays of some hundred nanoseconds to a file server are no fast network, but such a file. Make it nanoseconds or pcap first
# (editcap -F nsecpcap), or compare one packet with tshark -t ud.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install py-pcapplusplus==1.0.12
cat > look.py <<'P'
import os, re, struct, sys
import py_pcapplusplus
TIME = 1700000000123456789
tcp = struct.pack(">HHIIBBHHH", 50000, 445, 1, 1, 0x50, 24, 8192, 0, 0) + b"abc"
PACKET = bytes(12) + b"\x08\0" + struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0) + bytes((10, 0, 0, 1, 10, 0, 0, 2)) + tcp
def pcap(magic, part): return struct.pack("<IHHiIIIIIII", magic, 2, 4, 0, 0, 65535, 1, 1700000000, part, len(PACKET), len(PACKET)) + PACKET
def block(kind, body):
    body += bytes(-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)
def pcapng(digits, written=True):
    option = struct.pack("<HHB3xI", 9, 1, digits, 0) if written else b""
    ticks = TIME // 10 ** (9 - digits)
    return (
        block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + block(1, struct.pack("<HHI", 1, 0, 65535) + option)
        + block(6, struct.pack("<IIIII", 0, ticks >> 32, ticks & 0xFFFFFFFF, len(PACKET), len(PACKET)) + PACKET))
def look(name, data):
    with open(name, "wb") as file: file.write(data)
    packets = [str(packet) for packet in py_pcapplusplus.Reader(name)]
    return [re.search(r":(\d\d\.\d+)", text)[1] for text in packets]
seen = {
    "pcap us": look("us.pcap", pcap(0xA1B2C3D4, 123456)), "pcap ns": look("ns.pcap", pcap(0xA1B23C4D, 123456789)),
    "ns": look("ns.pcapng", pcapng(9)), "us": look("us.pcapng", pcapng(6)), "ms": look("ms.pcapng", pcapng(3)),
    "none": look("none.pcapng", pcapng(6, False))}
for each in seen.items(): print(*each)
assert seen == {
    "pcap us": ["20.123456000"], "pcap ns": ["20.123456789"], "ns": ["20.123456789"], "us": ["20.000000123"], "ms": ["20.000000000"],
    "none": ["20.000000123"]}, "this has changed"
sys.stdout.flush()
os._exit(0)  # the package is not to be unloaded
P
v/bin/python look.py
