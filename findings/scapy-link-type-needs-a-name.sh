#!/bin/sh
# Does scapy keep the link type of each interface when it copies a pcapng file?
#
# Guess before the run: yes; in pcapng each interface has its own link type, and scapy reads both kinds of packets right.
# Seen (scapy 2.8.0, Python 3.11), rdpcap and wrpcapng of a file with Ethernet and Linux “any” (SLL2):
#
#   interfaces with names (if_name)   two kinds again, behind a third interface without packets
#   without names                     one interface for all: the SLL2 packets are Ethernet now, and no IP or TCP is found
#
# A warning goes to the log; the call succeeds. if_name is optional, and what mergecap makes of two pcap files has none.
# Lesson: before searching such a copy for a lost connection, compare its interfaces with those of the first file.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" -q install scapy==2.8.0
cd "$folder"
v/bin/python - <<'P'
import logging, struct
logging.getLogger("scapy").setLevel(logging.ERROR)
from scapy.all import IP, TCP, CookedLinuxV2, Ether, rdpcap, wrpcapng
def block(kind, body):
    body += b"\0" * (-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)
def option(code, value): return struct.pack("<HH", code, len(value)) + value + b"\0" * (-len(value) % 4)
def interface(kind, name): return block(1, struct.pack("<HHI", kind, 0, 262144) + (option(2, name) + bytes(4) if name else b""))
def packet(number, data):
    time, data = 1700000000 * 10**6 + number, bytes(data)
    return block(6, struct.pack("<IIIII", number, time >> 32, time & 0xFFFFFFFF, len(data), len(data)) + data)
segment = IP(src="10.0.0.1", dst="10.0.0.2") / TCP(sport=50000, dport=445) / (b"x" * 20)
def copy(first, second):
    with open("two.pcapng", "wb") as file:
        file.write(
            block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + interface(1, first) + interface(276, second)
            + packet(0, Ether(dst="02:00:00:00:00:02", src="02:00:00:00:00:01") / segment) + packet(1, CookedLinuxV2(proto=0x0800) / segment))
    packets = rdpcap("two.pcapng")
    assert all(TCP in one for one in packets)
    wrpcapng("copy.pcapng", packets)
    with open("copy.pcapng", "rb") as file: data = file.read()
    place, kinds = 0, []
    while place < len(data):
        kind, length = struct.unpack_from("<II", data, place)
        if kind == 1: kinds.append(struct.unpack_from("<H", data, place + 8)[0])
        place += length
    return kinds, [TCP in one for one in rdpcap("copy.pcapng")]
named, nameless = copy(b"eth0", b"any"), copy(b"", b"")
print("with names", named, "without", nameless)
assert named == ([1, 1, 276], [True, True]), "this has changed"
assert nameless == ([1], [True, False]), "this has changed"
P
