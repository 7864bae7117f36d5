#!/bin/sh
# How long does a connection take for wa1kpcap, which makes flows of recordings?
#
# Guess before the run: as long as it did, in pcap with micro- and nanoseconds, in either byte order, and in pcapng with any resolution.
# Seen (wa1kpcap 0.2.0, Python 3.11), a connection of 0.08 s on 2023-11-14:
#
#   pcap, microseconds, nanoseconds, big-endian      0.08 s, 2023
#   pcapng without if_tsresol (microseconds)         0.08 s, 2023
#   pcapng, if_tsresol 9 (nanoseconds)               80 s, in the year 55840
#   pcapng, if_tsresol 3 (milliseconds)              0.00008 s, on 20 January 1970
#
# It counts in microseconds whatever the interface says.
# Lesson: durations a thousand times too long are those of a recorder with nanoseconds (dumpcap with such a card, or editcap). A wrong
# year is the sign; a report with durations alone does not show it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install wa1kpcap==0.2.0
cat > look.py <<'P'
import struct
import wa1kpcap
def frames():
    places, ends = [1000, 9000], [((10, 0, 0, 1), 50000), ((10, 0, 0, 2), 445)]
    for who, flags, data in ((0, 2, b""), (1, 18, b""), (0, 16, b""), (0, 24, b"\0\0\0\x08\xfeSMBabcd"), (1, 24, b"\0\0\0\x08\xfeSMBefgh"), (0, 16, b""),
                             (0, 17, b""), (1, 17, b""), (0, 16, b"")):
        (source, sport), (target, dport) = ends[who], ends[1 - who]
        acknowledged = places[1 - who] if flags != 2 else 0
        tcp = struct.pack(">HHIIBBHHH", sport, dport, places[who], acknowledged, 0x50, flags, 8192, 0, 0) + data
        ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0) + bytes(source) + bytes(target) + tcp
        yield bytes.fromhex("525400000002525400000001") + b"\x08\0" + ip
        places[who] += len(data) + (flags & 3 != 0)
FRAMES = list(frames())
def pcap(name, order="<", nano=False):
    with open(name, "wb") as file:
        file.write(struct.pack(order + "IHHiIII", 0xA1B23C4D if nano else 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for number, one in enumerate(FRAMES):
            file.write(struct.pack(order + "IIII", 1700000000, number * (10000000 if nano else 10000), len(one), len(one)) + one)
def block(kind, body): return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)
def pcapng(name, digits=None):
    option = b"" if digits is None else struct.pack("<HHB3x", 9, 1, digits) + bytes(4)
    data = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + block(1, struct.pack("<HHI", 1, 0, 0) + option)
    per_second = 10 ** (6 if digits is None else digits)
    for number, one in enumerate(FRAMES):
        time = 1700000000 * per_second + number * per_second // 100
        data += block(6, struct.pack("<5I", 0, time >> 32, time & 0xFFFFFFFF, len(one), len(one)) + one + bytes(-len(one) % 4))
    with open(name, "wb") as file: file.write(data)
pcap("micro.pcap")
pcap("nano.pcap", nano=True)
pcap("big.pcap", order=">")
pcapng("micro.pcapng")
pcapng("nano.pcapng", 9)
pcapng("milli.pcapng", 3)
def look(name):
    (flow,) = wa1kpcap.Wa1kPcap().analyze_file(name)
    return round(flow.start_time), round(flow.duration, 6), flow.packet_count
seen = {name: look(name) for name in ("micro.pcap", "nano.pcap", "big.pcap", "micro.pcapng", "nano.pcapng", "milli.pcapng")}
for one in seen.items(): print(*one)
for name in ("micro.pcap", "nano.pcap", "big.pcap", "micro.pcapng"): assert seen[name] == (1700000000, 0.08, 9), "this has changed"
assert seen["nano.pcapng"] == (1700000000000, 80.0, 9) and seen["milli.pcapng"] == (1700000, 0.00008, 9), "this has changed"
P
v/bin/python look.py
