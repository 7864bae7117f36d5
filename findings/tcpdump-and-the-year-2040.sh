#!/bin/sh
# Are packets of a clock that runs ahead, beyond January 2038, read right?
#
# Guess before the run: yes. The seconds of a pcap file have 32 bits without a sign, which last until 2106.
# Seen (tcpdump 4.99.3-1, tcpslice 1.5-1, wireshark-common 4.0.17-0+deb12u3 of Debian bookworm; pcapy-ng 2.1.0, scapy
# 2.8.0 with Python 3.11), packets of 2040-01-01 00:02:03:
#
#   scapy, capinfos   2040-01-01 00:02:03
#   tcpdump -tt       “[Error converting time]” before each packet
#   tcpslice -R       the right seconds
#   tcpslice -w       a file without any packet, no word
#   pcapy-ng          -2085978373: the year 1903
#
# Lesson: neither message nor empty file is damage; the recorder's clock is wrong. editcap -t moves the times by seconds.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tcpdump=4.99.3-1 libpcap0.8 libdbus-1-3 tcpslice=1.5-1 wireshark-common=4.0.17-0+deb12u3 libwireshark16=4.0.17-0+deb12u3 \
  libwireshark-data=4.0.17-0+deb12u3 libwiretap13=4.0.17-0+deb12u3 libwsutil14=4.0.17-0+deb12u3 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so.*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 -m venv v
v/bin/pip -q install pcapy-ng==2.1.0 scapy==2.8.0
v/bin/python - <<'P'
import logging, struct
logging.disable(logging.CRITICAL)
import pcapy
from scapy.all import rdpcap
frame = bytes(12) + b"\x88\xb5" + bytes(46)
with open("2040.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
    for second in (2208988923, 2208988924): file.write(struct.pack("<IIII", second, 5, len(frame), len(frame)) + frame)
seen = int(rdpcap("2040.pcap")[0].time), pcapy.open_offline("2040.pcap").next()[0].getts()[0]
print("scapy, pcapy-ng", seen)
assert seen == (2208988923, -2085978373), "this has changed"
P
run() { LD_LIBRARY_PATH="$libraries" "$@"; }
run root/usr/bin/tcpslice -w slice.pcap 2040.pcap
seen="$(run root/usr/bin/tcpdump -Z root -n -tt -r 2040.pcap 2> /dev/null | cut -c1-23 | head -1)
$(run root/usr/bin/tcpslice -R 2040.pcap | tr '\t' ' ')
$(wc -c < slice.pcap)
$(TZ=UTC run root/usr/bin/capinfos -a 2040.pcap 2> /dev/null | tail -1 | tr -s ' ')"
echo "$seen"
[ "$seen" = '[Error converting time]
2040.pcap 2208988923.000005 2208988924.000005
24
First packet time: 2040-01-01 00:02:03.000005' ] || { echo "this has changed"; exit 1; }
