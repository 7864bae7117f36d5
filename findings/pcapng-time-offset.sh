#!/bin/sh
# Who adds if_tsoffset, the seconds that an interface's times are to be moved by?
#
# Guess before the run: everybody who reads if_tsresol; both options stand in the same block and the same paragraph.
# Seen (Python 3.11), with if_tsoffset 1700000000 and a packet at 5 s:
#
#   dpkt 1.9.8            1700000005   added
#   scapy 2.8.0           5            left out
#   python-pcapng 2.1.1   5            left out
#
# Lesson: times near 1970 in one tool and right ones in another are no damage: the file has if_tsoffset, and one of the
# two tools does not know it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" -q install scapy==2.8.0 dpkt==1.9.8 python-pcapng==2.1.1
"$folder/v/bin/python" - "$folder/offset.pcapng" <<'P'
import logging, struct, sys
logging.getLogger("scapy").setLevel(logging.ERROR)
import dpkt, pcapng
from scapy.utils import PcapReader
def block(kind, body):
    body += b"\0" * (-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)
path = sys.argv[1]
with open(path, "wb") as file:
    file.write(
        block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
        + block(1, struct.pack("<HHI", 1, 0, 262144) + struct.pack("<HHq", 14, 8, 1700000000) + struct.pack("<HH", 0, 0))
        + block(6, struct.pack("<IIIII", 0, 0, 5_000_000, 14, 14) + bytes(14)))
with open(path, "rb") as file: added = [int(time) for time, _ in dpkt.pcapng.Reader(file)]
with PcapReader(path) as reader: scapy = [int(packet.time) for packet in reader]
with open(path, "rb") as file:
    plain = [int(one.timestamp) for one in pcapng.FileScanner(file) if isinstance(one, pcapng.blocks.EnhancedPacket)]
print("dpkt", added, "scapy", scapy, "python-pcapng", plain)
assert added == [1700000005], "dpkt has changed"
assert scapy == [5], "scapy has changed"
assert plain == [5], "python-pcapng has changed"
P
