#!/bin/sh
# Does scapy see TCP in recordings whose link type is not Ethernet?
#
# Guess before the run: yes, for those that are older than scapy; for NFLOG and PKTAP, which are young, perhaps not.
# Seen (scapy 2.8.0, Python 3.11 on Linux), one packet to port 445 in each file:
#
#   Linux “any” (113, 276), raw IP (101, 228, 229), PPP (9), PPPoE (51), PPI (192)   TCP
#   loopback of a BSD (0), IPv4                                                      TCP
#   loopback of a BSD (0), IPv6 as family 24, 28 or 30                               Raw, no TCP and no error
#   Cisco HDLC (104), Frame Relay (107), FDDI (10), Token Ring (6), pflog (117)      Raw, no TCP and no error
#
# The number of IPv6 is each system's own: 10 in Linux, 24 in NetBSD and OpenBSD, 28 in FreeBSD, 30 in macOS. scapy takes
# that of the machine where it runs.
# Lesson: “no IPv6 in it” about a loopback recording of a Mac holds for scapy only. tshark and tcpdump know all four.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" -q install scapy==2.8.0
"$folder/v/bin/python" - "$folder/one.pcap" <<'P'
import logging, struct, sys
logging.disable(logging.CRITICAL)
from scapy.all import IP, TCP, IPv6, Raw, rdpcap
four = bytes(IP(src="10.0.0.1", dst="10.0.0.2") / TCP(dport=445, flags="PA") / Raw(bytes(20)))
six = bytes(IPv6(src="fd00::1", dst="fd00::2") / TCP(dport=445, flags="PA") / Raw(bytes(20)))
macs, snap = bytes.fromhex("020000000002 020000000001"), bytes.fromhex("aaaa03 000000 0800")
rows = [
    (113, struct.pack(">HHH8sH", 0, 1, 6, b"\2", 0x800) + four, True), (276, struct.pack(">HHIHBB8s", 0x800, 0, 1, 1, 0, 6, b"\2") + four, True),
    (101, four, True), (228, four, True), (229, six, True), (9, bytes.fromhex("ff030021") + four, True),
    (51, bytes.fromhex("11000001") + struct.pack(">H", 2 + len(four)) + bytes.fromhex("0021") + four, True),
    (192, struct.pack("<BBHI", 0, 0, 8, 1) + macs + b"\x08\0" + four, True),
    (0, struct.pack("<I", 2) + four, True), (0, struct.pack("<I", 24) + six, False), (0, struct.pack("<I", 28) + six, False),
    (0, struct.pack("<I", 30) + six, False), (104, bytes.fromhex("0f000800") + four, False), (107, bytes.fromhex("184103cc") + four, False),
    (10, b"\x50" + macs + snap + four, False), (6, b"\x10\x40" + macs + snap + four, False),
    (117, struct.pack(">BBBB16s16sIIIIIIB", 61, 2, 0, 0, b"em0", b"", 0xFFFFFFFF, 0xFFFFFFFF, 0, 0, 0, 0, 1).ljust(64, b"\0") + four, False)]
right = True
for link, frame, wanted in rows:
    with open(sys.argv[1], "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, link) + struct.pack("<IIII", 1700000000, 0, len(frame), len(frame)) + frame)
    packet = rdpcap(sys.argv[1])[0]
    seen = TCP in packet and packet[TCP].dport == 445
    print(link, frame[:4].hex(), seen, packet.summary()[:50])
    right = right and seen == wanted and (wanted or Raw in packet)
assert right, "this has changed"
P
