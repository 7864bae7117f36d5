#!/bin/sh
# How much was sent in a connection, and how often was it made, for NexusFlowMeter, which makes a table of flows of a recording?
#
# Guess before the run: nine packets of one connection are one flow; the same port used again two seconds later, with a new SYN behind
# two FINs, is a second one. Nothing was guessed about the payload.
# Seen (nexusflowmeter 0.1.5 with scapy 2.5.0, Python 3.11), a connection with 12 bytes of data from each side; its column total_payload_bytes:
#
#   raw IP                                24
#   Ethernet                              204
#   Ethernet, short frames padded to 60   246
#   Ethernet with one VLAN tag            384
#   Ethernet with two VLAN tags           420
#   the port used again after 2 s         one flow of 18 packets, 2.08 s long
#   the same recording as cooked (SLL)    204
#
# With Ethernet the TCP header of each packet counts as payload, behind a tag its IP header too, and padding always.
# Lesson: of two recordings of one connection, on a host and on a switch, the second seems to carry more. Compare bytes of tools only
# for recordings of one link type; a flow that is “Closed” may be several connections.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install nexusflowmeter==0.1.5 scapy==2.5.0 pandas==3.1.1 openpyxl==3.1.5
cat > look.py <<'P'
import csv, os, struct, subprocess
E = bytes.fromhex("525400000002525400000001")
def connection(start=0.0):
    places, ends, out = [1000, 9000], [((10, 0, 0, 1), 50000), ((10, 0, 0, 2), 445)], []
    for number, (who, flags, data) in enumerate((
            (0, 2, b""), (1, 18, b""), (0, 16, b""), (0, 24, b"\0\0\0\x08\xfeSMBabcd"), (1, 24, b"\0\0\0\x08\xfeSMBefgh"), (0, 16, b""), (0, 17, b""),
            (1, 17, b""), (0, 16, b""))):
        (source, sport), (target, dport) = ends[who], ends[1 - who]
        tcp = struct.pack(">HHIIBBHHH", sport, dport, places[who], places[1 - who] if flags != 2 else 0, 0x50, flags, 8192, 0, 0) + data
        ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), number + 1, 0, 64, 6, 0) + bytes(source) + bytes(target) + tcp
        out.append((start + number * 0.01, ip))
        places[who] += len(data) + (flags & 3 != 0)
    return out
def ethernet(packet): return E + b"\x08\0" + packet
def write(name, packets, link=1, wrap=ethernet):
    with open(name, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, link))
        for time, packet in packets:
            packet = wrap(packet)
            file.write(struct.pack("<IIII", 1700000000 + int(time), round(time % 1 * 10**6), len(packet), len(packet)) + packet)
one = connection()
write("raw.pcap", one, 101, lambda packet: packet)
write("ethernet.pcap", one)
write("padded.pcap", one, 1, lambda packet: ethernet(packet).ljust(60, b"\0"))
write("tag.pcap", one, 1, lambda packet: E + b"\x81\0\0\x05\x08\0" + packet)
write("tags.pcap", one, 1, lambda packet: E + b"\x88\xa8\0\x05\x81\0\0\x05\x08\0" + packet)
write("cooked.pcap", one, 113, lambda packet: b"\0\0\0\1\0\6" + E[:6] + b"\0\0\x08\0" + packet)
write("again.pcap", one + connection(2.0))
def look(name):
    subprocess.run(
        ["v/bin/nexusflowmeter", name + ".pcap", name + ".csv", "--output-format", "csv"], check=True, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, env=dict(os.environ, TZ="UTC"), timeout=100)
    columns = "total_packets", "total_payload_bytes", "duration_seconds"
    with open(name + ".csv") as file: return [tuple(row[key] for key in columns) for row in csv.DictReader(file)]
seen = {name: look(name) for name in ("raw", "ethernet", "padded", "tag", "tags", "cooked", "again")}
for each in seen.items(): print(*each)
wanted = {"raw": "24", "ethernet": "204", "padded": "246", "tag": "384", "tags": "420", "cooked": "204"}
assert seen.pop("again") == [("18", "408", "2.08")] and seen == {name: [("9", count, "0.08")] for name, count in wanted.items()}, "this has changed"
P
v/bin/python look.py
