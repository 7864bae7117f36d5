#!/bin/sh
# Does tshark read a recording that was compressed with Zstandard?
#
# Guess before the run: yes; this build can decompress it, and a file of several frames is one file like one of several
# members of gzip. Parts to be skipped belong to the format.
# Seen (tshark 4.0.17-0+deb12u3, zstd 1.5.4+dfsg2-5 of Debian bookworm):
#
#   zstd                                    read
#   zstd, two frames for two halves         read
#   zstd, a skippable frame between them    read
#   pzstd, which comes with zstd            “isn't a capture file in a format TShark understands”
#
# pzstd begins each part with a skippable frame that says how long it is. One at the start of the file is enough: the
# same frame in front of a file of zstd has the same effect. zstd -d reads all four.
# Lesson: such a message about a .zst file is no sign of damage. Decompress it and try again.
set -eu
version=4.0.17-0+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tshark=$version wireshark-common=$version libwireshark16=$version libwireshark-data=$version libwiretap13=$version \
  libwsutil14=$version zstd=1.5.4+dfsg2-5 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so.*' -printf '%h\n' | sort -u | tr '\n' ':')
export LD_LIBRARY_PATH="$libraries" WIRESHARK_DATA_DIR="$folder/root/usr/share/wireshark" PATH="$folder/root/usr/bin:$PATH"
python3 - <<'P'
import struct
packets = b"".join(struct.pack("<IIII", 1700000000 + number, 0, 60, 60) + bytes(60) for number in range(4))
whole = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1) + packets
for name, data in (("whole", whole), ("first", whole[:100]), ("rest", whole[100:]), ("skip", struct.pack("<II", 0x184D2A50, 4) + b"note")):
    with open(name, "wb") as file: file.write(data)
P
for name in whole first rest; do zstd -q "$name"; done
cp whole.zst zstd
cat first.zst rest.zst > frames
cat first.zst skip rest.zst > between
cat skip whole.zst > before
pzstd -q -p 2 -c whole > pzstd
seen=$(for name in zstd frames between before pzstd; do
  zstd -q -d -c < "$name" | cmp - whole || echo "zstd has changed"
  found=$(tshark -n -r "$name" 2> errors | wc -l)
  grep -q "isn't a capture file in a format TShark understands" errors && found=refused
  echo "$name $found"
done)
echo "$seen"
[ "$seen" = "zstd 4
frames 4
between 4
before refused
pzstd refused" ] || { echo "this has changed"; exit 1; }
