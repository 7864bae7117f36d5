#!/bin/sh
# Does a recording have the same times after a way through ERF, the format of Endace's capture cards?
#
# Guess before the run: yes, to the microsecond. ERF counts in parts of 2^-32 s, which is finer than pcap.
# Seen (libtrace-tools 3.0.22-0.1, tshark 4.0.17-0+deb12u3 of Debian bookworm), traceconvert from pcap to ERF and back:
#
#   in the pcap file   .000000   .000001   .123456   .333333   .500000   .999999
#   in the ERF file    as it was, when tshark reads it
#   back in pcap       .000000   .000000   .123455   .333332   .500000   .999998
#
# libtrace cuts where it has to round. tshark shows 64 bytes on the wire for 60 in the ERF file: one more checksum of Ethernet.
# Lesson: times that are exactly 1 us early in one of two recordings of the same packets come from a converter. Do not order
# packets of two files by such a difference.
set -eu
version=4.0.17-0+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install libtrace-tools=3.0.22-0.1 libpcap0.8 tshark=$version wireshark-common=$version libwireshark16=$version \
  libwireshark-data=$version libwiretap13=$version libwsutil14=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
run() { PATH="$folder/root/usr/bin:$PATH" LD_LIBRARY_PATH="$libraries" WIRESHARK_DATA_DIR="$folder/root/usr/share/wireshark" "$@" 2> /dev/null; }
python3 - <<'P'
import struct
with open("first.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for part in (0, 1, 123456, 333333, 500000, 999999):
        file.write(struct.pack("<IIII", 1700000000, part, 60, 60) + bytes(12) + b"\x08\0" + bytes(46))
P
run root/usr/bin/traceconvert pcapfile:first.pcap erf:middle.erf
run root/usr/bin/traceconvert erf:middle.erf pcapfile:last.pcap
look() { run root/usr/bin/tshark -r "$1" -T fields -e frame.time_epoch -e frame.len | sed 's/^1700000000//; s/000\t/ /' | tr '\n' ' '; }
first=$(look first.pcap)
middle=$(look middle.erf)
last=$(look last.pcap)
printf '%s\n' "first  $first" "middle $middle" "last   $last"
[ "$first" = ".000000 60 .000001 60 .123456 60 .333333 60 .500000 60 .999999 60 " ] || { echo "the first file has changed"; exit 1; }
[ "$middle" = ".000000 64 .000001 64 .123456 64 .333333 64 .500000 64 .999999 64 " ] || { echo "the ERF file has changed"; exit 1; }
[ "$last" = ".000000 60 .000000 60 .123455 60 .333332 60 .500000 60 .999998 60 " ] || { echo "libtrace has changed"; exit 1; }
