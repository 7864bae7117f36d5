#!/bin/sh
# What does tcpdump -v say of SMB and of NetBIOS names?
#
# Guess before the run: of SMB1 the command, as “SMB PACKET: SMBnegprot”; of SMB2, which it does not know, “raw data or
# continuation”; of a NetBIOS name query “NBT UDP PACKET(137)”. Its manual has a chapter “SMB/CIFS decoding”.
# Seen (tcpdump 4.99.3-1 of Debian bookworm, which also has that chapter), one packet each:
#
#   SMB1 NEGOTIATE to port 139              length 51
#   SMB2 NEGOTIATE to port 445              length 104
#   a NetBIOS name query (UDP 137)          UDP, length 50
#   the same question by LLMNR (UDP 5355)   UDP, length 29
#   the same question by DNS (UDP 53)       A? fs.lab.test.
#
# SMB and NetBIOS were left out when this tcpdump was built.
# Lesson: a text of tcpdump says only that bytes went to a port, not that the client spoke SMB. Ask for the file (-w), with
# whole packets.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
apt-get -q download tcpdump=4.99.3-1 libpcap0.8=1.10.3-1 libdbus-1-3 >&2
for file in ./*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so.*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 - <<'P'
import struct
def packet(protocol, segment):
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(segment), 1, 0, 64, protocol, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2]))
    return bytes.fromhex("020000000002 020000000001 0800") + ip + segment
def tcp(port, data):
    message = struct.pack(">I", len(data)) + data
    return packet(6, struct.pack(">HHIIBBHHH", 50000, port, 1, 1, 0x50, 0x18, 8192, 0, 0) + message)
def udp(port, data): return packet(17, struct.pack(">HHHH", 40000, port, 8 + len(data), 0) + data)
first = b"\xffSMB\x72" + bytes(4) + b"\x18\x53\xc8" + bytes(12) + struct.pack("<HHHHBH", 0xFFFF, 1, 0, 1, 0, 12) + b"\x02NT LM 0.12\0"
second = b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0) + bytes(16)
second += struct.pack("<HHHHI16sQ", 36, 1, 1, 0, 0, b"client of a test", 0) + struct.pack("<H", 0x0210)
netbios = b"\x20" + b"".join(bytes([65 + (one >> 4), 65 + (one & 15)]) for one in b"FS".ljust(15) + b"\x20") + struct.pack(">BHH", 0, 32, 1)
query = struct.pack(">HHHHHH", 1, 0, 1, 0, 0, 0)
name = b"\x02fs\x03lab\x04test\0" + struct.pack(">HH", 1, 1)
with open("five.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
    for one in tcp(139, first), tcp(445, second), udp(137, query + netbios), udp(5355, query + name), udp(53, query + name):
        file.write(struct.pack("<IIII", 1700000000, 0, len(one), len(one)) + one)
P
seen=$(LD_LIBRARY_PATH="$libraries" root/usr/bin/tcpdump -Z root -ntv -r five.pcap 2> /dev/null | sed -n 's/.*> 10.0.0.2.\([0-9]*\): */\1 /p' | sed 's/Flags.*win [0-9]*, //')
echo "$seen"
[ "$seen" = "139 length 51
445 length 106
137 UDP, length 50
5355 UDP, length 29
53 1 A? fs.lab.test. (29)" ] || { echo "this has changed"; exit 1; }
gzip -dc root/usr/share/man/man8/tcpdump.8.gz | grep -q 'SMB/CIFS decoding' || { echo "the manual has changed"; exit 1; }
