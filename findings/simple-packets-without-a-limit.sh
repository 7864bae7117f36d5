#!/bin/sh
# How long is the packet of a Simple Packet Block when the interface has no snapshot length (0, which means no limit)?
#
# Guess before the run: as long as it was on the wire. python-pcapng alone takes the smaller of the two numbers, 0.
# Seen (tcpdump 4.99.3-1, tshark 4.0.17-0+deb12u3 of Debian bookworm; scapy 2.8.0, python-pcapng 2.1.1, pycapng 0.19.7
# with Python 3.11), a packet of 54 bytes:
#
#   tcpdump, tshark, python-pcapng, pycapng   54 bytes
#   scapy                                     no byte; the Ethernet header that it shows is not in the file
#
# With a snapshot length of 262144 all of them have 54 bytes.
# Lesson: a packet that is empty in scapy, and in what scapy writes, may be whole in the file. Look with another reader.
set -eu
version=4.0.17-0+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tcpdump=4.99.3-1 libpcap0.8=1.10.3-1 tshark=$version wireshark-common=$version libwireshark16=$version \
  libwireshark-data=$version libwiretap13=$version libwsutil14=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install scapy==2.8.0 python-pcapng==2.1.1 pycapng==0.19.7
cat > look.py <<'P'
import logging, os, struct, subprocess, sys
logging.disable(logging.CRITICAL)
import pcapng, pycapng
from pcapng.blocks import SimplePacket
from scapy.all import rdpcap
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], WIRESHARK_DATA_DIR="root/usr/share/wireshark")
def block(kind, body):
    body += b"\0" * (-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)
packet = bytes.fromhex("020000000002 020000000001 0800") + struct.pack(
    ">BBHHHBBH4s4s", 0x45, 0, 40, 1, 0, 64, 6, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2]))
packet += struct.pack(">HHIIBBHHH", 50000, 445, 1, 0, 0x50, 2, 65535, 0, 0)
def run(*command):
    return subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout.strip()
def look(limit):
    with open("simple.pcapng", "wb") as file:
        file.write(
            block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + block(1, struct.pack("<HHI", 1, 0, limit))
            + block(3, struct.pack("<I", len(packet)) + packet))
    with open("simple.pcapng", "rb") as file:
        (python_pcapng,) = (len(one.packet_data) for one in pcapng.FileScanner(file) if isinstance(one, SimplePacket))
    (scapy,) = rdpcap("simple.pcapng")
    (pycap,) = pycapng.read_packets("simple.pcapng")
    return {
        "tshark": run("root/usr/bin/tshark", "-nr", "simple.pcapng", "-T", "fields", "-e", "frame.cap_len"),
        "tcpdump": ".445:" in run("root/usr/bin/tcpdump", "-nr", "simple.pcapng"), "python-pcapng": python_pcapng, "pycapng": pycap.captured_len,
        "scapy": len(scapy.original)}
seen = {limit: look(limit) for limit in (262144, 0)}
print(seen)
common = {"tshark": "54", "tcpdump": True, "python-pcapng": 54, "pycapng": 54}
assert seen == {
    262144: dict(common, scapy=54),
    0: dict(common, scapy=0)}, "this has changed"
P
v/bin/python look.py "$libraries"
