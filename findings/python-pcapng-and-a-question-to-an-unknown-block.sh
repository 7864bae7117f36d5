#!/bin/sh
# Does python-pcapng read past a block that it does not know, such as TLS secrets (DSB)?
#
# Guess before the run: yes; the format asks readers to skip such blocks, and the other readers do.
# Seen (python-pcapng 2.1.1, Python 3.11), a file with two packets, and between them a block, in a loop over FileScanner:
#
#                                   isinstance(one, EnhancedPacket)   hasattr(one, "packet_data")
#   no other block                  2 packets                         2 packets
#   interface statistics            2 packets                         2 packets
#   TLS secrets (10)                2 packets                         RecursionError
#   a block of local use (2^31+1)   2 packets                         RecursionError
#
# A block without a known type answers each question for an attribute that it has not with itself, without end.
# Lesson: ask python-pcapng for the class of a block, not for what it has. The same script works for years, and stops at the first
# file with secrets inside, which editcap --inject-secrets makes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install python-pcapng==2.1.1 six==1.17.0
v/bin/python - <<'P'
import struct
import pcapng
from pcapng.blocks import EnhancedPacket
def block(kind, body):
    body += b"\0" * (-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)
ticks = 1700000000 * 10**6
packet = block(6, struct.pack("<IIIII", 0, ticks >> 32, ticks & 0xFFFFFFFF, 60, 60) + bytes(60))
head = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + block(1, struct.pack("<HHI", 1, 0, 0))
between = {
    "none": b"", "statistics": block(5, struct.pack("<III", 0, ticks >> 32, ticks & 0xFFFFFFFF)),
    "secrets": block(10, struct.pack("<II", 0x544C534B, 7) + b"# none\n"), "local": block(0x80000001, b"hello")}
def count(test):
    number = 0
    with open("one.pcapng", "rb") as file:
        try:
            for one in pcapng.FileScanner(file): number += bool(test(one))
        except RecursionError: return "RecursionError"
    return number
seen = {}
for name, data in between.items():
    with open("one.pcapng", "wb") as file: file.write(head + packet + data + packet)
    seen[name] = count(lambda one: isinstance(one, EnhancedPacket)), count(lambda one: hasattr(one, "packet_data"))
for one in seen.items(): print(*one)
assert seen == {"none": (2, 2), "statistics": (2, 2), "secrets": (2, "RecursionError"), "local": (2, "RecursionError")}, "this has changed"
P
