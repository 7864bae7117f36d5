#!/bin/sh
# What does tcprewrite change when it is asked for other IP addresses?
#
# Guess before the run: the IP addresses, also those that ICMP quotes, and the checksums. Of MAC addresses nothing was guessed.
# Seen (tcpreplay 4.4.3-1 of Debian bookworm, tcprewrite --pnat), one packet from fd00::1 to fd00::2 and one from 10.0.0.1 to
# 10.0.0.2, the MAC addresses of both:
#
#           before                                    after
#   IPv4    02:00:00:00:00:01 > 02:00:00:00:00:02     the same
#   IPv6    02:00:00:00:00:01 > 02:00:00:00:00:02     33:33:00:00:00:01 > 33:33:00:00:00:02
#
# 33:33 and four bytes is the group's address of IPv6 multicast, made here of unicast addresses, also as the sender's.
# Lesson: a TCP connection between MAC addresses with 33:33 was never on a cable; the recording was changed. Tools that drop
# multicast, or take the sender's MAC for the host, lose such a connection.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tcpreplay=4.4.3-1 libpcap0.8 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 - <<'P'
import struct
tcp = struct.pack(">HHIIBBHHH", 50000, 445, 1, 1, 0x50, 0x18, 8192, 0, 0) + b"hello"
four = b"\x08\0" + struct.pack(">BBHHHBBH4s4s", 0x45, 0, 45, 1, 0, 64, 6, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])) + tcp
six = b"\x86\xdd" + struct.pack(">IHBB", 6 << 28, 25, 6, 64) + b"\xfd" + bytes(14) + b"\1\xfd" + bytes(14) + b"\2" + tcp
with open("in.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for one in four, six:
        frame = bytes.fromhex("020000000002 020000000001") + one
        file.write(struct.pack("<IIII", 1700000000, 0, len(frame), len(frame)) + frame)
P
LD_LIBRARY_PATH="$libraries" root/usr/bin/tcprewrite --pnat='10.0.0.0/24:172.16.0.0/24,[fd00::/64]:[fd11::/64]' -i in.pcap -o out.pcap
python3 - <<'P'
import struct
with open("out.pcap", "rb") as file: data = file.read()[24:]
seen = []
while data:
    length = struct.unpack_from("<I", data, 8)[0]
    seen.append((data[16:22].hex(":"), data[22:28].hex(":")))
    data = data[16 + length:]
for target, source in seen: print(source, ">", target)
assert seen[0] == ("02:00:00:00:00:02", "02:00:00:00:00:01"), "IPv4 has changed"
assert seen[1] == ("33:33:00:00:00:02", "33:33:00:00:00:01"), "IPv6 has changed"
P
