#!/bin/sh
# Which layer of tshark's export (-U) has SMB, and is the exported file the same conversation?
#
# Guess before the run: “OSI layer 7” exports each SMB2 message with its addresses, and the exported file shows SMB2 again.
# Nothing was guessed about layer 4.
# Seen (tshark 4.0.17-0+deb12u3 of Debian bookworm), a TREE_CONNECT and a WRITE in two segments each, then an ECHO:
#
#   the recording              Tree Connect, Write, KeepAlive; no malformed packet
#   -U "OSI layer 7"           no packet at all, exit status 0
#   -U "OSI layer 4"           Tree Connect “Malformed Packet”, Tree Connect, Write, Write, KeepAlive
#
# The export holds the first segment of a message as a packet of its own, and then the whole message.
# Lesson: an empty export does not mean that there is no SMB in the recording; ask for layer 4. In such a file a malformed
# message or a request that comes twice may never have been sent.
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
def message(number, command, body):
    data = b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 1, 0, command, 1, 0, 0, number, 0xFEFF, 1, 5) + bytes(16) + body
    return struct.pack(">I", len(data)) + data
path = r"\\fs\share".encode("utf-16-le")
tree = message(1, 3, struct.pack("<HHHH", 9, 0, 72, len(path)) + path)
write = message(2, 9, struct.pack("<HHIQQQIIHHI", 49, 112, 2000, 0, 7, 7, 0, 0, 0, 0, 0) + b"c" * 2000)
echo = message(3, 13, struct.pack("<HH", 4, 0))
sequence = 1
with open("one.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 101))
    for number, data in enumerate((tree[:80], tree[80:], write[:1000], write[1000:], echo)):
        tcp = struct.pack(">HHIIBBHHH", 50000, 445, sequence, 1, 0x50, 0x18, 8192, 0, 0) + data
        packet = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])) + tcp
        file.write(struct.pack("<IIII", 1700000000 + number, 0, len(packet), len(packet)) + packet)
        sequence += len(data)
P
run() { LD_LIBRARY_PATH="$libraries" WIRESHARK_DATA_DIR="$folder/root/usr/share/wireshark" root/usr/bin/tshark -n "$@" 2> /dev/null; }
show() { run -r "$1" | grep -o 'Tree Connect Request.*\|Write Request.*\|KeepAlive Request.*' | sed 's/: length.*//' || :; }
seen=$(
  show one.pcap
  for layer in 7 4; do
    run -r one.pcap -U "OSI layer $layer" -w "export$layer" || { echo "tshark has changed"; exit 1; }
    echo "layer $layer: $(run -r "export$layer" | wc -l)"
    show "export$layer"
  done)
printf "%s\n" "$seen"
[ "$seen" = 'Tree Connect Request Tree: \\fs\share
Write Request Len:2000 Off:0
KeepAlive Request
layer 7: 0
layer 4: 5
Tree Connect Request[Malformed Packet
Tree Connect Request Tree: \\fs\share
Write Request Len:2000 Off:0
Write Request Len:2000 Off:0
KeepAlive Request' ] || { echo "this has changed"; exit 1; }
