#!/bin/sh
# Do two programs give the fragments of one answer the same Community ID?
#
# Guess before the run: yes, the ID of the connection, as for each other packet of it.
# Seen (tshark 4.0.17-0+deb12u3 of Debian bookworm; communityid 1.5.0 with Python 3.11), a query to a KDC over UDP, its answer
# in two IPv4 fragments, and one more query; the ID of the connection is 1:F:
#
#                       query   first fragment                   second fragment         query
#   tshark              1:F     an ID of the addresses and UDP   1:F                     1:F
#   community-id-pcap   1:F     1:F                              FlowTupleError, the end of its list
#
# tshark takes the ports where it puts the fragments together. The other wants ports in each packet of UDP or TCP.
# Lesson: a join by Community ID may lose fragments, which large Kerberos answers over UDP have, or all that follows them.
# Join by address and identification first.
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
libraries=$(find "$folder/root" -name '*.so.*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install communityid==1.5.0 dpkt==1.9.8 scapy==2.8.0
v/bin/python - <<'P'
import logging
logging.disable(logging.CRITICAL)
from scapy.all import IP, UDP, Ether, Raw, fragment, wrpcap
ends = dict(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")
request = Ether(**ends) / IP(src="10.0.0.1", dst="10.0.0.2") / UDP(sport=50000, dport=88) / Raw(b"request!")
answer = fragment(IP(src="10.0.0.2", dst="10.0.0.1", id=7) / UDP(sport=88, dport=50000) / Raw(bytes(2000)), 1480)
wrpcap("kdc.pcap", [request] + [Ether(**ends) / part for part in answer] + [request])
P
LD_LIBRARY_PATH="$libraries" WIRESHARK_DATA_DIR="$folder/root/usr/share/wireshark" \
  root/usr/bin/tshark -n --enable-protocol communityid -r kdc.pcap -T fields -e communityid 2> /dev/null > tshark
v/bin/community-id-pcap kdc.pcap 2> words | sed 's/.*| \(1:[^ ]*\) |.*/\1/' > python
grep -q FlowTupleError words || { echo "this has changed"; exit 1; }
python3 - <<'P'
import base64, hashlib, struct
def id(protocol, *ports):
    data = b"\0\0" + bytes([10, 0, 0, 1, 10, 0, 0, 2, protocol, 0]) + struct.pack(f">{len(ports)}H", *ports)
    return "1:" + base64.b64encode(hashlib.sha1(data).digest()).decode()
names = {id(17, 50000, 88): "flow", id(17): "UDP"}
seen = {file: [names.get(line, line) for line in open(file).read().split("\n") if line] for file in ("tshark", "python")}
print(seen)
assert seen == {"tshark": ["flow", "UDP", "flow", "flow"], "python": ["flow", "flow"]}, "this has changed"
P
