#!/bin/sh
# Does a Custom Block of pcapng, which is no packet, get a frame number in tshark?
#
# Guess before the run: no; blocks that are no packets (names, statistics, secrets, custom) stand between frames.
# Seen (tshark 4.0.17-0+deb12u3 of Debian bookworm): yes, with an enterprise number that it does not know. The first
# packet of the file is frame 2, and frame 1 is “data” without a time. dpkt, scapy and python-pcapng count one packet.
#
# Lesson: frame numbers of two tools can differ from the first Custom Block on, though both read the file without fault;
# compare times before numbers. A Custom Block is valid anywhere in a section.
set -eu
version=4.0.17-0+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
for package in tshark libwireshark16 libwireshark-data libwiretap13 libwsutil14; do
  apt-get -q download "$package=$version" >&2
done
for file in ./*.deb; do dpkg-deb -x "$file" root; done
libraries=$(dirname "$(find root/usr/lib -name 'libwireshark.so.16' | head -1)")
python3 - custom.pcapng <<'P'
import struct, sys
def block(kind, body):
    body += b"\0" * (-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)
with open(sys.argv[1], "wb") as file:
    file.write(
        block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + block(1, struct.pack("<HHI", 1, 0, 262144))
        # 32473 is IANA's number for examples.
        + block(0x00000BAD, struct.pack("<I", 32473) + b"example!")
        + block(6, struct.pack("<IIIII", 0, (1700000000 * 10**6) >> 32, (1700000000 * 10**6) & 0xFFFFFFFF, 14, 14) + bytes(14)))
P
seen=$(LD_LIBRARY_PATH="$folder/$libraries" WIRESHARK_DATA_DIR="$folder/root/usr/share/wireshark" \
  root/usr/bin/tshark -n -r custom.pcapng -T fields -e frame.number -e frame.time_epoch 2> /dev/null | tr '\t\n' '  ' | tr -s ' ')
echo "tshark $version: $seen"
[ "$seen" = "1 2 1700000000.000000000 " ] || { echo "this has changed"; exit 1; }
