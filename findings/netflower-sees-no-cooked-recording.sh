#!/bin/sh
# Which recordings of one connection does netflower, which makes a table of flows with 82 columns, read?
#
# Guess before the run: pcap and pcapng, with micro- and nanoseconds, and a VLAN tag. One connection is one flow of nine packets; a
# pause of more than its limit of 120 s makes two. Nothing was guessed about other link types than Ethernet.
# Seen (netflower 1.1.0 with dpkt 1.9.8, Python 3.11), a connection of nine packets in 0.08 s:
#
#   pcap, also big-endian, and pcapng in nanoseconds   one flow of 8 packets, 0.07 s
#   behind one and two VLAN tags                       the same
#   pcap in nanoseconds                                an error (TypeError)
#   cooked (SLL and SLL2), raw IP                      no flow, no error
#   a pause of 130 s behind the first request          two flows, the source of the second is the server
#   the recording begins with the server's answer      one flow, its source is the server
#
# The last acknowledgement is in no flow: it ends with the second FIN.
# Lesson: an empty table says nothing when the recording was made with tcpdump -i any, or in a tunnel. A long wait for an answer,
# the very thing that one looks for, is two short flows here.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip -q install netflower==1.1.0 dpkt==1.9.8
cat > look.py <<'P'
import csv, struct
import netflower
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
def pcap(name, packets, link=1, wrap=ethernet, order="<", digits=6):
    with open(name, "wb") as file:
        file.write(struct.pack(order + "IHHiIII", 0xA1B2C3D4 if digits == 6 else 0xA1B23C4D, 2, 4, 0, 0, 65535, link))
        for time, packet in packets:
            packet = wrap(packet)
            file.write(struct.pack(order + "IIII", 1700000000 + int(time), round(time % 1 * 10**digits), len(packet), len(packet)) + packet)
def block(kind, body):
    body += bytes(-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)
def pcapng(name, packets):
    data = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + block(1, struct.pack("<HHIHHB3xHH", 1, 0, 0, 9, 1, 9, 0, 0))
    for time, packet in packets:
        packet, ticks = ethernet(packet), (1700000000 * 1000 + round(time * 1000)) * 10**6
        data += block(6, struct.pack("<IIIII", 0, ticks >> 32, ticks & 0xFFFFFFFF, len(packet), len(packet)) + packet)
    with open(name, "wb") as file: file.write(data)
one = connection()
pcap("usual", one)
pcap("big", one, order=">")
pcap("nano", one, digits=9)
pcapng("pcapng", one)
pcap("tag", one, wrap=lambda packet: E + b"\x81\0\0\x05\x08\0" + packet)
pcap("tags", one, wrap=lambda packet: E + b"\x88\xa8\0\x05\x81\0\0\x05\x08\0" + packet)
pcap("SLL", one, 113, lambda packet: b"\0\0\0\1\0\6" + E[:6] + b"\0\0\x08\0" + packet)
pcap("SLL2", one, 276, lambda packet: b"\x08\0\0\0\0\0\0\2\0\1\0\6" + E[:6] + b"\0\0" + packet)
pcap("raw", one, 101, lambda packet: packet)
pcap("pause", one[:4] + [(time + 130, packet) for time, packet in one[4:]])
pcap("late", one[4:])
def look(name):
    try: netflower.convert_pcap_to_csv(name, name + ".csv")
    except TypeError: return "TypeError"
    with open(name + ".csv") as file:
        rows = list(csv.DictReader(file))
    return [(row["src_ip"], int(row["tot_fwd_pkts"]) + int(row["tot_bwd_pkts"]), round(float(row["flow_duration"]), 3)) for row in rows]
names = "usual", "big", "nano", "pcapng", "tag", "tags", "SLL", "SLL2", "raw", "pause", "late"
seen = {name: look(name) for name in names}
for each in seen.items(): print(*each)
good, client, server = [("10.0.0.1", 8, 0.07)], "10.0.0.1", "10.0.0.2"
wanted = dict.fromkeys(names, good) | {"nano": "TypeError", "SLL": [], "SLL2": [], "raw": []}
wanted |= {"pause": [(client, 4, 0.03), (server, 4, 0.03)], "late": [(server, 4, 0.03)]}
assert seen == wanted, "this has changed"
P
v/bin/python look.py
