#!/bin/sh
# Are the times right in the files that rsplitcap makes, one for each connection of a recording?
#
# Guess before the run: yes, with microseconds or nanoseconds, in either byte order; such a program copies packets.
# Seen (rsplitcap 0.1.0, Python 3.11), two packets at 22:13:20.000000 and 22:13:20.010000, in the files of its output:
#
#   from pcap, little- and big-endian      22:13:20.000000 and 22:13:20.000010
#   from pcapng, milli- and nanoseconds    22:13:20.000000 and 22:13:20.010000
#
# The microseconds of a pcap file are taken for nanoseconds, and cut to a thousandth; the full seconds are right.
# Lesson: a round trip of some microseconds over a network is a sign of such a copy, and so is an answer nearly a second late where the
# full second changes before it. Measure in the first recording; convert that to pcapng (editcap) before it is split.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install rsplitcap==0.1.0
cat > look.py <<'P'
import glob, os, struct
import rsplitcap
def packet(source, target, sport, dport):
    ip = struct.pack(">BBHHHBBH", 0x45, 0, 40, 1, 0, 64, 6, 0) + bytes([10, 0, 0, source]) + bytes([10, 0, 0, target])
    return bytes.fromhex("5254000000025254000000010800") + ip + struct.pack(">HHIIBBHHH", sport, dport, 1, 1, 0x50, 16, 8192, 0, 0)
packets = [packet(1, 2, 50000, 445), packet(2, 1, 445, 50000)]
def pcap(name, order):
    with open(name, "wb") as file:
        file.write(struct.pack(order + "IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for number, one in enumerate(packets): file.write(struct.pack(order + "IIII", 1700000000, number * 10000, len(one), len(one)) + one)
def block(kind, body):
    body += bytes(-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)
def pcapng(name, digits):
    data = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + block(1, struct.pack("<HHIHHB3xHH", 1, 0, 0, 9, 1, digits, 0, 0))
    for number, one in enumerate(packets):
        ticks = (1700000000 * 100 + number) * 10 ** (digits - 2)
        data += block(6, struct.pack("<IIIII", 0, ticks >> 32, ticks & 0xFFFFFFFF, len(one), len(one)) + one)
    with open(name, "wb") as file: file.write(data)
pcap("little.pcap", "<")
pcap("big.pcap", ">")
pcapng("nano.pcapng", 9)
pcapng("milli.pcapng", 3)
def look(name):
    os.mkdir(name + ".d")
    rsplitcap.split(name, name + ".d")
    found, = (path for path in glob.glob(name + ".d/**/*", recursive=True) if os.path.isfile(path))
    with open(found, "rb") as file: data = file.read()
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    per_second = 10**9 if struct.unpack(order + "I", data[:4])[0] == 0xA1B23C4D else 10**6
    times, place = [], 24
    while place < len(data):
        seconds, fraction, length, _ = struct.unpack(order + "IIII", data[place:place + 16])
        times.append((seconds, fraction * 10**6 // per_second))
        place += 16 + length
    return times
seen = {name: look(name) for name in ("little.pcap", "big.pcap", "nano.pcapng", "milli.pcapng")}
for each in seen.items(): print(*each)
short, right = [(1700000000, 0), (1700000000, 10)], [(1700000000, 0), (1700000000, 10000)]
assert seen == {"little.pcap": short, "big.pcap": short, "nano.pcapng": right, "milli.pcapng": right}, "this has changed"
P
v/bin/python look.py
