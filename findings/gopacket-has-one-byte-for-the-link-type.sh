#!/bin/sh
# Does gopacket, the library of programs in Go, read link types above 255, and times that count in powers of two?
#
# Guess before the run: both. A link type with the length of the checksum in its upper bits (FCS) is shown as a large number.
# Seen (golang-github-google-gopacket-dev 1.1.19-3 and golang-1.19 of Debian bookworm):
#
#   pcap, link type 276 (SLL2, “any” of Linux)    link type 20, no IP in the packets
#   pcap, link type 1 and an FCS length           link type 1, IP
#   pcapng, 0.5 s in units of 10^-6               .5
#   pcapng, 0.5 s in units of 2^-20               .499646464
#   pcapng, 0.5 s in units of 2^-10               .499999744
#
# A link type is one byte there. The length of a unit is cut to whole nanoseconds (953 for 2^-20, which are 953.67) before it is
# multiplied.
# Lesson: of a recording with “any”, such programs see packets and no hosts; make raw IP of it (editcap -C 20 -L -T rawip). Between
# two recordings, a third of a millisecond may come from the reader.
set -eu
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install golang-github-google-gopacket-dev=1.1.19-3 golang-golang-x-net-dev golang-golang-x-sys-dev golang-1.19-go golang-1.19-src >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
export GOROOT="$folder/root/usr/lib/go-1.19" GOPATH="$folder/root/usr/share/gocode" GO111MODULE=off GOCACHE="$folder/cache"
python3 - <<'P'
import struct
def option(code, data): return struct.pack("<HH", code, len(data)) + data + b"\0" * (-len(data) % 4)
def block(kind, body):
    body += b"\0" * (-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)
packet = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20, 1, 0, 64, 17, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2]))
frame = bytes.fromhex("020000000002 020000000001 0800") + packet
for name, kind, data in (
        ("sll2.pcap", 276, struct.pack(">HHIHBB8s", 0x0800, 0, 1, 1, 0, 6, bytes.fromhex("020000000001 0000")) + packet), ("fcs.pcap", 0x44000001, frame)):
    with open(name, "wb") as file: file.write(struct.pack("<IHHiIIIIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, kind, 1700000000, 500000, len(data), len(data)) + data)
for name, unit, code in ("ten.pcapng", 10**6, b"\x06"), ("20.pcapng", 2**20, b"\x94"), ("10.pcapng", 2**10, b"\x8a"):
    ticks = 1700000000 * unit + unit // 2
    with open(name, "wb") as file:
        file.write(
            block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + block(1, struct.pack("<HHI", 1, 0, 0) + option(9, code) + option(0, b""))
            + block(6, struct.pack("<IIIII", 0, ticks >> 32, ticks & 0xFFFFFFFF, len(frame), len(frame)) + frame))
P
cat > look.go <<'G'
package main

import (
	"fmt"
	"os"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"
)

func main() {
	for _, name := range []string{"sll2.pcap", "fcs.pcap"} {
		file, _ := os.Open(name)
		reader, err := pcapgo.NewReader(file)
		if err != nil {
			panic(err)
		}
		data, _, _ := reader.ReadPacketData()
		packet := gopacket.NewPacket(data, reader.LinkType(), gopacket.Default)
		fmt.Println(name, int(reader.LinkType()), packet.Layer(layers.LayerTypeIPv4) != nil)
	}
	for _, name := range []string{"ten.pcapng", "20.pcapng", "10.pcapng"} {
		file, _ := os.Open(name)
		reader, err := pcapgo.NewNgReader(file, pcapgo.DefaultNgReaderOptions)
		if err != nil {
			panic(err)
		}
		_, info, _ := reader.ReadPacketData()
		fmt.Println(name, info.Timestamp.UnixNano()-1700000000000000000)
	}
}
G
seen=$("$GOROOT/bin/go" run look.go | tr '\n' ',')
echo "$seen"
[ "$seen" = "sll2.pcap 20 false,fcs.pcap 1 true,ten.pcapng 500000000,20.pcapng 499646464,10.pcapng 499999744," ] || { echo "this has changed"; exit 1; }
