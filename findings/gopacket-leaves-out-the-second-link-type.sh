#!/bin/sh
# Does gopacket, the library of programs in Go, read each packet of a pcapng file with two link types?
#
# Guess before the run: yes; or it stops with an error, as tcpdump does, when its options do not allow that.
# Seen (golang-github-google-gopacket-dev 1.1.19-3 and golang-1.19 of Debian bookworm), two packets of an Ethernet interface and,
# between them, two of one with raw IP:
#
#   pcapgo.DefaultNgReaderOptions   2 packets, then the end of the file; no error
#   WantMixedLinkType: true         4 packets
#
# Lesson: a program in Go may show half of what dumpcap -i eth0 -i tun0 recorded, the tunnel's part missing. Count the packets with
# capinfos before you say that there was no traffic.
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
def block(kind, body):
    body += b"\0" * (-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)
ticks = 1700000000 * 10**6
packet = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20, 1, 0, 64, 6, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2]))
frame = bytes.fromhex("020000000002 020000000001 0800") + packet
def one(interface, data): return block(6, struct.pack("<IIIII", interface, ticks >> 32, ticks & 0xFFFFFFFF, len(data), len(data)) + data)
with open("two.pcapng", "wb") as file:
    file.write(block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + block(1, struct.pack("<HHI", 1, 0, 0)) + block(1, struct.pack("<HHI", 101, 0, 0)))
    file.write(one(0, frame) + one(1, packet) + one(1, packet) + one(0, frame))
P
cat > count.go <<'G'
package main

import (
	"fmt"
	"os"

	"github.com/google/gopacket/pcapgo"
)

func main() {
	for _, mixed := range []bool{false, true} {
		options := pcapgo.DefaultNgReaderOptions
		options.WantMixedLinkType = mixed
		file, _ := os.Open("two.pcapng")
		reader, err := pcapgo.NewNgReader(file, options)
		if err != nil {
			panic(err)
		}
		count := 0
		for err == nil {
			if _, _, err = reader.ReadPacketData(); err == nil {
				count++
			}
		}
		fmt.Printf("%v %d %v\n", mixed, count, err)
	}
}
G
seen=$("$GOROOT/bin/go" run count.go | tr '\n' ',')
echo "$seen"
[ "$seen" = "false 2 EOF,true 4 EOF," ] || { echo "this has changed"; exit 1; }
