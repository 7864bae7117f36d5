#!/bin/sh
# Does a line of tshark name each SMB2 message of a packet?
#
# Guess before the run: yes, with a semicolon between them, as it does for the requests of a compound.
# Seen (tshark 4.0.17-0+deb12u3 of Debian bookworm), one TCP segment that holds ECHO, WRITE and LOGOFF:
#
#   one message with three requests (a compound)         KeepAlive Request;Write Request ...;Session Logoff Request
#   three messages, one behind the other                 Session Logoff Request
#
# The second line leaves two out. Clients with many requests in flight send such segments all the time. The fields are
# complete: -T fields -e smb2.cmd gives 13,9,2 for both.
# Lesson: “the client never sent X” needs -Y 'smb2.cmd == N' or -T fields. The lines that a person reads do not prove it.
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
v/bin/pip -q install scapy==2.8.0
v/bin/python - <<'P'
import logging, struct
logging.disable(logging.CRITICAL)
from scapy.all import Ether, IP, TCP, wrpcap
SHORT = struct.pack("<HH", 4, 0)
WRITE = struct.pack("<HHIQQQIIHHI", 49, 112, 8, 0, 7, 7, 0, 0, 0, 0, 0) + b"contents"
def message(number, command, body, behind=0):
    return b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 1, 0, command, 1, 0, behind, number, 0xFEFF, 1, 5) + bytes(16) + body
def framed(data): return struct.pack(">I", len(data)) + data
requests = [(1, 13, SHORT), (2, 9, WRITE), (3, 2, SHORT)]
padded = [(number, command, body + bytes(-len(body) % 8)) for number, command, body in requests]
compound = b"".join(message(*one, behind=64 + len(one[2]) if one[1] != 2 else 0) for one in padded)
def packet(port, data):
    head = Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02") / IP(src="10.0.0.1", dst="10.0.0.2")
    return head / TCP(sport=port, dport=445, flags="PA", seq=1, ack=1) / data
wrpcap("three.pcap", [packet(50000, framed(compound)), packet(50001, b"".join(framed(message(*one)) for one in requests))])
P
run() { LD_LIBRARY_PATH="$libraries" WIRESHARK_DATA_DIR="$folder/root/usr/share/wireshark" root/usr/bin/tshark -n -r three.pcap "$@" 2> /dev/null; }
lines=$(run | sed 's/.*SMB2 [0-9]* //; s/Request [^;]*;/Request;/g')
fields=$(run -T fields -e smb2.cmd)
echo "$lines"
echo "$fields"
[ "$lines" = "KeepAlive Request;Write Request;Session Logoff Request
Session Logoff Request" ] || { echo "this has changed"; exit 1; }
[ "$fields" = "13,9,2
13,9,2" ] || { echo "the fields have changed"; exit 1; }
