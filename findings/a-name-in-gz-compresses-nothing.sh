#!/bin/sh
# Do the programs that write recordings compress one whose name ends with .gz?
#
# Guess before the run: yes; Wireshark reads compressed files as if they were not, and its window for saving offers gzip.
# Seen (tshark and wireshark-common 4.0.17-0+deb12u3 of Debian bookworm), all with out.pcapng.gz as the name:
#
#   tshark -w, editcap, mergecap, reordercap   written, but not compressed; no word about it
#
# Wireshark's own programs read such a file, for they look at its bytes. gzip -d, and what trusts the name, refuses it:
# “not in gzip format”.
# Lesson: look at the first two bytes (1f 8b) before calling such a file damaged, and compress with gzip itself.
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
python3 - <<'P'
import struct
packets = b"".join(struct.pack("<IIII", 1700000000 + number, 0, 60, 60) + bytes(60) for number in range(4))
with open("in.pcap", "wb") as file: file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1) + packets)
P
run() { LD_LIBRARY_PATH="$libraries" WIRESHARK_DATA_DIR="$folder/root/usr/share/wireshark" "root/usr/bin/$@" > out.txt 2> err.txt; }
mkdir tshark editcap mergecap reordercap
run tshark -r in.pcap -w tshark/out.pcapng.gz
run editcap in.pcap editcap/out.pcapng.gz
run mergecap -w mergecap/out.pcapng.gz in.pcap
run reordercap in.pcap reordercap/out.pcapng.gz
for program in tshark editcap mergecap reordercap; do
  path=$program/out.pcapng.gz
  first=$(od -An -tx1 -N4 "$path" | tr -d ' ')
  status=0
  gzip -t "$path" 2> gzip.txt || status=$?
  run tshark -r "$path"
  echo "$program begins with $first, gzip: $status ($(sed 's/.*: //' gzip.txt | tail -1)), packets: $(wc -l < out.txt)"
  [ "$first" != "${first#0a0d0d0a}" ] || [ "$first" != "${first#d4c3b2a1}" ] || { echo "$program has changed"; exit 1; }
  [ "$status" = 1 ] && [ "$(wc -l < out.txt)" = 4 ] || { echo "this has changed"; exit 1; }
done
