#!/bin/sh
# Does tshark read a compressed recording when something that counts for nothing stands in front of or behind the data?
#
# Guess before the run: yes; gzip ignores zeros behind its data, and a skippable frame of LZ4 is to be skipped, as its name says.
# Seen (tshark 4.0.17-0+deb12u3, lz4 1.9.4-1 and gzip of Debian bookworm), a pcap file of two packets:
#
#   gzip, and zeros behind it, one or 512, as in a copy of whole blocks   the first packet, three more of 1970 that are not in the
#                                                                         file, and an error about a packet of 642 MB
#   LZ4, two frames in one file                                           two packets
#   LZ4, a skippable frame in front                                       “isn't a capture file”
#
# gzip -t and lz4 -t say of each that it is fine.
# Lesson: decompress such a file by gzip or lz4 before you call the recording damaged. Packets of 1970 may be none.
set -eu
version=4.0.17-0+deb12u3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tshark=$version wireshark-common=$version libwireshark16=$version libwireshark-data=$version libwiretap13=$version \
  libwsutil14=$version lz4=1.9.4-1 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
export LD_LIBRARY_PATH="$libraries" WIRESHARK_DATA_DIR="$folder/root/usr/share/wireshark"
cat > look.py <<'P'
import gzip, struct, subprocess
data = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)
for micro in (0, 1000): data += struct.pack("<IIII", 1700000000, micro, 60, 60) + bytes(12) + b"\x88\xb5" + bytes(46)
def write(path, content):
    with open(path, "wb") as file: file.write(content)
def lz4(content): return subprocess.run(["root/usr/bin/lz4", "-q"], input=content, capture_output=True, check=True).stdout
write("zeros.gz", gzip.compress(data, mtime=0) + bytes(512))
write("zero.gz", gzip.compress(data, mtime=0) + bytes(1))
write("two.lz4", lz4(data[:60]) + lz4(data[60:]))
write("skip.lz4", struct.pack("<II", 0x184D2A50, 4) + b"note" + lz4(data))
write("plain.gz", gzip.compress(data, mtime=0))
seen = {}
for path in "plain.gz", "zero.gz", "zeros.gz", "two.lz4", "skip.lz4":
    one = subprocess.run(["root/usr/bin/tshark", "-n", "-r", path, "-T", "fields", "-e", "frame.time_epoch"], capture_output=True, text=True)
    seen[path] = ([int(float(time)) for time in one.stdout.split()], one.returncode != 0)
    fine = subprocess.run(["gzip" if path.endswith("gz") else "root/usr/bin/lz4", "-t", path], capture_output=True)
    print(path, *seen[path], one.stderr.strip().splitlines()[-1:], fine.returncode)
    assert fine.returncode == 0, "this has changed"
two, odd = ([1700000000] * 2, False), ([1700000000, 60, 0, 0], True)
assert seen == {"plain.gz": two, "zero.gz": odd, "zeros.gz": odd, "two.lz4": two, "skip.lz4": ([], True)}, "this has changed"
P
python3 look.py
