#!/bin/sh
# Does pydfql, “a Wireshark-like display filter” for dictionaries, find with one filter what tshark finds?
#
# Guess before the run: yes, for networks, for a field that is missing, and for a SessionId above 2^63.
# Seen (pydfql 1.3.0, Python 3.11; tshark 4.0.17-0+deb12u3 of Debian bookworm), three packets:
#
#   1   READ from 10.0.0.1 to TCP port 445, SessionId 2^63 + 1
#   2   a name query from 10.0.0.1 by UDP
#   3   CREATE from 192.0.2.1 to TCP port 139, SessionId 2^63 + 2
#
#   filter                                 tshark   pydfql
#   ip.src == 10.0.0.0/8                   1, 2     none
#   ip.src in {10.0.0.0/8}                 1, 2     1, 2
#   tcp.dstport != 445                     3        2, 3
#   smb2.sesid == 9223372036854775809      1        1, 3
#   smb2.sesid > 9223372036854775808       1, 3     none
#   ip.src < 100.0.0.0                     1, 2     1, 2
#
# Lesson: a filter that was tried in Wireshark is not tried for a report in JSON. Write “in {…}” for a network and the SessionId as a text;
# with “!=” name the field too: tcp and tcp.dstport != 445.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
python3 -m venv v
v/bin/pip -q install pydfql==1.3.0
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tshark=4.0.17-0+deb12u3 wireshark-common=4.0.17-0+deb12u3 libwireshark16=4.0.17-0+deb12u3 libwiretap13=4.0.17-0+deb12u3 \
  libwsutil14=4.0.17-0+deb12u3 libwireshark-data=4.0.17-0+deb12u3 libpcap0.8 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
cat > look.py <<'P'
import os, struct, subprocess, sys
from pydfql.display_filters import DictDisplayFilter
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], LC_ALL="C.UTF-8", WIRESHARK_DATA_DIR="root/usr/share/wireshark", HOME=os.getcwd())
def ip(source, protocol, data):
    return bytes(12) + b"\x08\0" + struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(data), 1, 0, 64, protocol, 0) + bytes(source) + bytes((10, 0, 0, 2)) + data
def smb(source, port, command, session, body):
    message = b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 1, 0, command, 1, 0, 0, 1, 0, 0, session) + bytes(16) + body
    return ip(source, 6, struct.pack(">HHIIBBHHH", 50000, port, 1, 1, 0x50, 24, 8192, 0, 0) + struct.pack(">I", len(message)) + message)
packets = (
    smb((10, 0, 0, 1), 445, 8, 2**63 + 1, struct.pack("<HBBIQ16sIIIHHB", 49, 80, 0, 10, 0, bytes(16), 0, 0, 0, 0, 0, 0)),
    ip((10, 0, 0, 1), 17, struct.pack(">HHHH", 137, 137, 20, 0) + bytes(12)),
    smb((192, 0, 2, 1), 139, 5, 2**63 + 2, struct.pack("<H", 57) + bytes(62)))
rows = [
    {"n": 1, "ip": {"src": "10.0.0.1"}, "tcp": {"dstport": 445}, "smb2": {"sesid": 2**63 + 1}}, {"n": 2, "ip": {"src": "10.0.0.1"}, "udp": {"dstport": 137}},
    {"n": 3, "ip": {"src": "192.0.2.1"}, "tcp": {"dstport": 139}, "smb2": {"sesid": 2**63 + 2}}]
with open("three.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for index, packet in enumerate(packets): file.write(struct.pack("<IIII", 1700000000, index, len(packet), len(packet)) + packet)
wanted = {
    "ip.src == 10.0.0.0/8": ([1, 2], []), "ip.src in {10.0.0.0/8}": ([1, 2], [1, 2]), "tcp.dstport != 445": ([3], [2, 3]),
    "smb2.sesid == 9223372036854775809": ([1], [1, 3]), "smb2.sesid > 9223372036854775808": ([1, 3], []), "ip.src < 100.0.0.0": ([1, 2], [1, 2])}
seen = {}
for query in wanted:
    command = ["root/usr/bin/tshark", "-r", "three.pcap", "-Y", query, "-T", "fields", "-e", "frame.number"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    seen[query] = [int(word) for word in done.stdout.split()], [row["n"] for row in DictDisplayFilter(rows).filter(query)]
    print(query, *seen[query])
assert seen == wanted, "this has changed"
P
v/bin/python look.py "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')"
