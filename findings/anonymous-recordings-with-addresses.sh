#!/bin/sh
# Are all addresses gone from a recording that was made anonymous?
#
# Guess before the run: in the headers of IPv4, IPv6, ARP and of the packet that ICMP quotes; not in the payload. Checksums
# are right afterwards.
# Seen (libtrace-tools 3.0.22-0.1, tcpreplay 4.4.3-1, bittwist 2.0-15 of Debian bookworm), packets between 10.0.0.1 and 10.0.0.2,
# or fd00::1 and fd00::2; what still holds one of these:
#
#                                traceanon -s -d -p   tcprewrite --pnat   bittwiste -T ip -s -d
#   IPv4, TCP                    changed              changed             changed
#   the same with a VLAN tag     changed              changed             left
#   IPv6, TCP                    left                 changed             left
#   ARP                          left                 changed             left
#   ICMP, the quoted packet      changed              left                left
#   GRE, the packet within       left                 left                left
#   a NetBIOS name answer        left                 left                left
#   checksum of IPv4             wrong                right               right
#
# Lesson: search a file for the bytes of the own addresses before it is shared. Wrong checksums in each packet may come
# from such a tool, and one connection may then have two servers, as the headers and the quotes differ.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install libtrace-tools=3.0.22-0.1 tcpreplay=4.4.3-1 bittwist=2.0-15 libpcap0.8 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > look.py <<'P'
import os, struct, subprocess, sys
def total(data):
    if len(data) % 2: data += b"\0"
    value = sum(struct.unpack(">%dH" % (len(data) // 2), data))
    while value >> 16: value = (value & 0xFFFF) + (value >> 16)
    return value ^ 0xFFFF
FIRST, SECOND = (bytes([10, 0, 0, one]) for one in (1, 2))
SIXTH, SEVENTH = (b"\xfd" + bytes(14) + bytes([one]) for one in (1, 2))
MACS = bytes.fromhex("020000000002 020000000001")
def ip(protocol, data, source=FIRST, target=SECOND):
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(data), 1, 0, 64, protocol, 0, source, target)
    return head[:10] + struct.pack(">H", total(head)) + head[12:] + data
def summed(source, target, protocol, data, place):
    return data[:place] + struct.pack(">H", total(source + target + struct.pack(">II", len(data), protocol) + data)) + data[place + 2:]
def tcp(source, target): return summed(source, target, 6, struct.pack(">HHIIBBHHH", 50000, 445, 1, 1, 0x50, 0x18, 8192, 0, 0) + b"hello", 16)
def icmp(data):
    data = struct.pack(">BBHI", 3, 1, 0, 0) + data
    return data[:2] + struct.pack(">H", total(data)) + data[4:]
plain = ip(6, tcp(FIRST, SECOND))
six = struct.pack(">IHBB", 6 << 28, 25, 6, 64) + SIXTH + SEVENTH + tcp(SIXTH, SEVENTH)
name = b"\x20" + b"EGFD" + b"CA" * 13 + b"CA" + b"\0"
netbios = struct.pack(">HHHHHH", 1, 0x8500, 0, 1, 0, 0) + name + struct.pack(">HHIHH", 32, 1, 300, 6, 0) + SECOND
netbios = struct.pack(">HHHH", 137, 137, 8 + len(netbios), 0) + netbios
rows = [
    ("IPv4", b"\x08\0" + plain), ("VLAN", b"\x81\0\0\5\x08\0" + plain), ("IPv6", b"\x86\xdd" + six),
    ("ARP", b"\x08\6" + struct.pack(">HHBBH6s4s6s4s", 1, 0x800, 6, 4, 1, MACS[6:], FIRST, bytes(6), SECOND)),
    ("ICMP", b"\x08\0" + ip(1, icmp(plain[:28]), SECOND, FIRST)), ("GRE", b"\x08\0" + ip(47, struct.pack(">HH", 0, 0x800) + plain)),
    ("NetBIOS", b"\x08\0" + ip(17, summed(SECOND, FIRST, 17, netbios, 6), SECOND, FIRST))]
with open("in.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for number, (_, one) in enumerate(rows):
        one = MACS + one
        file.write(struct.pack("<IIII", 1700000000 + number, 0, len(one), len(one)) + one)
def run(*words): subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1]))
def read(path):
    with open(path, "rb") as file: data = file.read()[24:]
    packets = []
    while data:
        length = struct.unpack_from("<I", data, 8)[0]
        packets.append(data[16:16 + length])
        data = data[16 + length:]
    return packets
run("root/usr/bin/traceanon", "-s", "-d", "-p", "172.16.0.0/16", "pcapfile:in.pcap", "pcapfile:traceanon.pcap")
run("root/usr/bin/tcprewrite", "--pnat=10.0.0.0/24:172.16.0.0/24,[fd00::/64]:[fd11::/64]", "-i", "in.pcap", "-o", "tcprewrite.pcap")
# bittwiste changes one direction at a time.
run("root/usr/bin/bittwiste", "-I", "in.pcap", "-O", "half.pcap", "-T", "ip", "-s", "10.0.0.1,172.16.0.1", "-d", "10.0.0.2,172.16.0.2")
run("root/usr/bin/bittwiste", "-I", "half.pcap", "-O", "bittwiste.pcap", "-T", "ip", "-s", "10.0.0.2,172.16.0.2", "-d", "10.0.0.1,172.16.0.1")
right = True
for tool, wanted, checksum in (
        ("traceanon", {"IPv6", "ARP", "GRE", "NetBIOS"}, False), ("tcprewrite", {"ICMP", "GRE", "NetBIOS"}, True),
        ("bittwiste", {"VLAN", "IPv6", "ARP", "ICMP", "GRE", "NetBIOS"}, True)):
    packets = read(tool + ".pcap")
    left = {name for (name, _), packet in zip(rows, packets) if any(one in packet for one in (FIRST, SECOND, SIXTH, SEVENTH))}
    good = total(packets[0][14:34]) == 0
    print(tool, sorted(left), good)
    right = right and len(packets) == len(rows) and left == wanted and good == checksum
assert right, "this has changed"
P
python3 look.py "$libraries"
