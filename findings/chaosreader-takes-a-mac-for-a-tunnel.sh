#!/bin/sh
# Does chaosreader, which makes a page of the sessions in a recording, find a connection to port 445?
#
# Guess before the run: yes; it is plain Ethernet with IPv4 and TCP.
# Seen (chaosreader 0.96-12 of Debian bookworm), one connection, whose packets differ in the address of the receiving card alone:
#
#   52:54:00:00:00:02   session 0001, 10.0.0.1:50000,10.0.0.2:445
#   02:00:00:00:00:02   no session, no word
#
# It does not read the link type of the file. A frame that begins with 02 00 00 00 is one of a tunnel (OpenVPN) for it, and IPv4
# would follow these four bytes. Addresses that an administrator or a container gives begin with 02 as well.
# Lesson: “no session” from such a tool says nothing about the recording. A reader takes the link type from the file, never from the
# first bytes of a frame.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install chaosreader=0.96-12 libnet-dns-perl=1.36-1+deb12u1 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
python3 - <<'P'
import struct
def packet(card, who, flags, sequence, acknowledged, data=b""):
    ports = (50000, 445) if who == 1 else (445, 50000)
    tcp = struct.pack(">HHIIBBHHH", *ports, sequence, acknowledged, 0x50, flags, 8192, 0, 0) + data
    addresses = bytes([10, 0, 0, who, 10, 0, 0, 3 - who])
    return card + bytes(6) + b"\x08\0" + struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0) + addresses + tcp
for name, card in (("virtual", "525400000002"), ("local", "020000000002")):
    card = bytes.fromhex(card)
    frames = [packet(card, 1, 2, 1000, 0), packet(card, 2, 18, 9000, 1001), packet(card, 1, 16, 1001, 9001),
              packet(card, 1, 24, 1001, 9001, b"Q" * 100), packet(card, 2, 24, 9001, 1101, b"A" * 100), packet(card, 1, 17, 1101, 9101),
              packet(card, 2, 17, 9101, 1102), packet(card, 1, 16, 1102, 9102)]
    with open(name + ".pcap", "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for number, frame in enumerate(frames): file.write(struct.pack("<IIII", 1700000000, number, len(frame), len(frame)) + frame)
P
look() {
  mkdir "$1" && cd "$1"
  PERL5LIB="$folder/root/usr/share/perl5" TZ=UTC perl ../root/usr/bin/chaosreader -v "../$1.pcap" > log 2>&1
  cd .. && echo "$1: $(grep -c '^ *[0-9]* *10\.0\.0\.1:50000,10\.0\.0\.2:445' "$1/log") session"
}
seen=$(look virtual; look local)
echo "$seen"
[ "$seen" = "virtual: 1 session
local: 0 session" ] || { echo "chaosreader has changed"; exit 1; }
