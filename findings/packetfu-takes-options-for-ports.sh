#!/bin/sh
# Which ports and which data does packetfu, a library for Ruby, find in packets to port 445?
#
# Guess before the run: 445 in each IPv4 packet; the padding of a short frame counts as data; of IPv6 it has no TCP. A file with
# nanoseconds is read as if they were microseconds.
# Seen (ruby-packetfu 1.1.11-2.1, ruby-pcaprub 0.12.4-1+b9 of Debian bookworm):
#
#   an ACK without data, 60 bytes long   port 445, six bytes of data
#   IPv4 with four bytes of options      port 257, “TCP”; the options (01 01 01 01) are the ports
#   one VLAN tag                         InvalidPacket
#   IPv6                                 IPv6Packet without TCP
#   nanoseconds, or big-endian           RuntimeError: Incorrect magic for libpcap
#
# Lesson: port 257, and data behind an ACK, come from such a tool. The length of an IPv4 header is in its first byte, and the length
# of a packet in its own header, not in that of the file.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install ruby ruby3.1 libruby3.1 ruby-packetfu=1.1.11-2.1 ruby-pcaprub=0.12.4-1+b9 libpcap0.8 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so.*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 - <<'P'
import struct
MACS = bytes.fromhex("525400000002525400000001")
def tcp(flags, data=b""): return struct.pack(">HHIIBBHHH", 50000, 445, 1, 1, 0x50, flags, 8192, 0, 0) + data
def ip(payload, options=b""):
    head = struct.pack(">BBHHHBBH", 0x45 + len(options) // 4, 0, 20 + len(options) + len(payload), 0, 0, 64, 6, 0)
    return head + bytes([10, 0, 0, 1, 10, 0, 0, 2]) + options + payload
six = struct.pack(">IHBB", 0x60000000, 24, 6, 64) + bytes([253]) + bytes(14) + b"\1" + bytes([253]) + bytes(14) + b"\2" + tcp(24, b"abcd")
FRAMES = {
    "padded": MACS + b"\x08\0" + ip(tcp(16)) + bytes(6), "options": MACS + b"\x08\0" + ip(tcp(24, b"abcd"), b"\1\1\1\1"),
    "tagged": MACS + b"\x81\0\0\5\x08\0" + ip(tcp(24, b"abcd")), "six": MACS + b"\x86\xdd" + six}
def write(name, frame, order="<", magic=0xA1B2C3D4):
    with open(name, "wb") as file:
        file.write(struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, 1))
        file.write(struct.pack(order + "IIII", 1700000000, 123456, len(frame), len(frame)) + frame)
for name, frame in FRAMES.items(): write(name, frame)
write("nano", FRAMES["padded"], magic=0xA1B23C4D)
write("big", FRAMES["padded"], order=">")
P
cat > look.rb <<'P'
require 'packetfu'
ARGV.each do |name|
  begin
    packet = PacketFu::Packet.parse(PacketFu::PcapFile.new.file_to_array(filename: name).first)
    text = packet.class.name.split('::').last
    text += " #{packet.tcp_dst} #{packet.payload.bytesize}" if packet.is_tcp?
  rescue RuntimeError => error
    text = error.message
  end
  puts "#{name} #{text}"
end
P
ruby_folders=$(find "$folder/root/usr/lib" -type d -path '*/ruby/*' \( -name '3.1.0' -o -name vendor_ruby -o -name 'x86_64-linux-gnu' \) | sort -u | tr '\n' ':')
seen=$(LD_LIBRARY_PATH="$libraries" RUBYLIB="$ruby_folders" root/usr/bin/ruby3.1 --disable-gems look.rb padded options tagged six nano big)
echo "$seen"
[ "$seen" = "padded TCPPacket 445 6
options TCPPacket 257 28
tagged InvalidPacket
six IPv6Packet
nano Incorrect magic for libpcap
big Incorrect magic for libpcap" ] || { echo "packetfu has changed"; exit 1; }
