#!/bin/sh
# Does tcpslice cut a recording in nanoseconds where it is asked to?
#
# Guess before the run: yes, and the slice keeps the nanoseconds; the header of the file says that it has them.
# Seen (tcpslice 1.5-1 of Debian bookworm), ten packets, one in each second, in pcap files with micro- and with nanoseconds:
#
#                                       microseconds           nanoseconds
#   from 1700000005.5 on                4 packets              all 10
#   from 1700000005.5 to 1700000007.5   2                      8: the end counts, the start does not
#   the slice                           in microseconds        in microseconds, cut
#   tcpslice -t, the last packet        22h13m29s100000u       22h13m29s100000789u
#
# No message says so. A pcapng file it refuses (“problems finding end packet of file”).
# Lesson: cut recordings in nanoseconds with editcap -A and -B, and look at the first packet of each slice.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tcpslice=1.5-1 libnids1.21 libnet1 libosip2-15 libpcap0.8 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
export LD_LIBRARY_PATH="$libraries" TZ=UTC
cat > look.py <<'P'
import os, struct, subprocess
frame = bytes(12) + b"\x88\xb5" + bytes(46)
def run(*arguments): return subprocess.run(["root/usr/bin/tcpslice", *arguments], capture_output=True, text=True).stdout
def look(magic, part):
    with open("one.pcap", "wb") as file:
        file.write(struct.pack("<IHHiIII", magic, 2, 4, 0, 0, 262144, 1))
        for count in range(10): file.write(struct.pack("<IIII", 1700000000 + count, part, len(frame), len(frame)) + frame)
    def cut(*times):
        run("-w", "out.pcap", *times, "one.pcap")
        with open("out.pcap", "rb") as file: data = file.read()
        os.remove("out.pcap")
        assert data[:4] == bytes.fromhex("d4c3b2a1"), "this has changed"
        found = [struct.unpack_from("<II", data, place) for place in range(24, len(data), 16 + len(frame))]
        assert {micro for _, micro in found} == {100000}, "this has changed"
        return [second - 1700000000 for second, _ in found]
    seen = cut("1700000005.5"), cut("1700000005.5", "1700000007.5"), run("-t", "one.pcap").split()[2]
    print(*seen)
    return seen
assert look(0xA1B2C3D4, 100000) == ([6, 7, 8, 9], [6, 7], "2023y11m14d22h13m29s100000u"), "this has changed"
assert look(0xA1B23C4D, 100000789) == (list(range(10)), list(range(8)), "2023y11m14d22h13m29s100000789u"), "this has changed"
P
python3 look.py
