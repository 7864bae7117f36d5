#!/bin/sh
# What time has a packet of a Simple Packet Block, which holds none?
#
# Guess before the run: none, 0, or an error.
# Seen (Python 3.11):
#
#   scapy 2.8.0   the present: the moment at which the file is read
#   dpkt 1.9.8    no packet at all, and no error
#
# Lesson: a recording of Simple Packet Blocks looks as if it had been made just now in one tool, and empty in another;
# what scapy writes from it bears the invented time for good.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" -q install scapy==2.8.0 dpkt==1.9.8
"$folder/v/bin/python" - "$folder/simple.pcapng" <<'P'
import logging, struct, sys, time
logging.getLogger("scapy").setLevel(logging.ERROR)
import dpkt
from scapy.utils import PcapReader
def block(kind, body):
    body += b"\0" * (-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)
path = sys.argv[1]
with open(path, "wb") as file:
    file.write(
        block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + block(1, struct.pack("<HHI", 1, 0, 262144))
        + block(3, struct.pack("<I", 14) + bytes(14)))
with PcapReader(path) as reader: times = [float(packet.time) for packet in reader]
with open(path, "rb") as file: other = list(dpkt.pcapng.Reader(file))
print("scapy", times, "now", time.time(), "dpkt", other)
assert len(times) == 1 and abs(times[0] - time.time()) < 60, "scapy has changed"
assert other == [], "dpkt has changed"
P
