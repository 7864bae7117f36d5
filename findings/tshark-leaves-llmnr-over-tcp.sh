#!/bin/sh
# Does tshark know the ways by which Windows finds names without DNS: LLMNR, by UDP and TCP, and WS-Discovery?
#
# Guess before the run: LLMNR by both, and the XML of WS-Discovery on UDP port 3702.
# Seen (tshark 4.0.17-0+deb12u3 of Debian bookworm), protocol and name that it shows:
#
#   LLMNR query, UDP port 5355            LLMNR, fs
#   LLMNR query, TCP port 5355            TCP, nothing
#   the same with -d tcp.port==5355,dns   DNS, fs
#   WS-Discovery, UDP port 3702           UDP, nothing; no -d for XML, it has no place below UDP
#
# RFC 4795 asks for TCP when an answer does not fit, or for a question to one host.
# Lesson: the filter llmnr finds no question by TCP, and no filter but the port finds WS-Discovery. Count packets to ports 5355 and
# 3702 before you say that a client did not ask.
set -eu
version=4.0.17-0+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tshark=$version wireshark-common=$version libwireshark16=$version libwireshark-data=$version libwiretap13=$version \
  libwsutil14=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
export LD_LIBRARY_PATH="$libraries" WIRESHARK_DATA_DIR="$folder/root/usr/share/wireshark"
cat > look.py <<'P'
import struct, subprocess
query = struct.pack(">6H", 1, 0, 1, 0, 0, 0) + b"\2fs\0" + struct.pack(">HH", 1, 1)
probe = b'<?xml version="1.0"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body/></s:Envelope>'
def udp(port, data): return 17, struct.pack(">HHHH", 50000, port, 8 + len(data), 0) + data
tcp = 6, struct.pack(">HHIIBBHHH", 50000, 5355, 1, 1, 0x50, 0x18, 8192, 0, 0) + struct.pack(">H", len(query)) + query
with open("one.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))
    for protocol, data in udp(5355, query), tcp, udp(3702, probe):
        data = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(data), 1, 0, 64, protocol, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])) + data
        file.write(struct.pack("<IIII", 1700000000, 0, len(data), len(data)) + data)
def look(*options):
    done = subprocess.run(
        ["root/usr/bin/tshark", "-nr", "one.pcap", *options, "-T", "fields", "-e", "_ws.col.Protocol", "-e", "dns.qry.name"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    return done.stdout.splitlines() if done.returncode == 0 else "Valid protocols" in done.stderr
seen = look(), look("-d", "tcp.port==5355,dns"), look("-d", "udp.port==3702,xml")
print(*seen, sep="\n")
assert seen == (["LLMNR\tfs", "TCP\t", "UDP\t"], ["LLMNR\tfs", "DNS\tfs", "UDP\t"], True), "this has changed"
P
python3 look.py
