#!/bin/sh
# Do libraries read a NetBIOS name answer whose name has a scope (FS<20>.lab.test, RFC 1002)?
#
# Guess before the run: scapy and pysmb show the address, dpkt the name without the scope, tshark all of it.
# Seen (scapy 2.8.0, pysmb 1.2.15, dpkt 1.9.8 with Python 3.11; tshark 4.0.17-0+deb12u3 of Debian bookworm):
#
#              without a scope     with the scope lab.test
#   tshark     FS<20>, 10.0.0.2    FS<20>.lab.test, 10.0.0.2
#   dpkt       FS                  EGFDCACACACACACACACACACACACACACA.lab.test: not decoded
#   scapy      10.0.0.2            no address; the rest is Raw
#   pysmb      10.0.0.2            an empty list, no error
#
# A host with a scope (ScopeID of Windows, “netbios scope” of Samba) speaks only with hosts of the same scope.
# Lesson: “no answer to the name query” from such a tool may be an answer with a scope. Count the labels of the name, and compare
# the scopes of both hosts, for a difference explains a name that is not found.
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
python3 -m venv v
v/bin/pip -q install scapy==2.8.0 pysmb==1.2.15 dpkt==1.9.8
cat > look.py <<'P'
import logging, os, struct, subprocess, sys
logging.disable(logging.CRITICAL)
import dpkt
from nmb.base import NBNS
from scapy.layers.netbios import NBNSHeader
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], WIRESHARK_DATA_DIR="root/usr/share/wireshark")
def answer(scope):
    name = b"\x20" + b"".join(bytes([65 + (letter >> 4), 65 + (letter & 15)]) for letter in b"FS".ljust(15) + b"\x20")
    name += b"".join(bytes([len(label)]) + label for label in scope) + b"\0"
    return struct.pack(">HHHHHH", 1, 0x8580, 0, 1, 0, 0) + name + struct.pack(">HHIHH", 0x20, 1, 300, 6, 0) + bytes([10, 0, 0, 2])
def look(data):
    udp = struct.pack(">HHHH", 137, 137, 8 + len(data), 0) + data
    packet = bytes.fromhex("020000000001 020000000002 0800") + struct.pack(
        ">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, bytes([10, 0, 0, 2]), bytes([10, 0, 0, 1])) + udp
    with open("name.pcap", "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        file.write(struct.pack("<IIII", 1700000000, 0, len(packet), len(packet)) + packet)
    tshark = subprocess.run(
        ["root/usr/bin/tshark", "-nr", "name.pcap", "-T", "fields", "-e", "nbns.name", "-e", "nbns.addr"], env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout.split()
    (name,) = (dpkt.netbios.decode_name(one.name).strip() for one in dpkt.netbios.NS(data).an)
    return {
        "tshark": (tshark[0], tshark[-1]), "dpkt": name, "scapy": [one.NB_ADDRESS for one in NBNSHeader(data).payload.ADDR_ENTRY],
        "pysmb": NBNS().decodePacket(data)[1]}
seen = [look(answer(scope)) for scope in ((), (b"lab", b"test"))]
print(*seen, sep="\n")
assert seen == [
    {"tshark": ("FS<20>", "10.0.0.2"), "dpkt": "FS", "scapy": ["10.0.0.2"], "pysmb": ["10.0.0.2"]},
    {"tshark": ("FS<20>.lab.test", "10.0.0.2"), "dpkt": "EGFDCACACACACACACACACACACACACACA.lab.test", "scapy": [], "pysmb": []}], "this has changed"
P
v/bin/python look.py "$libraries"
