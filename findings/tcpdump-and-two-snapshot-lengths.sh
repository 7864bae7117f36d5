#!/bin/sh
# Does tcpdump read a pcapng file whose two interfaces have different snapshot lengths?
#
# Guess before the run: yes. Different link types it refuses, for its filter is made for one; a snapshot length is only a limit,
# and each packet says how long it is.
# Seen (tcpdump 4.99.3-1 with libpcap0.8 1.10.3-1, tshark and editcap 4.0.17-0+deb12u3 of Debian bookworm), two interfaces with
# 262144 and 96, and one packet of each:
#
#   tcpdump -r                     “an interface has a snapshot length 96 different from the snapshot length of the first
#                                  interface”, no packet, exit status 1
#   tshark -r                      two packets
#   editcap -F pcap, then tcpdump  two packets
#   editcap, then tcpdump          the same error: pcapng keeps the two interfaces
#
# dumpcap makes such files: -i eth0 -s 0 -i eth1 -s 96 is one limit for each interface. All programs with libpcap read so.
# Lesson: this message is no damage. editcap -F nsecpcap makes one limit of the two, and keeps each byte and the time.
set -eu
version=4.0.17-0+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tcpdump=4.99.3-1 libpcap0.8=1.10.3-1 tshark=$version wireshark-common=$version libwireshark16=$version \
  libwireshark-data=$version libwiretap13=$version libwsutil14=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
export LD_LIBRARY_PATH="$libraries" WIRESHARK_DATA_DIR="$folder/root/usr/share/wireshark"
python3 - <<'P'
import struct
def block(kind, body):
    body += b"\0" * (-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)
ethernet = bytes.fromhex("020000000002 020000000001 0800")
packet = ethernet + struct.pack(">BBHHHBBH4s4s", 0x45, 0, 40, 1, 0, 64, 6, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2]))
packet += struct.pack(">HHIIBBHHH", 50000, 445, 1, 0, 0x50, 2, 65535, 0, 0)
ticks = 1700000000 * 10**6
with open("two.pcapng", "wb") as file:
    file.write(block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
    for limit in 262144, 96: file.write(block(1, struct.pack("<HHI", 1, 0, limit)))
    for interface in 0, 1: file.write(block(6, struct.pack("<IIIII", interface, ticks >> 32, ticks & 0xFFFFFFFF, 54, 54) + packet))
P
count() { root/usr/bin/tcpdump -nr "$1" 2> error | grep -c 'S' || true; }
root/usr/bin/editcap two.pcapng copy.pcapng
root/usr/bin/editcap -F pcap two.pcapng copy.pcap
root/usr/bin/editcap -F nsecpcap two.pcapng nano.pcap
seen="$(count two.pcapng) $(count copy.pcapng) $(count copy.pcap) $(count nano.pcap) $(root/usr/bin/tshark -nr two.pcapng 2> error | wc -l)"
status=0
root/usr/bin/tcpdump -nr two.pcapng > text 2> error || status=$?
tail -1 error
echo "tcpdump of pcapng, its copy, pcap, pcap with nanoseconds; tshark: $seen, status $status"
{ [ "$seen" = "0 0 2 2 2" ] && [ "$status" = 1 ] && grep -q 'snapshot length 96 different from' error; } || { echo "this has changed"; exit 1; }
