#!/bin/sh
# What do pcap-anonymize and pcap-blur, which make recordings anonymous, change, and what do they leave?
#
# Guess before the run: both change IP and MAC addresses, of IPv4, IPv6 and ARP, and leave the times and the data; checksums are wrong
# afterwards. Then, when data had been seen that pcap-blur overwrites: it overwrites the path of a share too.
# Seen (pcap-anonymize 0.3.0 with scapy 2.6.1, pcap-blur 2.0.1 with scapy 2.5.0, Python 3.11), a packet of 22:13:20.123456:
#
#                                        pcap-anonymize         pcap-blur
#   time                                 that of its own run    22:13:20.000000
#   MAC addresses                        changed                changed
#   IP addresses, also in ARP            as they were           changed
#   those in the packet in an ICMP       as they were           as they were
#   port 445                             445                    another one
#   data of TCP that scapy does not know as it was              zeros
#   the share of a TREE_CONNECT          as it was              as it was
#   the name in a question of DNS        as it was              as it was
#
# The checksums of TCP are right in both.
# Lesson: such a copy has no delays that mean anything, and the port of SMB is gone in one of them: “no SMB” and “an answer within a
# millisecond” come from the copy. Servers and shares, and the addresses in ICMP errors, can still be read: look before you pass it on.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v w
v/bin/pip -q install pcap-anonymize==0.3.0 scapy==2.6.1
w/bin/pip -q install pcap-blur==2.0.1 scapy==2.5.0
cat > look.py <<'P'
import os, struct, subprocess, time
A, B, mac = bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2]), bytes.fromhex("525400000001")
def ip(protocol, source, target, data): return struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(data), 1, 0, 64, protocol, 0) + source + target + data
def ethernet(kind, data): return bytes.fromhex("525400000002") + mac + kind + data
def tcp(data, port=445): return ip(6, A, B, struct.pack(">HHIIBBHHH", 50000, port, 1, 1, 0x50, 24, 8192, 0, 0) + data)
path = "\\\\fs\\alice".encode("utf-16-le")
header = b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ16x", 64, 1, 0, 3, 1, 0, 0, 3, 0, 0, 5)
tree = tcp(struct.pack(">I", 72 + len(path)) + header + struct.pack("<HHHH", 9, 0, 72, len(path)) + path)
question = b"\0\1\1\0\0\1\0\0\0\0\0\0\5alice\3lab\4test\0\0\1\0\1"
frames = [
    ethernet(b"\x08\0", tcp(b"alice of unknown form", 4450)), ethernet(b"\x08\0", ip(1, B, A, b"\3\3\0\0\0\0\0\0" + tree[:28])),
    ethernet(b"\x08\x06", bytes.fromhex("0001080006040001") + mac + A + bytes(6) + B), ethernet(b"\x08\0", tree),
    ethernet(b"\x08\0", ip(17, A, B, struct.pack(">HHHH", 50001, 53, 8 + len(question), 0) + question))]
with open("a.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for number, frame in enumerate(frames): file.write(struct.pack("<IIII", 1700000000 + number, 123456, len(frame), len(frame)) + frame)
start = time.time()
def run(*command): subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=100)
run("v/bin/pcap-anonymize", "-i", "a.pcap", "-o", "anonymize.pcap")
run("w/bin/pcap-blur", "a.pcap", "-o", ".", "-n", "blur.pcap")
def total(data): return sum(struct.unpack(">%dH" % ((len(data) + 1) // 2), data + bytes(len(data) % 2))) % 65535
def look(name):
    with open(name, "rb") as file: data = file.read()
    found, place = [], 24
    while place < len(data):
        seconds, fraction, length, _ = struct.unpack("<IIII", data[place:place + 16])
        found.append((seconds, fraction, data[place + 16:place + 16 + length]))
        place += 16 + length
    seconds, fraction, first = found[0]
    answer, arp = found[1][2], found[2][2]
    return {
        "time": "own run" if abs(seconds - start) < 200 else (seconds, fraction), "mac": mac in first[:14], "ip": first[26:30] == A,
        "arp": A in arp, "quoted": answer[54:58] == A,
        "445": found[3][2][36:38] == b"\x01\xbd", "unknown": b"alice" in first, "share": path in found[3][2], "DNS": b"alice" in found[4][2],
        "checksum": total(first[26:34] + struct.pack(">HH", 6, len(first) - 34) + first[34:]) == 0}
seen = {name: look(name + ".pcap") for name in ("anonymize", "blur")}
for each in seen.items(): print(*each)
same = {"mac": False, "quoted": True, "share": True, "DNS": True, "checksum": True}
assert seen == {
    "anonymize": {"time": "own run", "ip": True, "arp": True, "445": True, "unknown": True} | same,
    "blur": {"time": (1700000000, 0), "ip": False, "arp": False, "445": False, "unknown": False} | same}, "this has changed"
P
v/bin/python look.py
