#!/bin/sh
# Does it matter whether a capture of an old system comes from a file or through a pipe, and which program reads it?
#
# Guess before the run: no for tshark; tcpdump refuses what it does not know.
# Seen (tcpdump 4.99.3-1, tshark 4.0.17-0+deb12u3 of Debian bookworm), three packets of IPv4 with TCP:
#
#                                    tshark, file   tshark, pipe                            tcpdump
#   rh6_1pcap (Red Hat 6.1)          3 packets      nonsense, “bigger than maximum”         nonsense, “invalid packet capture length”
#   nokiapcap (Nokia IPSO)           3 packets      nonsense, “bigger than maximum”         nonsense, “invalid packet capture length”
#   suse6_3pcap (SuSE 6.3)           3 packets      “can't be read from a pipe”             nonsense, “invalid packet capture length”
#   modpcap (patch 991029)           3 packets      “can't be read from a pipe”             3 packets
#   AIX tcpdump (version 2.2)        3 packets      3 packets                               no IP at all (token ring), exit status 0
#
# The first two have the magic number of pcap: their records alone show what they are, and tshark looks at records only in
# files that it can read twice.
# Lesson: “invalid packet capture length” at the second packet is no damage, but an old format. Give Wireshark the file itself
# and not its bytes; on AIX, tcpdump -r of another system shows other packets than those that were there.
set -eu
version=4.0.17-0+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tcpdump=4.99.3-1 libpcap0.8 libdbus-1-3 tshark=$version wireshark-common=$version libwireshark16=$version \
  libwireshark-data=$version libwiretap13=$version libwsutil14=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so.*' -printf '%h\n' | sort -u | tr '\n' ':')
run() { LD_LIBRARY_PATH="$libraries" WIRESHARK_DATA_DIR="$folder/root/usr/share/wireshark" TZ=UTC "$@"; }
python3 - <<'P'
import struct
frames = []
for number in range(3):
    tcp = struct.pack(">HHIIBBHHH", 50000, 445, number, 0, 0x50, 2, 1000, 0, 0)
    ip = struct.pack(">BBHHHBBHII", 0x45, 0, 40, number, 0, 64, 6, 0, 0x0A4D000A, 0x0A4D0014)
    frames.append(b"\2\0\x0a\x4d\0\x14\2\0\x0a\x4d\0\x0a\x08\0" + ip + tcp)
with open("plain.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for number, frame in enumerate(frames): file.write(struct.pack("<IIII", 1700000000 + number, 5, len(frame), len(frame)) + frame)
with open("aix", "wb") as file:
    file.write(struct.pack(">IHHiIII", 0xA1B2C3D4, 2, 2, 0, 0, 65535, 6))
    for number, frame in enumerate(frames): file.write(struct.pack(">IIII", 1700000000 + number, 5000, len(frame), len(frame)) + frame)
P
packets() { grep -c '10\.77\.0\.10' || :; }
seen=$(for format in rh6_1pcap nokiapcap suse6_3pcap modpcap aix; do
  [ "$format" = aix ] || run root/usr/bin/editcap -F "$format" plain.pcap "$format" 2> /dev/null
  file=$(run root/usr/bin/tshark -n -r "$format" 2> /dev/null | packets)
  pipe=$(cat "$format" | run root/usr/bin/tshark -n -r - 2> words | packets)
  pipe="$pipe $(grep -o "bigger than maximum\|can't be read from a pipe" words || :)"
  dump=$(run root/usr/bin/tcpdump -Z root -n -r "$format" 2> words | packets)
  echo "$format | $file | $pipe | $dump $(grep -o 'invalid packet capture length' words || :)"
done)
echo "$seen"
[ "$seen" = "rh6_1pcap | 3 | 0 bigger than maximum | 0 invalid packet capture length
nokiapcap | 3 | 0 bigger than maximum | 0 invalid packet capture length
suse6_3pcap | 3 | 0 can't be read from a pipe | 0 invalid packet capture length
modpcap | 3 | 0 can't be read from a pipe | 3 
aix | 3 | 3  | 0 " ] || { echo "this has changed"; exit 1; }
