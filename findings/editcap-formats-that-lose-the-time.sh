#!/bin/sh
# Are the times right when a recording comes back from an older format?
#
# Guess before the run: yes, cut to what the format counts in: microseconds, or milliseconds for the oldest.
# Seen (editcap and tshark 4.0.17-0+deb12u3 of Debian bookworm), a packet of 2023-11-14 22:13:20.123456789 UTC with 66 bytes:
#
#   snoop, nettl               22:13:20.123456
#   netmon1                    22:13:20.123
#   netmon2                    22:13:20.123457: rounded, not cut
#   ngsniffer (Sniffer, DOS)   22:13:20.123456766
#   lanalyzer                  00:00:00 of the same day: the hour is lost, the distance between packets is kept
#   k12text                    21:13:20 of 2000-01-01: the day is lost, and an hour
#   visual (Visual Networks)   22:13:20.123, and a length of 62 instead of 66 bytes on the wire
#
# Lesson: before times of two hosts are compared, ask what formats the file has passed through. A recording that begins at
# midnight, or at the first of January 2000, is such a one; a length that is 4 too short is no lost FCS.
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
run() { LD_LIBRARY_PATH="$libraries" WIRESHARK_DATA_DIR="$folder/root/usr/share/wireshark" TZ=UTC "$@" 2> /dev/null; }
python3 - <<'P'
import struct
frame = bytes(12) + b"\x88\xb5" + bytes(52)
with open("packet.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, 1))
    file.write(struct.pack("<IIII", 1700000000, 123456789, len(frame), len(frame)) + frame)
P
seen=$(for format in snoop nettl netmon1 netmon2 ngsniffer lanalyzer k12text visual; do
  run root/usr/bin/editcap -F $format packet.pcap copy
  echo "$format $(run root/usr/bin/tshark -n -r copy -T fields -e frame.time_epoch -e frame.len | tr '\t' ' ')"
done)
echo "$seen"
[ "$seen" = 'snoop 1700000000.123456000 66
nettl 1700000000.123456000 66
netmon1 1700000000.123000000 66
netmon2 1700000000.123457000 66
ngsniffer 1700000000.123456766 66
lanalyzer 1699920000.000000000 66
k12text 946761200.123456000 66
visual 1700000000.123000000 62' ] || { echo "this has changed"; exit 1; }
