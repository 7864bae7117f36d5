#!/bin/sh
# Which files does “editcap -i 60” make of a recording with a gap?
#
# Guess before the run: one for each minute in which there are packets, with the time of its first packet in its name.
# Seen (wireshark-common 4.0.17-0+deb12u3 of Debian bookworm), packets at 0, 30, 100, 600 and 601 s, the first at 22:13:20:
#
#   00000_…221320   two packets
#   00001_…221500   one packet: the second minute by the recording's start, the name by the packet
#   00002 to 00008  no packet; the name of each says 22:23:20, when the next packet came
#   00009_…222320   the packet at 600 s: the end of a minute counts as part of it
#   00010_…222321   the packet at 601 s
#
# The times in the names are local ones. A gap of a weekend makes thousands of empty files.
# Lesson: pick the files by capinfos, not by their names, and leave out those without packets.
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
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
export LD_LIBRARY_PATH="$libraries" WIRESHARK_DATA_DIR="$folder/root/usr/share/wireshark"
export TZ=UTC
cat > look.py <<'P'
import glob, struct, subprocess
frame = bytes(12) + b"\x88\xb5" + bytes(46)
with open("in.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
    for second in (0, 30, 100, 600, 601): file.write(struct.pack("<IIII", 1700000000 + second, 0, len(frame), len(frame)) + frame)
subprocess.run(["root/usr/bin/editcap", "-F", "pcap", "-i", "60", "in.pcap", "out.pcap"], check=True)
seen = {}
for path in sorted(glob.glob("out_*.pcap")):
    with open(path, "rb") as file: data = file.read()
    seen[path[4:-5]] = [struct.unpack_from("<I", data, place)[0] - 1700000000 for place in range(24, len(data), 16 + len(frame))]
for one in seen.items(): print(*one)
want = {"00000_20231114221320": [0, 30], "00001_20231114221500": [100], "00009_20231114222320": [600], "00010_20231114222321": [601]}
want |= {"%05d_20231114222320" % count: [] for count in range(2, 9)}
assert seen == want, "this has changed"
P
python3 look.py
