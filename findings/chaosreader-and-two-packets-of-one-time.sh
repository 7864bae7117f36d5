#!/bin/sh
# Is a TCP stream whole in the files of chaosreader?
#
# Guess before the run: yes; packets that came twice or in the wrong order are no trouble, nor are sequence numbers that pass 2^32. Of
# a lost packet nothing is said.
# Seen (chaosreader 0.96-12 of Debian bookworm), six segments of 50 bytes, A to F, in the file of their direction:
#
#   each at a time of its own                    ABCDEF
#   sequence numbers that pass 2^32 within C     DEFABC
#   two packets each at the same microsecond     BDF (“Partial : no”)
#   a segment lost                               ABDEF (“Partial : no”)
#
# The time of a packet is its key, so the last one of a microsecond takes the place of those before it.
# Lesson: one time for several packets is usual: a coarse clock, a converter, a card that hands over packets in bundles. A reader counts
# packets by their place in the file.
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
def packet(who, flags, sequence, acknowledged, data=b""):
    ports = (50000, 445) if who == 1 else (445, 50000)
    tcp = struct.pack(">HHIIBBHHH", *ports, sequence % 2**32, acknowledged % 2**32, 0x50, flags, 8192, 0, 0) + data
    addresses = bytes([10, 0, 0, who, 10, 0, 0, 3 - who])
    return bytes.fromhex("525400000002525400000001") + b"\x08\0" + struct.pack(
        ">BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0) + addresses + tcp
def write(name, first=1000, together=1, lost=""):
    place = first + 1
    opening = [packet(1, 2, first, 0), packet(2, 18, 9000, place), packet(1, 16, place, 9001)]
    segments = []
    for letter in "ABCDEF":
        if letter != lost: segments.append(packet(1, 24, place, 9001, letter.encode() * 50))
        place += 50
    rest = [packet(1, 17, place, 9001), packet(2, 17, 9001, place + 1), packet(1, 16, place + 1, 9002)]
    times = [10 + number for number in range(3)] + [100 + number // together for number in range(len(segments))] + [500, 501, 502]
    with open(name + ".pcap", "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for time, frame in zip(times, opening + segments + rest):
            file.write(struct.pack("<IIII", 1700000000, time, len(frame), len(frame)) + frame)
write("plain")
write("wrapped", first=2**32 - 120)
write("together", together=2)
write("lost", lost="C")
P
look() {
  mkdir "$1" && cd "$1"
  PERL5LIB="$folder/root/usr/share/perl5" TZ=UTC perl ../root/usr/bin/chaosreader -v "../$1.pcap" > log 2>&1
  cd .. && echo "$1 $(tr -s A-F < "$1/session_0001.microsoft-ds.raw2") $(sed -n 's/^ *Partial *: *//p' "$1/session_0001.info")"
}
seen=$(for name in plain wrapped together lost; do look $name; done)
echo "$seen"
[ "$seen" = "plain ABCDEF no
wrapped DEFABC no
together BDF no
lost ABDEF no" ] || { echo "chaosreader has changed"; exit 1; }
