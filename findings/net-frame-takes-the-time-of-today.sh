#!/bin/sh
# Which time has a packet that Net::Frame, a library for Perl, reads from a recording?
#
# Guess before the run: that of the file, to the microsecond, for files with nanoseconds too.
# Seen (libnet-frame-dump-perl 1.18-2, libnet-frame-simple-perl 1.09-2, libnet-pcap-perl 0.21-1 of Debian bookworm), a packet of 2023:
#
#   Net::Frame::Dump::Offline                        the time at which it is read, with microseconds
#   Net::Frame::Dump::Offline, keepTimestamp => 1    2023-11-14 22:13:20.123456
#   Net::Pcap                                        2023-11-14 22:13:20.123456
#
# Distances between packets become those of the loop that reads them.
# Lesson: answers within microseconds, all today, are a sign of such a script. A reader takes the time from the file, or says that it has
# none.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install libnet-frame-dump-perl=1.18-2 libnet-frame-simple-perl=1.09-2 libnet-frame-perl=1.21-2 libnet-pcap-perl=0.21-1 libpcap0.8 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so.*' -printf '%h\n' | sort -u | tr '\n' ':')
python3 - <<'P'
import struct
tcp = struct.pack(">HHIIBBHHH", 50000, 445, 1, 1, 0x50, 16, 8192, 0, 0)
ip = struct.pack(">BBHHHBBH", 0x45, 0, 40, 0, 0, 64, 6, 0) + bytes([10, 0, 0, 1, 10, 0, 0, 2])
frame = bytes.fromhex("525400000002525400000001") + b"\x08\0" + ip + tcp
with open("one.pcap", "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1) + struct.pack("<IIII", 1700000000, 123456, len(frame), len(frame)) + frame)
P
cat > look.pl <<'P'
use Net::Frame::Dump::Offline;
use Net::Frame::Simple;
use Net::Pcap;
for my $keep (0, 1) {
    my $dump = Net::Frame::Dump::Offline->new(file => 'one.pcap', $keep ? (keepTimestamp => 1) : ());
    $dump->start;
    my $time = Net::Frame::Simple->newFromDump($dump->next)->timestamp;
    $dump->stop;
    print abs($time - time) < 60 ? "now" : $time, "\n";
}
my ($error, %header);
my $file = Net::Pcap::open_offline('one.pcap', \$error);
Net::Pcap::next($file, \%header);
print "$header{tv_sec}.$header{tv_usec}\n";
P
perl_folders=$(find "$folder/root/usr" -type d \( -path '*/share/perl5' -o -path '*/perl5/5.*' \) | sed 's|\(/perl5/5\.[0-9]*\)/.*|\1|' | sort -u | tr '\n' ':')
seen=$(LD_LIBRARY_PATH="$libraries" PERL5LIB="$perl_folders" perl look.pl)
echo "$seen"
[ "$seen" = "now
1700000000.123456
1700000000.123456" ] || { echo "Net::Frame has changed"; exit 1; }
