#!/bin/sh
# Which hex dumps does text2pcap turn into packets?
#
# Guess before the run: those of all usual programs; an offset in front, bytes behind it, a text at the end.
# Seen (wireshark-common 4.0.17-0+deb12u3, tcpdump 4.99.3-1 of Debian bookworm), a packet of 66 bytes whose last two are the
# letters “cd”:
#
#   od -Ax -tx1 -v     one packet, 66 bytes
#   hexdump -C         one packet, 66 bytes
#   tshark -x          one packet, 67 bytes: the letters “cd” at the end of the line are taken for one more byte
#   the same, with -a  one packet, 66 bytes
#   tcpdump -xx, xxd   no packet, exit status 0: digits in fours are no bytes
#
# Lesson: ask for od -Ax -tx1 -v, or give text2pcap -a for a dump with text beside it. An empty file from a dump of tcpdump
# does not mean that the dump is wrong: put a blank between each two bytes.
set -eu
version=4.0.17-0+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tshark=$version wireshark-common=$version libwireshark16=$version libwireshark-data=$version libwiretap13=$version \
  libwsutil14=$version tcpdump=4.99.3-1 libpcap0.8 libdbus-1-3 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so.*' -printf '%h\n' | sort -u | tr '\n' ':')
run() { LD_LIBRARY_PATH="$libraries" WIRESHARK_DATA_DIR="$folder/root/usr/share/wireshark" "$@" 2> /dev/null; }
python3 - <<'P'
import struct
frame = bytes.fromhex("020000000002 020000000001 0800 4500003400014000400666c00a0000010a000002 c35001bd000003e8000000005018200000000000")
frame += b"\0\0\0\x08\xfeSMBabcd"
with open("packet", "wb") as file: file.write(frame)
with open("packet.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1) + struct.pack("<IIII", 1700000000, 0, len(frame), len(frame)) + frame)
# hexdump and xxd are not installed everywhere; these are their forms.
lines = [(at, frame[at : at + 16]) for at in range(0, len(frame), 16)]
def text(data): return "".join(chr(byte) if 32 <= byte < 127 else "." for byte in data)
with open("hexdump", "w") as file:
    for at, data in lines: file.write(f"{at:08x}  {data[:8].hex(' '):23}  {data[8:].hex(' '):23}  |{text(data)}|\n")
    file.write(f"{len(frame):08x}\n")
with open("xxd", "w") as file:
    for at, data in lines: file.write(f"{at:08x}: {data.hex(' ', -2):39}  {text(data)}\n")
P
od -Ax -tx1 -v packet > od
run root/usr/bin/tshark -n -x -r packet.pcap > tshark
run root/usr/bin/tcpdump -Z root -n -xx -r packet.pcap > tcpdump
look() { run root/usr/bin/text2pcap -q "$@" out.pcap && run root/usr/bin/tshark -n -r out.pcap -T fields -e frame.len | tr '\n' ' '; }
seen="$(for dump in od hexdump tshark tcpdump xxd; do echo "$dump $(look $dump)"; done)
tshark, with -a $(look -a tshark)"
echo "$seen"
[ "$seen" = 'od 66 
hexdump 66 
tshark 67 
tcpdump 
xxd 
tshark, with -a 66 ' ] || { echo "this has changed"; exit 1; }
