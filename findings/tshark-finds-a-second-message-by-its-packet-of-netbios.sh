#!/bin/sh
# Which packets does tshark find with smb2.cmd#2 == 13, in which 13 (ECHO) is the second message of the packet?
#
# Guess before the run: those whose second SMB2 message is an ECHO, in a compound or behind another message; so nbss.length#2 finds those
# with two messages of NetBIOS.
# Seen (tshark 4.0.17-0+deb12u3 of Debian bookworm), READ and ECHO in each packet:
#
#   filter                     two messages of NetBIOS   a compound
#   smb2.cmd#2 == 13           found                     no
#   smb2.cmd#1 == 13           no                        found
#   smb2#2                     found                     no
#   nbss.length#2              no                        no
#   count(nbss.length) == 2    found                     no
#   count(smb2.cmd) == 2       found                     found
#
# The number behind # counts layers. A compound is one layer of SMB2, whatever its number of messages; two messages of NetBIOS are two layers of
# SMB2, but one of NetBIOS.
# Lesson: “the second message” is no question for a filter. Find the packets with count(), and go through the fields of -T fields.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tshark=4.0.17-0+deb12u3 wireshark-common=4.0.17-0+deb12u3 libwireshark16=4.0.17-0+deb12u3 libwiretap13=4.0.17-0+deb12u3 \
  libwsutil14=4.0.17-0+deb12u3 libwireshark-data=4.0.17-0+deb12u3 libpcap0.8 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
cat > look.py <<'P'
import os, struct, subprocess, sys
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], LC_ALL="C.UTF-8", WIRESHARK_DATA_DIR="root/usr/share/wireshark", HOME=os.getcwd())
def message(command, number, body, following=0):
    return b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 1, 0, command, 1, 0, following, number, 0, 0, 1) + bytes(16) + body
READ = struct.pack("<HBBIQ16sIIIHHB", 49, 80, 0, 10, 0, bytes(16), 0, 0, 0, 0, 0, 0).ljust(56, b"\0")
ECHO = struct.pack("<HH", 4, 0)
def netbios(data): return struct.pack(">I", len(data)) + data
payloads = netbios(message(8, 1, READ)) + netbios(message(13, 2, ECHO)), netbios(message(8, 3, READ, 120) + message(13, 4, ECHO))
with open("two.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for index, payload in enumerate(payloads):
        tcp = struct.pack(">HHIIBBHHH", 50000, 445, 1 + index * len(payloads[0]), 1, 0x50, 24, 8192, 0, 0) + payload
        ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0) + bytes((10, 0, 0, 1, 10, 0, 0, 2)) + tcp
        packet = bytes(12) + b"\x08\0" + ip
        file.write(struct.pack("<IIII", 1700000000, index, len(packet), len(packet)) + packet)
wanted = {
    "smb2.cmd == 13": [1, 2], "smb2.cmd#2 == 13": [1], "smb2.cmd#1 == 13": [2], "smb2#2": [1], "nbss.length#2": [], "count(nbss.length) == 2": [1],
    "count(smb2.cmd) == 2": [1, 2]}
def find(query):
    command = ["root/usr/bin/tshark", "-r", "two.pcap", "-Y", query, "-T", "fields", "-e", "frame.number"]
    return [int(word) for word in subprocess.run(command, capture_output=True, text=True, env=environment, check=True).stdout.split()]
seen = {query: find(query) for query in wanted}
for each in seen.items(): print(*each)
assert seen == wanted, "this has changed"
P
python3 look.py "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')"
