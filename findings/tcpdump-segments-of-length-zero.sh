#!/bin/sh
# What does a reader make of an IPv4 packet whose total length is 0?
#
# Guess before the run: TCP with its payload, as long as the frame. Such packets are normal in a recording of the sender
# itself: the network card cuts big segments (segmentation offload) and fills in the length after the recorder saw them.
# Seen (tcpdump 4.99.3-1 of Debian bookworm; scapy 2.8.0, dpkt 1.9.8, Python 3.11):
#
#   scapy, dpkt                  TCP to port 445, 54 bytes
#   tcpdump -r FILE port 445     finds the packet, since the filter does not ask for the length, but prints of it only
#                                “IP bad-len 0”: no address, no port, no TCP
#
# Lesson: “bad-len 0” is no damage, but a big segment of the host on which it was recorded; a text of tcpdump that lacks
# a request or an answer does not prove that the file lacks it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
apt-get -q download tcpdump=4.99.3-1 libpcap0.8 libdbus-1-3 >&2
for file in ./*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so.*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install scapy==2.8.0 dpkt==1.9.8
v/bin/python - zero.pcap <<'P'
import logging, struct, sys
logging.getLogger("scapy").setLevel(logging.ERROR)
import dpkt
from scapy.all import TCP, Ether, IP, Raw
frame = bytes(Ether(dst="02:00:00:00:00:02", src="02:00:00:00:00:01") / IP(src="10.0.0.1", dst="10.0.0.2", len=0) / TCP(sport=50000, dport=445, flags="PA") / Raw(b"x" * 54))
with open(sys.argv[1], "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1) + struct.pack("<IIII", 1700000000, 0, len(frame), len(frame)) + frame)
segment = Ether(frame)[TCP]
other = dpkt.ethernet.Ethernet(frame).data.data
print("scapy", segment.dport, len(segment.payload), "dpkt", other.dport, len(other.data))
assert (segment.dport, len(segment.payload)) == (445, 54), "scapy has changed"
assert (other.dport, len(other.data)) == (445, 54), "dpkt has changed"
P
seen=$(LD_LIBRARY_PATH="$libraries" root/usr/bin/tcpdump -Z root -n -tt -r zero.pcap port 445 2> /dev/null)
echo "tcpdump $seen"
[ "$seen" = "1700000000.000000 IP bad-len 0" ] || { echo "tcpdump has changed"; exit 1; }
