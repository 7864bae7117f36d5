#!/bin/sh
# Does a recording of Microsoft's Network Monitor show the same times wherever it is opened?
#
# Guess before the run: yes; what Wireshark reads are seconds since 1970, as with pcap.
# Seen (editcap and tshark 4.0.17-0+deb12u3 of Debian bookworm), a packet of 22:13:20 UTC, written in the zone UTC and read
# in the zone of New York:
#
#   netmon1, netmon2, commview-ncf, ngsniffer   five hours later: 03:13:20 UTC of the next day
#   pcap, pcapng, snoop, nettl                  22:13:20 UTC
#
# The format holds a local time without its zone, and the reader takes its own.
# Lesson: a whole number of hours between a .cap file of Network Monitor and the server's log is a zone and no wrong clock.
# Open such a file with the zone in TZ in which it was recorded.
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
run() { LD_LIBRARY_PATH="$libraries" WIRESHARK_DATA_DIR="$folder/root/usr/share/wireshark" "$@" 2> /dev/null; }
python3 - <<'P'
import struct
frame = bytes(12) + b"\x88\xb5" + bytes(52)
with open("packet.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1) + struct.pack("<IIII", 1700000000, 500000, len(frame), len(frame)) + frame)
P
# The zones are written out, for not each host has a list of them.
seen=$(for format in netmon1 netmon2 commview-ncf ngsniffer pcap pcapng snoop nettl; do
  TZ=UTC0 run root/usr/bin/editcap -F $format packet.pcap copy
  TZ=EST5 run root/usr/bin/tshark -n -r copy -T fields -e frame.time_epoch | sed "s/\..*//; s/^/$format /"
done)
echo "$seen"
[ "$seen" = 'netmon1 1700018000
netmon2 1700018000
commview-ncf 1700018000
ngsniffer 1700018000
pcap 1700000000
pcapng 1700000000
snoop 1700000000
nettl 1700000000' ] || { echo "this has changed"; exit 1; }
