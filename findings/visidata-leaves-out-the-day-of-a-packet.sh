#!/bin/sh
# Which packets, with which times, are in the table that VisiData makes of a recording (vd -b FILE -o OUT.tsv)?
#
# Guess before the run: one row for each packet in pcap and pcapng, with the right day and time, nanoseconds cut. Nothing was guessed about link
# types.
# Seen (visidata 3.4, dpkt 1.9.8, dnslib 0.9.26, Python 3.11), a SYN to port 445 at 2023-11-14 22:13:20.123456789 UTC, TZ=Asia/Tokyo:
#
#   recording                    time                   from, to
#   pcap, pcapng                 07:13:20.123456        10.0.0.1, port 50000, to 10.0.0.2, port 445
#   pcap with nanoseconds        1700000000.123456789   the same
#   behind a VLAN tag            07:13:20.123456        the same
#   raw IP                       07:13:20.123456        two MAC addresses, which are bytes of the IP header, and no port
#   cooked (SLL)                 07:13:20.123456        two MAC addresses, of which one is of the header, and no port
#
# The time is local and has no day; with nanoseconds it is a number of seconds. VisiData first asks a server of the Internet for the makers
# of network cards, unless it has their table.
# Lesson: sorted by time, a recording over midnight begins with its end. In one of tcpdump -i any there is no connection to port 445, only
# Ethernet with addresses that no card has. Take nanoseconds, or the table of tshark -T fields.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install visidata==3.4 dpkt==1.9.8 dnslib==0.9.26
cat > look.py <<'P'
import csv, os, struct, subprocess
E = bytes.fromhex("525400000002525400000001")
TCP = struct.pack(">HHIIBBHHH", 50000, 445, 1000, 0, 0x50, 2, 8192, 0, 0)
IP = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(TCP), 1, 0, 64, 6, 0) + bytes((10, 0, 0, 1, 10, 0, 0, 2)) + TCP
def pcap(packet, link=1, magic=0xA1B2C3D4, rest=123456):
    return struct.pack("<IHHiIIIIIII", magic, 2, 4, 0, 0, 65535, link, 1700000000, rest, len(packet), len(packet)) + packet
def block(kind, body):
    body += bytes(-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)
def pcapng(packet):
    time = 1700000000123456
    return block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + block(1, struct.pack("<HHI", 1, 0, 0)) + block(
        6, struct.pack("<IIIII", 0, time >> 32, time & 0xFFFFFFFF, len(packet), len(packet)) + packet)
files = {
    "pcap": pcap(E + b"\x08\0" + IP), "pcapng": pcapng(E + b"\x08\0" + IP), "nanoseconds": pcap(E + b"\x08\0" + IP, 1, 0xA1B23C4D, 123456789),
    "tag": pcap(E + b"\x81\0\0\x05\x08\0" + IP), "raw": pcap(IP, 101), "SLL": pcap(b"\0\0\0\1\0\6" + E[:6] + b"\0\0\x08\0" + IP, 113)}
seen = {}
for name, data in files.items():
    path = name + (".pcapng" if name == "pcapng" else ".pcap")
    with open(path, "wb") as file: file.write(data)
    # Without a network: no server is asked.
    done = subprocess.run(["unshare", "-rn", "v/bin/vd", "-b", path, "-o", name + ".tsv"], env=dict(os.environ, TZ="Asia/Tokyo", HOME=os.getcwd()),
        capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120)
    with open(name + ".tsv") as file: row = next(csv.DictReader(file, delimiter="\t"))
    seen[name] = row["timestamp"], row["srchost"], row["srcport"], row["dsthost"], row["dstport"]
    print(name, *seen[name])
asked = "urlopen" in done.stdout + done.stderr
right = "07:13:20.123456", "10.0.0.1", "50000", "10.0.0.2", "445"
assert asked and seen == {
    "pcap": right, "pcapng": right, "tag": right, "nanoseconds": ("1700000000.123456789",) + right[1:],
    "raw": (right[0], "00:00:40:06:00:00", "", "45:00:00:28:00:01", ""), "SLL": (right[0], "52:54:00:00:00:02", "", "00:00:00:01:00:06", "")}, "this has changed"
P
v/bin/python look.py
