#!/bin/sh
# Do readers know Ethernet when a pcap header also says that each frame ends with a checksum (FCS)?
#
# Guess before the run: scapy does, dpkt shows a strange number. The field of the link type has only 16 bits for the type;
# the bits above say whether the length of the FCS is known (0x04000000) and, in the topmost four, how many times two
# bytes it has.
# Seen (scapy 2.8.0, dpkt 1.9.8, Python 3.11; tshark and tcpdump of Debian bookworm read Ethernet and TCP), type 1 with
# an FCS of four bytes, 0x24000001:
#
#   scapy   Raw: no Ethernet, no IP, no TCP, and no error
#   dpkt    603979777
#
# Lesson: “scapy finds no TCP in this file” says nothing about the file. Mask the field with 0xFFFF before comparing it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" -q install scapy==2.8.0 dpkt==1.9.8
"$folder/v/bin/python" - "$folder/fcs.pcap" <<'P'
import logging, struct, sys, zlib
logging.getLogger("scapy").setLevel(logging.ERROR)
import dpkt
from scapy.all import Ether, IP, TCP, rdpcap
frame = bytes(Ether(dst="02:00:00:00:00:02", src="02:00:00:00:00:01") / IP(src="10.0.0.1", dst="10.0.0.2") / TCP(sport=50000, dport=445) / (b"x" * 20))
frame += struct.pack("<I", zlib.crc32(frame))
def read(path, kind):
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, kind) + struct.pack("<IIII", 1700000000, 0, len(frame), len(frame)) + frame)
    with open(path, "rb") as file: number = dpkt.pcap.Reader(file).datalink()
    return [layer.__name__ for layer in rdpcap(path)[0].layers()], number
plain, marked = read(sys.argv[1], 1), read(sys.argv[1], 0x24000001)
print("without", plain, "with", marked)
assert plain[0][:3] == ["Ether", "IP", "TCP"] and plain[1] == 1
assert marked[0] == ["Raw"], "scapy has changed"
assert marked[1] == 603979777, "dpkt has changed"
P
