#!/bin/sh
# Does scapy show what a NetBIOS server answers: that a name is not there, or that a session is refused or moved?
#
# Guess before the run: yes: the name, the code of the error, and the new address, as tshark does; of a session request both names.
# Seen (scapy 2.8.0, Python 3.11; tshark 4.0.17-0+deb12u3 of Debian bookworm):
#
#                                         scapy                                  tshark
#   name query, the answer has an address name, address                          name, address
#   name query, no such name              Raw                                    the error alone, no name
#   session request                       an SMB dispatcher, no name             both names
#   session refused (0x82)                an SMB dispatcher                      the code, “Called name not present”
#   session moved (retarget)              an SMB dispatcher, Raw                 10.0.0.9, port 139
#
# By RFC 1002 the answer “no such name” counts no record, and nevertheless has the name behind its header.
# scapy takes each body of the session service for SMB, whatever the type in front says.
# Lesson: to find a refused session with scapy, look at the type of NBTSession (131) and the byte behind its length, not at a layer;
# a name that is not there has to be read from the bytes in both.
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
v/bin/pip -q install scapy==2.8.0
cat > look.py <<'P'
import logging, os, struct, subprocess, sys
logging.disable(logging.CRITICAL)
import scapy.layers.netbios, scapy.layers.smb, scapy.layers.smb2
from scapy.all import IP
def name(text, suffix): return b"\x20" + b"".join(bytes([65 + (one >> 4), 65 + (one & 15)]) for one in text.ljust(15) + bytes([suffix])) + b"\0"
nas, pc = name(b"NAS", 0x20), name(b"PC", 0)
bodies = {
    "found": struct.pack(">6H", 1, 0x8500, 0, 1, 0, 0) + nas + struct.pack(">HHIH", 32, 1, 60, 6) + b"\0\0" + bytes([10, 0, 0, 4]),
    "missing": struct.pack(">6H", 1, 0x8583, 0, 0, 0, 0) + nas + struct.pack(">HHIH", 10, 1, 0, 0),
    "request": struct.pack(">BBH", 0x81, 0, len(nas + pc)) + nas + pc, "refused": b"\x83\0\0\1\x82",
    "moved": b"\x84\0\0\6" + bytes([10, 0, 0, 9]) + struct.pack(">H", 139)}
packets = []
for number, (kind, data) in enumerate(bodies.items()):
    ports = (40000 + number, 139) if kind == "request" else (139, 40000 + number)
    if len(packets) < 2: protocol, data = 17, struct.pack(">HHHH", 137, 137, 8 + len(data), 0) + data
    else: protocol, data = 6, struct.pack(">HHIIBBHHH", *ports, 1, 1, 0x50, 0x18, 8192, 0, 0) + data
    packets.append(struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(data), 1, 0, 64, protocol, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])) + data)
def layers(data):
    layer, found = IP(data).payload.payload, []
    while layer and layer.name != "NoPayload": layer = found.append(layer.name) or layer.payload
    return found[1:]
seen = {kind: layers(data) for kind, data in zip(bodies, packets)}
with open("one.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))
    for data in packets: file.write(struct.pack("<IIII", 1700000000, 0, len(data), len(data)) + data)
fields = ["nbns.name", "nbns.addr", "nbss.called_name", "nbss.calling_name", "nbss.error_code", "nbss.retarget_ip_address", "nbss.retarget_port"]
lines = subprocess.run(
    ["root/usr/bin/tshark", "-nr", "one.pcap", "-T", "fields"] + [part for field in fields for part in ("-e", field)], stdout=subprocess.PIPE,
    stderr=subprocess.DEVNULL, text=True, check=True,
    env=dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], WIRESHARK_DATA_DIR=os.getcwd() + "/root/usr/share/wireshark")).stdout.splitlines()
shown = {kind: [part for part in line.split("\t") if part] for kind, line in zip(bodies, lines)}
for kind in bodies: print(kind, seen[kind], shown[kind])
assert seen == {
    "found": ["NBNS query response"], "missing": ["Raw"], "request": ["SMB Generic dispatcher", "Raw"], "refused": ["SMB Generic dispatcher"],
    "moved": ["SMB Generic dispatcher", "Raw"]}, "scapy has changed"
assert shown["missing"] == [] and len(shown["request"]) == 2 and shown["refused"] == ["0x82"] and shown["moved"] == ["10.0.0.9", "139"], "tshark has changed"
P
v/bin/python look.py "$libraries"
