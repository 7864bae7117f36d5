#!/bin/sh
# Do nanoseconds outlive rdpcap and wrpcapng of scapy?
#
# Guess before the run: yes; scapy keeps times as exact decimals, and pcapng says its resolution in the file.
# Seen (scapy 2.8.0, Python 3.11), for a packet at 1700000000.123456789:
#
#   read                       1700000000.123456789
#   written by wrpcapng        1700000000.123456      cut; there is no if_tsresol, and no way to ask for one
#   written by wrpcap          1700000000.123457      rounded
#   written by wrpcap, nano    1700000000.123456789
#
# Lesson: two files that scapy made of one recording differ by a microsecond, so times do not match packets of both; the
# old format keeps nanoseconds and the new one loses them.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" -q install scapy==2.8.0
cd "$folder"
v/bin/python - <<'P'
import logging, struct
logging.getLogger("scapy").setLevel(logging.ERROR)
from decimal import Decimal
from scapy.utils import PcapReader, rdpcap, wrpcap, wrpcapng
def block(kind, body):
    body += b"\0" * (-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)
ticks = 1700000000123456789
with open("nano.pcapng", "wb") as file:
    file.write(
        block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
        + block(1, struct.pack("<HHI", 1, 0, 262144) + struct.pack("<HHB3x", 9, 1, 9) + bytes(4))
        + block(6, struct.pack("<IIIII", 0, ticks >> 32, ticks & 0xFFFFFFFF, 14, 14) + bytes(14)))
packets = rdpcap("nano.pcapng")
wrpcapng("new.pcapng", packets)
wrpcap("old.pcap", packets)
wrpcap("nano.pcap", packets, nano=True)
def time(path):
    with PcapReader(path) as reader: return str(Decimal(reader.read_packet().time))
seen = [time(path) for path in ("nano.pcapng", "new.pcapng", "old.pcap", "nano.pcap")]
print(seen)
assert seen == ["1700000000.123456789", "1700000000.123456", "1700000000.123457", "1700000000.123456789"], "this has changed"
P
