#!/bin/sh
# Is a copy by netsniff-ng (--in FILE --out FILE) the same recording?
#
# Guess before the run: yes, for pcap with microseconds or nanoseconds, in both byte orders; it has its own reader, and refuses
# pcapng.
# Seen (netsniff-ng 0.6.8-3, tshark 4.0.17-0+deb12u3, tcpdump 4.99.3-1 of Debian bookworm), one packet of Ethernet (link type 1):
#
#   the recording                  link type of the copy   tshark and tcpdump of the copy
#   little-endian, microseconds    1                       the packet
#   little-endian, nanoseconds     1                       the packet
#   big-endian, microseconds       16777216 (0x01000000)   “network type reserved field not zero”, “unknown data link type”
#   big-endian, nanoseconds        16777216                the same
#
# All else in the file is in the right order. netsniff-ng ends with status 0.
# Lesson: a link type of 16777216 is Ethernet turned around, and no damage in the packets: write 00 00 00 01 at byte 20, or copy
# the first recording with editcap.
set -eu
version=4.0.17-0+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install netsniff-ng=0.6.8-3 tcpdump=4.99.3-1 libpcap0.8=1.10.3-1 tshark=$version wireshark-common=$version libwireshark16=$version \
  libwireshark-data=$version libwiretap13=$version libwsutil14=$version >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > look.py <<'P'
import os, struct, subprocess, sys
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], WIRESHARK_DATA_DIR="root/usr/share/wireshark")
packet = bytes.fromhex("020000000002 020000000001 0800") + struct.pack(
    ">BBHHHBBH4s4s", 0x45, 0, 40, 1, 0, 64, 6, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2]))
packet += struct.pack(">HHIIBBHHH", 50000, 445, 1, 0, 0x50, 2, 65535, 0, 0)
def run(*command): return subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
def look(order, magic):
    with open("a.pcap", "wb") as file:
        file.write(struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 262144, 1))
        file.write(struct.pack(order + "IIII", 1700000000, 123456, len(packet), len(packet)) + packet)
    status = run("root/usr/sbin/netsniff-ng", "--in", "a.pcap", "--out", "b.pcap", "--silent").returncode
    with open("b.pcap", "rb") as file: copy = file.read()
    again = copy[:20] + struct.pack(order + "I", 1) + copy[24:]
    with open("c.pcap", "wb") as file: file.write(again)
    tshark, tcpdump = (run("root/usr/bin/" + one, "-nr", "b.pcap") for one in ("tshark", "tcpdump"))
    return (
        status, struct.unpack_from(order + "I", copy, 20)[0], "445" in tshark.stdout, "reserved field not zero" in tshark.stderr, "445" in tcpdump.stdout,
        "unknown data link type 16777216" in tcpdump.stderr, "445" in run("root/usr/bin/tcpdump", "-nr", "c.pcap").stdout)
seen = [look(order, magic) for order in "<>" for magic in (0xA1B2C3D4, 0xA1B23C4D)]
print(*seen, sep="\n")
good, bad = (0, 1, True, False, True, False, True), (0, 0x01000000, False, True, False, True, True)
assert seen == [good, good, bad, bad], "this has changed"
P
python3 look.py "$libraries"
