#!/bin/sh
# When, how much and of which protocol was the traffic in a recording, for tcpstat, which makes a line of statistics for each interval?
#
# Guess before the run: a line for each five seconds from the first packet on, with its time, and zeros in a gap; bytes as on the wire;
# TCP is counted in Ethernet, in cooked recordings (SLL) and in raw IP, not behind a VLAN tag; SLL2 is an error.
# Seen (tcpstat 1.5-8+b1 of Debian bookworm), nine packets of TCP from 22:13:20.00 to 22:13:20.08:
#
#   in intervals of 1, 5, 10 and 60 s   22:13:21, 22:13:23, 22:13:25 and 22:13:50
#
#   recording                           packets   IPv4   TCP   bytes
#   Ethernet                            9         9      9     384
#   Ethernet with a VLAN tag            9         0      0     420
#   cooked (SLL)                        9         0      0     528
#   cooked (SLL2)                       9         0      0     564
#   raw IP                              9         0      0     384
#
# The time is the middle of the interval, rounded up to the second. The 14 bytes of Ethernet's header count only with -l, a tag and the
# header of a cooked recording always.
# Lesson: a peak of traffic seems to come after the failure that it caused. “No TCP” in a recording of tcpdump -i any is only a word
# about its link type. Take -o "%S" less half of the interval.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install tcpstat=1.5-8+b1 libpcap0.8 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
cat > look.py <<'P'
import os, struct, subprocess, sys
environment = dict(os.environ, LD_LIBRARY_PATH=sys.argv[1], LC_ALL="C", TZ="UTC")
E = bytes.fromhex("525400000002525400000001")
def connection(start=0.0):
    places, ends, out = [1000, 9000], [((10, 0, 0, 1), 50000), ((10, 0, 0, 2), 445)], []
    for number, (who, flags, data) in enumerate((
            (0, 2, b""), (1, 18, b""), (0, 16, b""), (0, 24, b"\0\0\0\x08\xfeSMBabcd"), (1, 24, b"\0\0\0\x08\xfeSMBefgh"), (0, 16, b""), (0, 17, b""),
            (1, 17, b""), (0, 16, b""))):
        (source, sport), (target, dport) = ends[who], ends[1 - who]
        tcp = struct.pack(">HHIIBBHHH", sport, dport, places[who], places[1 - who] if flags != 2 else 0, 0x50, flags, 8192, 0, 0) + data
        ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), number + 1, 0, 64, 6, 0) + bytes(source) + bytes(target) + tcp
        out.append((start + number * 0.01, ip))
        places[who] += len(data) + (flags & 3 != 0)
    return out
def ethernet(packet): return E + b"\x08\0" + packet
def write(name, link, wrap):
    with open(name, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, link))
        for time, packet in connection():
            packet = wrap(packet)
            file.write(struct.pack("<IIII", 1700000000, round(time * 10**6), len(packet), len(packet)) + packet)
kinds = {
    "Ethernet": (1, ethernet), "tag": (1, lambda packet: E + b"\x81\0\0\x05\x08\0" + packet),
    "SLL": (113, lambda packet: b"\0\0\0\1\0\6" + E[:6] + b"\0\0\x08\0" + packet),
    "SLL2": (276, lambda packet: b"\x08\0\0\0\0\0\0\2\0\1\0\6" + E[:6] + b"\0\0" + packet), "raw": (101, lambda packet: packet)}
def tcpstat(name, *arguments):
    command = ["root/usr/bin/tcpstat", "-r", name, *arguments]
    return [int(word) for word in subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60).stdout.split()]
for name, (link, wrap) in kinds.items(): write(name, link, wrap)
times = {seconds: tcpstat("Ethernet", "-o", "%S ", str(seconds))[0] - 1700000000 for seconds in (1, 5, 10, 60)}
counts = {name: tcpstat(name, "-o", "%n %I %T %N ") for name in kinds}
whole = tcpstat("Ethernet", "-l", "-o", "%N ")
print(times, counts, whole)
assert times == {1: 1, 5: 3, 10: 5, 60: 30} and whole == [384 + 9 * 14] and counts == {
    "Ethernet": [9, 9, 9, 384], "tag": [9, 0, 0, 420], "SLL": [9, 0, 0, 528], "SLL2": [9, 0, 0, 564], "raw": [9, 0, 0, 384]}, "this has changed"
P
python3 look.py "$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')"
