#!/bin/sh
# Does p0f, which tells systems by their SYN, find the client of a connection to port 445 in each kind of recording?
#
# Guess before the run: yes, also behind a VLAN tag; but for link type 276 (SLL2), which is younger than p0f.
# Seen (p0f 3.09b-3 of Debian bookworm), SYN and answer:
#
#   Ethernet in pcap and pcapng, micro- and nanoseconds, raw IP (101), SLL2   both sides
#   Ethernet with one VLAN tag                                                nothing; a warning “Unknown packet type 0”
#
# For a link type that it does not know, p0f looks for the header of IP by itself; for Ethernet it trusts that IP begins at byte 14.
# Lesson: from a trunk port take the tag away first (editcap -C 12:4 -L, or tcprewrite --enet-vlan=del).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install p0f=3.09b-3 libpcap0.8 wireshark-common=4.0.17-0+deb12u3 libwireshark16=4.0.17-0+deb12u3 libwireshark-data=4.0.17-0+deb12u3 \
  libwiretap13=4.0.17-0+deb12u3 libwsutil14=4.0.17-0+deb12u3 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
export LD_LIBRARY_PATH="$libraries" WIRESHARK_DATA_DIR="$folder/root/usr/share/wireshark"
cat > look.py <<'P'
import os, struct, subprocess
def total(data):
    value = sum(struct.unpack(">%dH" % (len(data) // 2), data))
    while value >> 16: value = (value & 0xFFFF) + (value >> 16)
    return ~value & 0xFFFF
def segment(back, flags, sequence, acknowledged):
    ends = bytes([10, 0, 0, 2, 10, 0, 0, 1] if back else [10, 0, 0, 1, 10, 0, 0, 2])
    ports = (445, 50000) if back else (50000, 445)
    data = struct.pack(">HHIIBBHHH", *ports, sequence, acknowledged, 0x80, flags, 65535, 0, 0) + bytes.fromhex("020405b40103030801010402")
    data = data[:16] + struct.pack(">H", total(ends + struct.pack(">HH", 6, len(data)) + data)) + data[18:]
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(data), 1, 0x4000, 64, 6, 0) + ends
    return head[:10] + struct.pack(">H", total(head)) + head[12:] + data
packets = [segment(False, 2, 100, 0), segment(True, 0x12, 200, 101)]
ether, any2 = bytes.fromhex("0200000000020200000000010800"), bytes.fromhex("0800000000000002000100060200000000010000")
tag = ether[:12] + bytes.fromhex("8100000a0800")
def write(path, magic, kind, front):
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", magic, 2, 4, 0, 0, 262144, kind))
        for count, data in enumerate(packets): file.write(struct.pack("<IIII", 1700000000, count, len(front + data), len(front + data)) + front + data)
write("ethernet.pcap", 0xA1B2C3D4, 1, ether)
write("nano.pcap", 0xA1B23C4D, 1, ether)
write("raw.pcap", 0xA1B2C3D4, 101, b"")
write("any.pcap", 0xA1B2C3D4, 276, any2)
write("tagged.pcap", 0xA1B2C3D4, 1, tag)
subprocess.run(["root/usr/bin/editcap", "ethernet.pcap", "next.pcapng"], check=True)
subprocess.run(["root/usr/bin/editcap", "-F", "pcap", "-C", "12:4", "-L", "tagged.pcap", "cut.pcap"], check=True)
def run(path):
    log = os.path.abspath(path + ".log")
    one = subprocess.run(["root/usr/sbin/p0f", "-f", "root/etc/p0f/p0f.fp", "-r", path, "-o", log], capture_output=True, text=True)
    with open(log) as file: kinds = sorted({line.split("mod=")[1].split("|")[0] for line in file})
    print(path, kinds, "Unknown packet type" in one.stdout + one.stderr)
    return [one for one in kinds if one.startswith("syn")], "Unknown packet type" in one.stdout + one.stderr
for path in "ethernet.pcap", "nano.pcap", "next.pcapng", "raw.pcap", "any.pcap", "cut.pcap":
    assert run(path) == (["syn", "syn+ack"], False), "this has changed"
assert run("tagged.pcap") == ([], True), "this has changed"
P
python3 look.py
