#!/bin/sh
# Which names of files does tshark's operator “matches” find, when the names have letters such as ä or the Cyrillic alphabet?
#
# Guess before the run: regular expressions count letters and take small and capital letters for one, as the manual says of “matches”;
# only len() and slices, which are about bytes, count those of UTF-8.
# Seen (tshark 4.0.17-0+deb12u3 of Debian bookworm), CREATE of ärger.txt (frame 1), ÄRGER.TXT (2), angst.txt (3):
#
#   smb2.filename matches "ANGST"        3
#   smb2.filename matches "ÄRGER"        2, and not 1
#   smb2.filename matches "^.rger"       none
#   smb2.filename matches "^..rger"      1, 2
#   smb2.filename matches "^[äö]rger"    none
#   smb2.filename matches "^(ä|Ä)rger"   1, 2
#   lower(smb2.filename) == "ärger.txt"  1, and not 2
#   len(smb2.filename) == 10             1, 2
#
# Lesson: a search that found nothing may have asked for the wrong bytes. Write each letter in both of its forms, as alternatives and not in
# brackets; a dot is a byte.
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
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], LC_ALL="C.UTF-8", TZ="UTC", WIRESHARK_DATA_DIR="root/usr/share/wireshark", HOME=os.getcwd())
with open("names.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    sequence = 1
    for number, text in enumerate(("ärger.txt", "ÄRGER.TXT", "angst.txt")):
        name = text.encode("utf-16-le")
        data = b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 1, 0, 5, 1, 0, 0, number, 0, 1, 1) + bytes(16)
        data += struct.pack("<HBBIQQIIIIIHHII", 57, 0, 0, 2, 0, 0, 0x120089, 0, 7, 1, 0, 120, len(name), 0, 0) + name
        tcp = struct.pack(">HHIIBBHHH", 50000, 445, sequence, 1, 0x50, 24, 8192, 0, 0) + struct.pack(">I", len(data)) + data
        sequence += len(data) + 4
        packet = bytes(12) + b"\x08\0" + struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0) + bytes((10, 0, 0, 1, 10, 0, 0, 2)) + tcp
        file.write(struct.pack("<IIII", 1700000000 + number, 0, len(packet), len(packet)) + packet)
wanted = {
    'smb2.filename matches "ANGST"': [3], 'smb2.filename matches "ÄRGER"': [2], 'smb2.filename matches "^.rger"': [],
    'smb2.filename matches "^..rger"': [1, 2], 'smb2.filename matches "^[äö]rger"': [], 'smb2.filename matches "^(ä|Ä)rger"': [1, 2],
    'lower(smb2.filename) == "ärger.txt"': [1], "len(smb2.filename) == 10": [1, 2]}
def find(query):
    command = ["root/usr/bin/tshark", "-r", "names.pcap", "-Y", query, "-T", "fields", "-e", "frame.number"]
    return [int(word) for word in subprocess.run(command, capture_output=True, text=True, env=environment, check=True).stdout.split()]
seen = {query: find(query) for query in wanted}
for each in seen.items(): print(*each)
assert seen == wanted, "this has changed"
P
python3 look.py "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')"
