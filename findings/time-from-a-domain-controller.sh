#!/bin/sh
# Do tools show which computer of a domain asks its domain controller for the time (NTP with Microsoft's authenticator, MS-SNTP)?
#
# Guess before the run: tshark names it a message of Windows, with the RID of the computer as the key; tcpdump and scapy have the same number.
# Of the longer form of 120 bytes scapy makes extensions.
# Seen (tshark 4.0.17-0+deb12u3, tcpdump 4.99.3-1 of Debian bookworm; scapy 2.8.0, Python 3.11), the request of the computer with RID 1103
# (0x44f), which asks for the newer key:
#
#              68 bytes             120 bytes
#   tshark     Key ID: 4f040000     Key ID: 4f040000, all the rest is a “Message Authentication Code”
#   tcpdump    Key id: 1325662208   nothing but the length
#   scapy      1325662208           0, from the zeros at the end
#
# NTP has its numbers in big-endian order; this one is in little-endian.
# Lesson: turn the four bytes around to get the RID, the last part of the computer's SID, and leave out the top bit.
set -eu
version=4.0.17-0+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tshark=$version wireshark-common=$version libwireshark16=$version libwireshark-data=$version libwiretap13=$version \
  libwsutil14=$version tcpdump=4.99.3-1 libpcap0.8=1.10.3-1 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install scapy==2.8.0
cat > look.py <<'P'
import logging, os, re, struct, subprocess, sys
logging.disable(logging.CRITICAL)
from scapy.layers.ntp import NTPAuthenticator, NTPHeader
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], WIRESHARK_DATA_DIR="root/usr/share/wireshark")
head = struct.pack(">BBbbII4s", 0xDB, 0, 6, -23, 0, 0x10000, bytes(4)) + bytes(24) + struct.pack(">II", 3909000000, 0)
SHORT = head + struct.pack("<I", 1103) + bytes(16)
LONG = head + struct.pack("<I4B", 1103, 0, 0, 1, 0) + bytes(64)
assert len(SHORT) == 68 and len(LONG) == 120
def run(*command): return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60).stdout
def look(message):
    udp = struct.pack(">HHHH", 123, 123, 8 + len(message), 0) + message
    ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0) + bytes([10, 0, 0, 1, 10, 0, 0, 2])
    frame = bytes(12) + b"\x08\0" + ip + udp
    with open("one.pcap", "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1) + struct.pack("<IIII", 1700000000, 0, len(frame), len(frame)) + frame)
    tshark = re.findall(r"Key ID: (\w+)", run("root/usr/bin/tshark", "-r", "one.pcap", "-V"))
    tcpdump = re.findall(r"Key id: (\d+)", run("root/usr/bin/tcpdump", "-nn", "-v", "-r", "one.pcap"))
    scapy = NTPHeader(message)
    return tshark, tcpdump, scapy[NTPAuthenticator].key_id
seen = [look(SHORT), look(LONG)]
print(*seen, sep="\n")
assert seen == [(["4f040000"], ["1325662208"], 1325662208), (["4f040000"], [], 0)], "this has changed"
P
v/bin/python look.py "$libraries"
