#!/bin/sh
# Are the times of a pcapng file in picoseconds (if_tsresol 12) right, and those of its copy?
#
# Guess before the run: yes, cut to what the tool can show; 64 bits of picoseconds last 213 days, so such a file has
# if_tsoffset, and a copy keeps it or changes to nanoseconds.
# Seen (tshark and editcap 4.0.17-0+deb12u3, tcpdump 4.99.3-1 of Debian bookworm), if_tsoffset 1700000000:
#
#   ticks            5000000000             123456789012
#   in the file      1700000000.005         1700000000.123456789012
#   tcpdump          1700000000.005000000   1700000000.123456789
#   tshark           1700000000.005000000   1700000000.012776324
#   copy by editcap  2899545.223721251      2899545.231497575         February 1970, read by tcpdump
#
# tshark is right up to 18.4 ms behind each full second. Beyond that, ticks × 10^9 does not fit into 64 bits, and the
# rest of the second is lost: packets seem to go back in time, and response times are wrong. editcap leaves if_tsoffset
# out and keeps if_tsresol; the whole time does not fit into 64 bits either.
# Lesson: an order or a delay that tshark shows for such a file needs a second tool before it is believed, and its copy
# is of no use for times.
set -eu
version=4.0.17-0+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
for package in tshark wireshark-common libwireshark16 libwireshark-data libwiretap13 libwsutil14; do
  apt-get -q download "$package=$version" >&2
done
apt-get -q download tcpdump=4.99.3-1 libpcap0.8 libglib2.0-0 libbrotli1 libc-ares2 libxml2 liblua5.2-0 libnghttp2-14 \
  libsmi2ldbl libsnappy1v5 libdbus-1-3 libicu72 >&2
for file in ./*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so.*' -printf '%h\n' | sort -u | tr '\n' ':')
export LD_LIBRARY_PATH="$libraries" WIRESHARK_DATA_DIR="$folder/root/usr/share/wireshark"
python3 - pico.pcapng <<'P'
import struct, sys
def block(kind, body):
    body += b"\0" * (-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)
def packet(ticks): return block(6, struct.pack("<IIIII", 0, ticks >> 32, ticks & 0xFFFFFFFF, 16, 16) + bytes(16))
with open(sys.argv[1], "wb") as file:
    file.write(
        block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
        + block(1, struct.pack("<HHI", 1, 0, 262144) + struct.pack("<HHB3x", 9, 1, 12) + struct.pack("<HHq", 14, 8, 1700000000) + bytes(4))
        + packet(5_000_000_000) + packet(123_456_789_012))
P
tshark=$(root/usr/bin/tshark -n -r pico.pcapng -T fields -e frame.time_epoch 2> /dev/null | tr '\n' ' ')
tcpdump=$(root/usr/bin/tcpdump -Z root -n -tt --time-stamp-precision=nano -r pico.pcapng 2> /dev/null | sed -n 's/^\([0-9.]*\) .*/\1/p' | tr '\n' ' ')
root/usr/bin/editcap pico.pcapng copy.pcapng
copy=$(root/usr/bin/tcpdump -Z root -n -tt --time-stamp-precision=nano -r copy.pcapng 2> /dev/null | sed -n 's/^\([0-9.]*\) .*/\1/p' | tr '\n' ' ')
echo "tshark $tshark tcpdump $tcpdump copy $copy"
[ "$tcpdump" = "1700000000.005000000 1700000000.123456789 " ] || { echo "tcpdump has changed"; exit 1; }
[ "$tshark" = "1700000000.005000000 1700000000.012776324 " ] || { echo "tshark has changed"; exit 1; }
[ "$copy" = "2899545.223721251 2899545.231497575 " ] || { echo "editcap has changed"; exit 1; }
