#!/bin/sh
# Which time does a packet of 22:13:20.123456789 have in four libraries for Python that read recordings?
#
# Guess before the run: the right one, cut or rounded to microseconds at worst; an interface with 2^-10 s perhaps not.
# Seen (cypcap 0.6.3, fpcap 0.2.0, pycapng 0.19.7, pcapml 0.1.0, Python 3.11), what is more than 22:13:20, in seconds:
#
#                          cypcap, NANO   fpcap             pycapng       pcapml, ts_nanos
#   pcap, microseconds     123.456        .123456           .123456       (pcapng alone)
#   pcap, nanoseconds      123.456789     .123456           123.456789    (pcapng alone)
#   pcapng, milliseconds   123            123 microseconds  .123          .123000064
#   pcapng, microseconds   123.456        .123456           .123456       .123456000
#   pcapng, nanoseconds    123.456789     123456789 of them .123456789    .123457024
#
# cypcap, asked for nanoseconds, and pycapng take them for microseconds. fpcap calls what the file counts in “timestamp_microseconds”.
# pcapml takes its way through a floating-point number, so its last three digits are by chance, though the name of the field promises
# them.
# Lesson: times that are up to 1000 seconds late, and fall back once a second, come from such a library. What they are late by, divided by
# a thousand, is the part of the second that the packet had.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install cypcap==0.6.3 fpcap==0.2.0 pycapng==0.19.7 pcapml==0.1.0
cat > look.py <<'P'
import json, struct, subprocess, sys
packet, second = bytes(12) + b"\x08\x00" + bytes(46), 1700000000
def block(kind, body): return struct.pack("<II", kind, 12 + len(body)) + body + struct.pack("<I", 12 + len(body))
def pcapng(digits):
    ticks = second * 10**digits + int("123456789"[:digits])
    resolution = struct.pack("<HHB3xHH", 9, 1, digits, 0, 0)
    head = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + block(1, struct.pack("<HHI", 1, 0, 65535) + resolution)
    return head + block(6, struct.pack("<IIIII", 0, ticks >> 32, ticks & 0xFFFFFFFF, len(packet), len(packet)) + packet)
def pcap(magic, parts):
    return struct.pack("<IHHiIIIIIII", magic, 2, 4, 0, 0, 65535, 1, second, parts, len(packet), len(packet)) + packet
files = {
    "pcap.us": pcap(0xA1B2C3D4, 123456), "pcap.ns": pcap(0xA1B23C4D, 123456789), "pcapng.ms": pcapng(3), "pcapng.us": pcapng(6),
    "pcapng.ns": pcapng(9)}
for name, data in files.items():
    with open(name, "wb") as file: file.write(data)
readers = {
    "cypcap": "import cypcap\nfor head, _ in cypcap.open_offline(name, cypcap.TstampPrecision.NANO): print(round(head.ts * 1000000))",
    "fpcap": "import fpcap\npacket = fpcap.PacketReader(name, mmap=False).next_packet()\n"
             "print(packet.timestamp_seconds, packet.timestamp_microseconds)",
    "pycapng": "import pycapng\nfor packet in pycapng.read_packets(name): print(packet.timestamp_ns)",
    "pcapml": "import pcapml\nfor packet in pcapml.iter_packets(name): print(packet.ts_nanos)"}
def look(reader, name):
    # Each in a process of its own: they bring the same C libraries.
    code = "name = " + repr(name) + "\n" + readers[reader]
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60).stdout.strip()
late = "1700000123456"
wanted = {
    "pcap.us": (late + "000", "1700000000 123456", "1700000000123456000", ""),
    "pcap.ns": (late + "789", "1700000000 123456", late + "789000", ""),
    "pcapng.ms": ("1700000123000000", "1700000000 123", "1700000000123000000", "1700000000123000064"),
    "pcapng.us": (late + "000", "1700000000 123456", "1700000000123456000", "1700000000123456000"),
    "pcapng.ns": (late + "789", "1700000000 123456789", "1700000000123456789", "1700000000123457024")}
right = True
for name, row in wanted.items():
    seen = tuple(look(reader, name) for reader in readers)
    print(name, *seen, sep=" | ")
    right = right and seen == row
assert right, "this has changed"
P
v/bin/python look.py
